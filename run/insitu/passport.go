package insitu

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab/identify"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/passport"
	"github.com/elastrain/elastrain/spec"
	"gonum.org/v1/gonum/mat"
)

// All are the loads of every step for identification, each with the stiffness that the bonds were asked for then and since
// when; and what they were asked for last, N/m.
func (r *Recorded) All() (cases []identify.Case, last []float64, err error) {
	var since float64 // when the bonds were set, in the seconds of the clock that counts
	for i := range r.Log.Phases {
		p := &r.Log.Phases[i]
		now := p.Time
		if r.Lab.Spec.Bench == "twin" {
			now = p.Record.Applied.Seconds()
		}
		if last == nil || !slices.Equal(last, p.Had()) {
			since, last = now, p.Had()
		}
		if !p.Used {
			continue
		}
		c, err := r.caseOf(i)
		if err != nil {
			return nil, nil, err
		}
		c.Asked, c.Age = p.Had(), max(0, now-since)/3600
		cases = append(cases, c)
	}
	if cases == nil {
		return nil, nil, fmt.Errorf("no load is in the journal of %s", r.Dir)
	}
	return cases, last, nil
}

// WritePassport writes what an estimate from cases tells of the part, whose bonds were asked for the stiffness asked last.
func (r *Recorded) WritePassport(fsys atomicfile.FS, path string, cases []identify.Case, e *identify.Estimate, prior identify.Prior, asked []float64) error {
	x, log := r.Lab.Experiment, r.Log
	about := spec.Passport{Part: strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), Misfit: three(e.Misfit), Noise: three(r.noise(cases)),
		Trusted: spec.PassportTrust{Spread: e.Own, Common: prior.Common, Wander: 24 * prior.Wander, Marks: prior.Marks, Cracks: prior.Crack}}
	if n := len(log.Phases); n > 0 {
		about.Date = time.Unix(int64(log.Phases[n-1].Time), 0).UTC().Format(time.DateOnly)
		steps := fmt.Sprintf("%d to %d", log.Phases[0].Step+1, log.Phases[n-1].Step+1)
		journal, err := atomicfile.ReadFile(fsys, filepath.Join(r.Dir, journalName), mostJournal)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(journal)
		about.Measured = []spec.PassportSession{{Session: log.Start.UID, Journal: hex.EncodeToString(sum[:]), Steps: steps, Loads: len(cases)}}
	}
	cracked := map[int]bool{}
	for _, mode := range e.Cracked {
		cracked[mode] = true
	}
	for _, mode := range e.Modes {
		b := spec.PassportBond{Bond: mode + 1, Asked: asked[mode], Told: three(e.Told[mode]), From: math.Inf(1), Law: "linear", Damage: "none"}
		for _, c := range cases {
			if c.Asked != nil {
				b.From, b.To = min(b.From, c.Asked[mode]), max(b.To, c.Asked[mode])
			}
		}
		if math.IsInf(b.From, 1) {
			b.From, b.To = asked[mode], asked[mode]
		}
		if cracked[mode] {
			b.Damage = "cracked"
		}
		about.Bonds = append(about.Bonds, b)
	}
	for _, node := range e.Nodes {
		about.Marks = append(about.Marks, spec.PassportMark{Node: node + 1})
	}
	var fits []passport.Fit
	others := slices.Clone(e.Others)
	slices.SortStableFunc(others, func(a, b *identify.Estimate) int { return cmp.Compare(b.Weight, a.Weight) })
	for _, f := range append([]*identify.Estimate{e}, others...) {
		fits = append(fits, inDays(f))
	}
	w, err := passport.Write(about, x.Network, fits, about.Part)
	if err != nil {
		return err
	}
	if w.Name != "" {
		if err := atomicfile.WriteFile(fsys, filepath.Join(filepath.Dir(path), w.Name), w.Arrays); err != nil {
			return err
		}
	}
	return atomicfile.WriteFile(fsys, path, w.Text)
}

// inDays is an estimate with its rates by the day.
func inDays(e *identify.Estimate) passport.Fit {
	f := passport.Fit{Weight: e.Weight, Mean: append([]float64(nil), e.Mean...), Covariance: e.Joint}
	if f.Weight == 0 {
		f.Weight = 1
	}
	if !e.Wanders {
		return f
	}
	n := len(e.Modes)
	f.Covariance = scaled(e.Joint, n, 2*n, 24)
	for i := n; i < 2*n; i++ {
		f.Mean[i] *= 24
	}
	return f
}

// noise is that of a coordinate in one look, m, from what the cases say of a mean over looks.
func (r *Recorded) noise(cases []identify.Case) float64 {
	p := &r.Log.Start.Protocol
	n := float64(p.Repeats)
	zeros := n
	if p.Drift > 0 && !p.SharedZero {
		zeros = 2 * n
	}
	sum, count := 0.0, 0
	for _, c := range cases {
		for i, s := range c.Sigma {
			if !r.Lab.Experiment.Network.Held[i] && !math.IsNaN(c.Moved[i]) {
				sum, count = sum+s*s, count+1
			}
		}
	}
	return math.Sqrt(sum / float64(max(count, 1)) / (1/n + 1/zeros))
}

// ReadPassport reads a passport for the lattice of an experiment. Errors of its text are spec.Errors.
func (l *Lab) ReadPassport(name string, read func(name string) ([]byte, error)) (*passport.Passport, error) {
	if err := l.Identifiable(); err != nil {
		return nil, l.refuse("lab.passport", err.Error(), "leave the passport out")
	}
	text, err := read(name)
	if err != nil {
		return nil, err
	}
	return passport.Parse(name, text, read, l.Experiment.Network)
}

// buildPassport reads the passport that the file names.
func (l *Lab) buildPassport() (err error) {
	name := l.Spec.Passport
	if name == "" {
		if l.Spec.Bench == "twin" && l.Spec.Twin.Specimen == "passport" {
			return l.refuse("lab.twin.specimen", "the twin is to be a specimen of a passport, and none is given", "name it: `passport: part.yaml` in `lab`")
		}
		return nil
	}
	l.Passport, err = l.ReadPassport(name, l.files)
	var bad spec.Errors
	if err != nil && !errors.As(err, &bad) {
		return l.fail("lab.passport", fmt.Errorf("cannot read %s: %w; `elastrain lab identify DIR --passport %s` writes it", name, err, name))
	}
	return err
}

// known is a specimen in the words of the twin.
func known(s *passport.Specimen) *twin.Known {
	k := &twin.Known{Share: s.Share, Rate: make([]float64, len(s.Rate)), Mark: s.Mark}
	for i, v := range s.Rate {
		k.Rate[i] = v / 24
	}
	return k
}

// scaled multiplies unknowns from..to by a factor.
func scaled(c *mat.SymDense, from, to int, by float64) *mat.SymDense {
	out := mat.NewSymDense(c.SymmetricDim(), nil)
	at := func(i int) float64 {
		if i >= from && i < to {
			return by
		}
		return 1
	}
	for i := range c.SymmetricDim() {
		for j := i; j < c.SymmetricDim(); j++ {
			out.SetSym(i, j, c.At(i, j)*at(i)*at(j))
		}
	}
	return out
}

// three is a number with three digits.
func three(v float64) float64 {
	out, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	if err != nil {
		return v
	}
	return out
}

// had is what bonds are believed to have that are asked for k, N/m. A bond that is cut has next to nothing.
func (l *Lab) had(k []float64) []float64 {
	if l.Passport == nil {
		return k
	}
	out := slices.Clone(k)
	for i, share := range l.Passport.Mean().Share {
		out[i] *= max(share, 1e-6)
	}
	return out
}
