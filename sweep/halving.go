package sweep

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

// Successive halving (Jamieson & Talwalkar 2016): all settings are trained for a few epochs, the best share of them goes on from where it is, and
// so on up to the epochs of the experiment. A rung is a sweep of its own over the settings that are left, in chunks that whoever comes shares out (stage.go); when
// all of them are there, its rows become a file as a whole, and the next rung follows from it. Short trainings begin anew in each rung: that takes less time than
// keeping them. Long ones, and those of the last rung, are run directories.

// Rung is a stage of halving.
type Rung struct {
	Number   int `json:"rung"` // from 1
	Epochs   int `json:"epochs"`
	Settings int `json:"settings"` // each with all its seeds
}

// rungsName is the folder of the rows of rungs.
const rungsName = "rungs"

// Rungs are the stages of a sweep by halving. The first has `first` epochs, or so many that halving ends with one setting; each further one so many times
// as many epochs and as many times fewer settings.
func (s *Sweep) Rungs() ([]Rung, error) {
	by, first := s.Plan.Way.Halving, s.Plan.Way.First
	for _, a := range s.Plan.Axes {
		if a.Key == "learn.epochs" && a.Varies() {
			return nil, fmt.Errorf("--halving chooses the numbers of epochs of its rungs itself, and `learn.epochs` is to vary; give it one value, the epochs of the last rung")
		}
	}
	file, err := s.File(s.Plan.At(0))
	if err != nil {
		return nil, err
	}
	epochs, settings := file.Spec.Learn.Epochs, s.Plan.Settings()
	if epochs < 1 {
		return nil, file.Errorf("E0501", "learn.epochs", "halving trains, and 0 epochs are asked for").WithHelp("give `learn.epochs` the epochs of the last rung")
	}
	for _, i := range s.Plan.toCheck() {
		file, err := s.File(s.Plan.At(i))
		if err != nil {
			return nil, err
		}
		if file.Spec.Learn.Schedule == "cosine" {
			return nil, s.Plan.words(s.Plan.At(i), spec.Errors{file.Errorf("E0501", "learn.schedule", "with a cosine the rate of every step depends on the number of epochs, so a training cannot be judged early and go on").
				WithHelp("take another schedule, such as plateau, or leave --halving out")})
		}
	}
	return RungsOf(settings, epochs, by, first)
}

// RungsOf are the rungs of so many settings up to so many epochs, of which the best of every `by` go on; first 0 leaves open where they begin.
func RungsOf(settings, epochs, by, first int) (rungs []Rung, err error) {
	if first > epochs {
		return nil, fmt.Errorf("the first rung is to have %d epochs, and the experiment has %d", first, epochs)
	}
	if first == 0 {
		first = epochs
		for n := settings; n >= by && first > 1; n /= by {
			first = (first + by - 1) / by
		}
	}
	for e, n := first, settings; ; n = max(1, n/by) {
		if n == 1 || e >= epochs {
			e = epochs
		}
		rungs = append(rungs, Rung{len(rungs) + 1, e, n})
		if e == epochs {
			return rungs, nil
		}
		e = min(epochs/by+1, e) * by
	}
}

// RungPath is the file of a rung.
func (s *Sweep) RungPath(rung int) string { return filepath.Join(s.Dir, rungsName, strconv.Itoa(rung)) }

// Halver trains a sweep by halving.
type Halver struct {
	Sweep     *Sweep
	Options   experiment.Options // Threads is those of all trainings together
	Claims    Claims             // nil: all is ours
	NoWait    bool               // end when nothing is left to take, and do not wait for what others are at
	Begin     func(Rung, int)    // a rung of so many trainings begins; may be nil
	Told      func(Rung, []Row)  // is told of trainings that have ended, one call at a time; may be nil
	Elsewhere func(points int)   // is told of trainings that others have ended meanwhile; may be nil
	Note      func(text string)  // is told what was damaged; may be nil
	Done      func(Rung, []Row)  // is told of a rung whose rows are there; may be nil
}

// Run trains the rungs that have no rows yet. Whatever ends it, another Run goes on. Not complete says that others are at what is left.
func (h *Halver) Run(ctx context.Context) (complete bool, err error) {
	s := h.Sweep
	rungs, err := s.Rungs()
	if err != nil {
		return false, err
	}
	for _, dir := range []string{rungsName, runsName} {
		if err := atomicfile.MakeDir(s.fs, filepath.Join(s.Dir, dir)); err != nil {
			return false, err
		}
	}
	points := s.allPoints()
	for i, rung := range rungs {
		rows, why, err := s.readRung(rung, points, true)
		if err != nil {
			return false, err
		}
		if rows == nil {
			if why != "" && h.Note != nil {
				h.Note(fmt.Sprintf("%s: %s; it is made again", s.RungPath(rung.Number), why))
			}
			if rows, err = h.train(ctx, s.stageOf(rungs, i, points)); rows == nil || err != nil {
				return false, err
			}
			if i+1 < len(rungs) {
				s.choose(rows, rungs[i+1].Settings)
			}
			body, err := bodyOf(rows)
			if err != nil {
				return false, err
			}
			if err := s.writeBody(s.RungPath(rung.Number), s.rungHead(rung, len(rows), body), body); err != nil {
				return false, err
			}
		}
		if h.Done != nil {
			h.Done(rung, rows)
		}
		if points = kept(rows); len(points) == 0 {
			return true, nil // it was the last, or all have failed
		}
	}
	return true, nil
}

