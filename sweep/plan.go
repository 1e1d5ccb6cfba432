package sweep

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distmv"
	"gonum.org/v1/gonum/stat/samplemv"

	"github.com/elastrain/elastrain/spec"
)

// Way is how settings are chosen.
type Way struct {
	Name  string `json:"way"`                 // grid, random or halton
	Draws int    `json:"draws,omitempty"`     // settings, of the last two
	Seed  uint64 `json:"draw_seed,omitempty"` // of the draws

	Halving int `json:"halving,omitempty"`      // of how many settings one goes on from rung to rung; 0: all are trained to their end
	First   int `json:"first_epochs,omitempty"` // of the first rung; 0: as many as lead to one setting in the last
}

// Drawn reports whether settings are drawn from the ranges rather than every combination of values being one.
func (w Way) Drawn() bool { return w.Name == "random" || w.Name == "halton" }

// alone reports whether one process trains it, which has its directory locked all the while.
func (w Way) alone() bool { return w.Name == Asked }

// Plan is the points of a sweep. None of them is kept: each is made from its number.
type Plan struct {
	Axes   []*Axis // a word each, in the order of the command line
	Way    Way
	Points int

	seeds  int        // values of the axis of seeds, 1 where it has none
	halton *mat.Dense // draws x axes that are drawn
}

// Point is one training of a sweep.
type Point struct {
	Index     int      // from 0
	Overrides []string // one a word
}

// Number is the number of the point as people count.
func (p Point) Number() int { return p.Index + 1 }

// NewPlan reads the words of a sweep. The error is of type spec.Errors where a word is at fault.
func NewPlan(words []string, way Way) (*Plan, error) {
	p := &Plan{Way: way, Points: 1, seeds: 1}
	var errs spec.Errors
	seen := map[string]bool{}
	for i, word := range words {
		a, err := ParseAxis(i+1, word, way.Drawn())
		if err != nil {
			errs = append(errs, asError(err))
			continue
		}
		if seen[a.Key] {
			errs = append(errs, (&wordPlace{i + 1, word}).fail(0, len(a.Key), "`%s` is given twice", a.Key).WithHelp("write all its values in one word: `%s=a,b,c`", a.Key))
		}
		for _, before := range p.Axes {
			if rest, in := strings.CutPrefix(before.Key, a.Key); in && before.Varies() && rest != "" && strings.ContainsAny(rest[:1], ".[") {
				errs = append(errs, (&wordPlace{i + 1, word}).fail(0, len(a.Key), "`%s` replaces `%s`, whose values stand before it and would change nothing", a.Key, before.Key).
					WithHelp("give `%s` first, and `%s` behind it", a.Key, before.Key))
			}
		}
		seen[a.Key] = true
		p.Axes = append(p.Axes, a)
	}
	if errs != nil {
		return nil, errs
	}
	drawn := 0
	for _, a := range p.Axes {
		if way.Drawn() && a.Key != SeedKey {
			if a.Varies() {
				drawn++
			}
			continue
		}
		if n := a.Count(); p.Points > most/n {
			return nil, fmt.Errorf("these are more than %d trainings; ask for fewer values, or draw settings with --random 1000", most)
		}
		p.Points *= a.Count()
		if a.Key == SeedKey {
			p.seeds = a.Count()
		}
	}
	if !way.Drawn() {
		return p, nil
	}
	if drawn == 0 {
		return nil, fmt.Errorf("no key has values to draw from; give one a range, such as learn.rate=1e-3..1e-1")
	}
	if way.Draws < 1 || way.Draws > most/p.Points {
		return nil, fmt.Errorf("%d settings cannot be drawn; 1 or more, and with all seeds at most %d trainings", way.Draws, most)
	}
	p.Points *= way.Draws
	if way.Name == "halton" {
		p.halton = mat.NewDense(way.Draws, drawn, nil)
		samplemv.Halton{Kind: samplemv.Owen, Q: distmv.NewUnitUniform(drawn, nil), Src: rand.NewPCG(way.Seed, 0)}.Sample(p.halton)
	}
	return p, nil
}

func asError(err error) *spec.Error {
	e, ok := err.(*spec.Error)
	if !ok {
		e = &spec.Error{Code: "E0802", Message: err.Error()}
	}
	return e
}

// Settings is how many points there are but for seeds, where those that differ in seeds alone count as one.
func (p *Plan) Settings() int { return p.Points / p.seeds }

// At is the point of an index.
func (p *Plan) At(index int) Point {
	at := Point{Index: index, Overrides: make([]string, len(p.Axes))}
	if p.Way.Drawn() {
		draw, seed := index/p.seeds, index%p.seeds
		random := rand.New(rand.NewPCG(p.Way.Seed, uint64(draw)+1))
		column := 0
		for i, a := range p.Axes {
			switch {
			case a.Key == SeedKey:
				at.Overrides[i] = a.Key + "=" + a.Value(seed)
			case !a.Varies():
				at.Overrides[i] = a.Key + "=" + a.Value(0)
			case p.halton != nil:
				at.Overrides[i] = a.Key + "=" + a.Draw(p.halton.At(draw, column))
				column++
			default:
				at.Overrides[i] = a.Key + "=" + a.Draw(random.Float64())
			}
		}
		return at
	}
	rest := index
	for i, a := range slices.Backward(p.Axes) { // the last varies fastest
		at.Overrides[i] = a.Key + "=" + a.Value(rest%a.Count())
		rest /= a.Count()
	}
	return at
}

// Varied are the axes with more than one value: those that name the columns of the table.
func (p *Plan) Varied() (list []*Axis) {
	for _, a := range p.Axes {
		if a.Varies() {
			list = append(list, a)
		}
	}
	return list
}

// Values are the values of a point under the axes that vary.
func (p *Plan) Values(at Point) []string {
	values := []string{}
	for i, a := range p.Axes {
		if a.Varies() {
			_, value, _ := strings.Cut(at.Overrides[i], "=")
			values = append(values, value)
		}
	}
	return values
}

// words moves errors about the overrides of a point to the words that they were made of, and says which point they are of where they are
// about the file.
func (p *Plan) words(at Point, errs spec.Errors) spec.Errors {
	for _, e := range errs {
		if e.File == "command line" && e.Line >= 1 && e.Line <= len(p.Axes) {
			p.Axes[e.Line-1].within(e)
		}
		var with []string
		for i, a := range p.Axes {
			if a.Varies() {
				with = append(with, at.Overrides[i])
			}
		}
		if len(with) > 0 {
			note := "point " + fmt.Sprint(at.Number()) + ": " + strings.Join(with, "  ")
			e.WithNote("%s", strings.TrimSpace(e.Note+"\n"+note))
		}
	}
	return errs
}
