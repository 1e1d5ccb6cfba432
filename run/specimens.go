package run

import (
	"context"
	"math"
	"slices"
	"strconv"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/train"
)

// Matters is what stays of a trained network under faults of matter.
type Matters struct {
	Run       string   `json:"run"`
	Part      string   `json:"part"` // of the data: validation, test or training
	Samples   int      `json:"samples"`
	Specimens int      `json:"specimens"`
	Seed      uint64   `json:"seed"`
	Tared     int      `json:"tared_with,omitempty"`
	Opened    int      `json:"opened,omitempty"` // how often the test part was looked at, if it is that
	Rows      []Remain `json:"rows"`             // as trained, each fault alone, all together
}

// Remain is what stays under some faults.
type Remain struct {
	Fault    string  `json:"fault"`                    // as trained, levels, scatter, ..., all
	Size     string  `json:"size,omitempty"`           // of the fault, as a file has it
	Accuracy *Spread `json:"accuracy,omitempty"`       // of classes
	Error    *Spread `json:"error,omitempty"`          // relative, of displacements
	Loss     *Spread `json:"loss"`                     // of the specimens that stand
	Fallen   int     `json:"without_answer,omitempty"` // specimens whose loss has no value
}

// Spread is a number over specimens.
type Spread struct {
	Mean  float64   `json:"mean"`
	Sd    float64   `json:"sd"` // of one specimen
	Least float64   `json:"least"`
	Most  float64   `json:"most"`
	Each  []float64 `json:"each"`
}

// spreadOf sums up; nil where there is nothing.
func spreadOf(v []float64) *Spread {
	if len(v) == 0 || slices.ContainsFunc(v, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }) {
		return nil
	}
	s := &Spread{Least: slices.Min(v), Most: slices.Max(v), Each: v}
	for _, x := range v {
		s.Mean += x / float64(len(v))
	}
	for _, x := range v {
		s.Sd += (x - s.Mean) * (x - s.Mean)
	}
	s.Sd = math.Sqrt(s.Sd / float64(max(1, len(v)-1)))
	if s.Least == s.Most { // rounding of the mean is no spread
		s.Mean, s.Sd = s.Least, 0
	}
	return s
}

// mostTares is how many training samples tares are taken with.
const mostTares = 1000

// WithMatter is the spec of a run with changes of its matter, such as levels=8.
func (t *Trained) WithMatter(changes []string) (*spec.File, error) {
	overrides := make([]string, len(changes))
	for i, c := range changes {
		overrides[i] = "matter." + c
	}
	s := *t.Experiment.Spec
	return spec.Parse(t.Dir, (&spec.File{Name: t.Dir, Spec: s}).Resolved(), overrides...)
}

// Specimens builds a trained network so many times out of matter, and scores each on a part of the data. A specimen is drawn by
// the seed and its number, alike for one fault alone and for all.
func (t *Trained) Specimens(ctx context.Context, fsys atomicfile.FS, matter *spec.File, part string, specimens int, seed uint64, done func(Remain)) (*Matters, error) {
	all := *matter.Spec.Matter
	m := &Matters{Run: t.Dir, Part: part, Specimens: specimens, Seed: seed}
	s := &study{t: t, fs: fsys, ctx: ctx, part: part, specimens: specimens, seed: seed, found: m}
	base := spec.Matter{}
	if own := t.Experiment.Spec.Matter; own != nil {
		base.Left = own.Left // it was trained so
	}
	rows := []struct {
		fault, size string
		matter      spec.Matter
		given       bool
	}{
		{"as trained", "", base, true},
		{passported, t.part(), base, t.Part != nil},
		{"levels", all.Levels.String(), spec.Matter{Levels: all.Levels, Spacing: all.Spacing, Left: base.Left}, all.Levels.IsSet()},
		{"scatter", percent(all.Scatter), spec.Matter{Scatter: all.Scatter, Left: base.Left}, all.Scatter > 0},
		{"left", percent(all.Left), spec.Matter{Left: all.Left}, all.Left > 0},
		{"reading_noise", percent(all.Noise), spec.Matter{Noise: all.Noise, Left: base.Left}, all.Noise > 0},
		{"drift", percent(all.Drift), spec.Matter{Drift: all.Drift, Left: base.Left}, all.Drift > 0},
	}
	faults := 0
	for _, r := range rows {
		if !r.given {
			continue
		}
		if err := s.row(r.fault, r.size, r.matter, done); err != nil {
			return nil, err
		}
		faults++
	}
	if faults > 2 { // more than one beside none
		if err := s.row(together, "", all, done); err != nil {
			return nil, err
		}
	}
	return m, t.Experiment.Rig.SetStiffness(t.Stiffness)
}

// Names of rows.
const (
	passported = "passport"
	together   = "all"
)

// percent is a share as a file has it.
func percent(v float64) string { return strconv.FormatFloat(100*v, 'g', 6, 64) + " %" }