// train trains what is missing of a rung, and returns its rows; nil where others are at the rest.
func (h *Halver) train(ctx context.Context, part *Sweep) (rows []Row, err error) {
	rung := part.stage.rung
	if h.Begin != nil {
		h.Begin(rung, len(part.stage.points))
	}
	r := &Runner{Sweep: part, Options: h.Options, NoWait: h.NoWait, Elsewhere: h.Elsewhere, Note: h.Note}
	if h.Claims != nil {
		r.Claims = behind{h.Claims, part.stage.before}
	}
	if h.Told != nil {
		r.Told = func(rows []Row) { h.Told(rung, rows) }
	}
	if err := r.Run(ctx); err != nil {
		return nil, err
	}
	for chunk := 1; chunk <= part.Chunks(); chunk++ {
		list, found, _, err := part.readChunk(chunk, true)
		if !found || err != nil {
			return nil, err
		}
		rows = append(rows, list...)
	}
	return rows, nil
}

// upTo trains a point of a rung in its run directory, from where it is. Where that has gone on already, because the rows of a rung were lost, the row is made
// without a directory, to the same bits.
func (s *Sweep) upTo(ctx context.Context, at Point, options experiment.Options) (Row, error) {
	row, err := s.inDirectory(ctx, at, options)
	var directory *run.DirectoryError
	if s.stage != nil && errors.As(err, &directory) && directory.Code == "E0601" {
		t := s.build(at, options)
		t.long = false
		OneByOne(ctx, []*Training{t})
		if ctx.Err() != nil {
			return row, context.Cause(ctx)
		}
		return t.result(), nil
	}
	return row, err
}

// isMechanics reports whether an error says that mechanics fail, in the file or while it trains.
func isMechanics(err error) bool {
	var many spec.Errors
	if errors.As(err, &many) {
		return len(many) > 0 && ofMechanics(many[0].Code)
	}
	told, ok := experiment.Tell(err)
	return ok && ofMechanics(told.Code)
}

// choose marks the rows of the best settings, all seeds of each: by the mean of Better, first of equals. Settings of which a training failed are not chosen.
func (s *Sweep) choose(rows []Row, settings int) {
	type group struct {
		first  int
		failed bool
		n      float64
		scores [2]float64
		rows   []int
	}
	order := s.Order(rows)
	var groups []*group
	known := map[string]*group{}
	for i := range rows {
		key := s.settingKey(rows[i].Point - 1)
		g := known[key]
		if g == nil {
			g = &group{first: rows[i].Point}
			known[key] = g
			groups = append(groups, g)
		}
		g.rows = append(g.rows, i)
		g.n++
		g.failed = g.failed || rows[i].State != Finished
		for j, score := range order {
			v := score.of(&rows[i])
			if v == nil {
				g.failed = true
				continue
			}
			if score.High {
				g.scores[j] -= *v
			} else {
				g.scores[j] += *v
			}
		}
	}
	groups = slices.DeleteFunc(groups, func(g *group) bool { return g.failed })
	slices.SortStableFunc(groups, func(a, b *group) int {
		for j := range order {
			if c := cmp.Compare(a.scores[j]/a.n, b.scores[j]/b.n); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.first, b.first)
	})
	for _, g := range groups[:min(settings, len(groups))] {
		for _, i := range g.rows {
			rows[i].Kept = true
		}
	}
}

// settingKey is the same for points that differ in their seeds alone.
func (s *Sweep) settingKey(index int) string {
	if s.Plan.Way.Drawn() {
		return strconv.Itoa(index / s.Plan.seeds)
	}
	return strings.Join(s.Plan.settingOf(s.Plan.At(index)), "\x00")
}

// Order is what trainings are compared by, at most two scores, the second where the first are equal: what learn.score asks for, or else by what
// Choose compares settings.
func (s *Sweep) Order(rows []Row) []Score {
	names := comparedBy(s.Plan.Varied())
	if file, err := s.File(s.Plan.At(0)); err == nil && slices.Contains(names, "loss") {
		switch file.Spec.Learn.Score {
		case "training-loss":
			names = []string{"loss"}
		case "loss":
			names = []string{"validation_loss", "loss"}
		}
	}
	var order []Score
	for _, name := range names {
		score := Scores[slices.IndexFunc(Scores, func(score Score) bool { return score.Name == name })]
		if slices.ContainsFunc(rows, func(r Row) bool { return score.of(&r) != nil }) && (order == nil || name == "validation_loss" && order[0].Name == "validation_accuracy") {
			order = append(order, score)
		}
	}
	return order
}

// Before reports whether one row is better than another by some scores, the second of which counts where the first is equal, and then the number of the point.
func Before(order []Score, a, b *Row) bool {
	for _, score := range order {
		x, y := score.of(a), score.of(b)
		switch {
		case x == nil || y == nil:
			return y == nil && x != nil
		case *x != *y:
			return (*x > *y) == score.High
		}
	}
	return a.Point < b.Point
}

// Of is the score of a row; nil where it has none.
func (s Score) Of(r *Row) *float64 { return s.of(r) }