// study is the specimens of a run, row by row.
type study struct {
	t         *Trained
	fs        atomicfile.FS
	ctx       context.Context
	part      string
	specimens int
	seed      uint64
	found     *Matters
	drawn     bool      // specimens are those that a passport allows
	apart     []float64 // tares of the trained network less the means of its readings; nil: not found yet
}

// row scores the specimens under some faults.
func (s *study) row(fault, size string, m spec.Matter, done func(Remain)) error {
	x, err := s.built(m)
	if err != nil {
		return err
	}
	set, _ := x.Part(s.part)
	s.found.Samples = set.N
	k := slices.Clone(s.t.Stiffness)
	s.t.Experiment.Round(&m, k)
	number := s.specimens
	s.drawn = fault == passported || fault == together && s.t.Part != nil
	if m.Scatter == 0 && m.Drift == 0 && m.Noise == 0 && !s.drawn {
		number = 1 // nothing is left to chance
	}
	r := Remain{Fault: fault, Size: size}
	var accuracy, relative, loss []float64
	for i := range number {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		score, err := s.specimen(x, m, uint64(i), slices.Clone(k), set)
		if learn.NoValue(err) {
			r.Fallen++
			continue
		}
		if err != nil {
			return err
		}
		loss = append(loss, score.Loss)
		if set.Class != nil {
			accuracy = append(accuracy, score.Accuracy)
		} else {
			relative = append(relative, score.Relative)
		}
	}
	r.Accuracy, r.Error, r.Loss = spreadOf(accuracy), spreadOf(relative), spreadOf(loss)
	s.found.Rows = append(s.found.Rows, r)
	if done != nil {
		done(r)
	}
	return nil
}

// built is the experiment of the run, with inputs that leave so much of stiffnesses.
func (s *study) built(m spec.Matter) (*experiment.Experiment, error) {
	own := spec.Matter{}
	if s.t.Experiment.Spec.Matter != nil {
		own = *s.t.Experiment.Spec.Matter
	}
	if m.Left == own.Left && (m.Noise == 0 || own.Noise > 0) {
		return s.t.Experiment, nil
	}
	full := *s.t.Experiment.Spec
	full.Matter = &spec.Matter{Left: m.Left, Noise: m.Noise}
	full.Learn.Epochs, full.Learn.Rule, full.Learn.Compat = 0, "backprop", "" // nothing is trained, so any method will do
	file, err := rewrite(s.t.Dir, full)
	if err != nil {
		return nil, err
	}
	x, err := experiment.Build(file, s.t.Files(s.fs), s.t.options)
	if err == nil {
		x.Loss = s.t.Experiment.Loss // not that of the new start
	}
	return x, err
}

// tare takes the tares of a specimen, which the rig of x holds: each stands as far from the mean of its readings as it does in the
// trained network, whose offsets were learned with that.
func (s *study) tare(x *experiment.Experiment, k []float64) error {
	if s.apart == nil {
		trained := s.t.Experiment
		if err := trained.Rig.SetStiffness(s.t.Stiffness); err != nil {
			return err
		}
		apart := slices.Clone(trained.Reading.Tares())
		if err := s.means(trained); err != nil {
			return err
		}
		for c, mean := range trained.Reading.Tares() {
			apart[c] -= mean
		}
		s.apart = apart
		if err := x.Rig.SetStiffness(k); err != nil {
			return err
		}
	}
	if err := s.means(x); err != nil {
		return err
	}
	x.Reading.Hold(k)
	for c, v := range s.apart {
		k[x.Reading.First()+1+len(s.apart)+c] += v
	}
	return x.Rig.SetStiffness(k)
}

// means sets the tares of x to the means of its readings of some training samples.
func (s *study) means(x *experiment.Experiment) error {
	part := x.Train
	if part.N > mostTares {
		part = train.Spread(part, mostTares)
	}
	s.found.Tared = part.N
	_, err := x.Reading.Prepare(learn.Batch{Set: part})
	return err
}

// specimen scores one specimen: tares are taken when it is built, and it is read when time has passed.
func (s *study) specimen(x *experiment.Experiment, m spec.Matter, number uint64, k []float64, set *task.Set) (learn.Score, error) {
	if s.drawn {
		if err := s.t.draw(s.seed, number, k); err != nil {
			return learn.Score{}, err
		}
	}
	f := x.FaultsOf(&m, s.seed)
	f.Scattered(number, k)
	if err := x.Rig.SetStiffness(k); err != nil {
		return learn.Score{}, err
	}
	if x.Reading != nil && x.Spec.Task.Reading.Tare != "none" {
		if err := s.tare(x, k); err != nil {
			return learn.Score{}, err
		}
	}
	if f.Drift > 0 {
		f.Drifted(number, k)
		if err := x.Rig.SetStiffness(k); err != nil {
			return learn.Score{}, err
		}
	}
	p := x.NewProblem()
	p.Rig = f.Read(number, x.Rig)
	return p.Evaluate(set)
}
