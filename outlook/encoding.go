package outlook

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Encoding is what inputs that set stiffnesses bring.
type Encoding struct {
	Parameters  int      `json:"set_stiffnesses"`
	Features    int      `json:"inputs"`
	Complements int      `json:"complements"`            // springs that a lack of the feature stiffens
	Ratio       *float64 `json:"on_off_ratio,omitempty"` // the smallest; nil: springs go to zero
	Signal      float64  `json:"signal"`                 // standard deviation of the outputs over samples, by their root mean square, at the start
	Unfelt      []string `json:"inputs_never_felt,omitempty"`
}

// mostScored samples are answered for the signal, and so many inputs are tried one by one.
const (
	mostScored = 200
	mostTried  = 1000
)

// encoding looks at inputs that set stiffnesses.
func (l *looking) encoding() error {
	x := l.x
	if !l.written() {
		if p := l.report.Planes; p != nil && x.Train.Class != nil {
			l.adds(p, "would read", "let features stiffen bonds (`elements:` in place of `node:`, docs/how-to-inputs.md)")
		}
		return nil
	}
	e := &Encoding{}
	l.report.Encoding = e
	most := 0.0
	for i := range x.Solid.Rig.In {
		write := x.Solid.Rig.In[i].Write
		if len(write) > 0 {
			e.Features++
		}
		e.Parameters += len(write)
		lack := i < len(x.Spec.Task.Inputs) && x.Spec.Task.Inputs[i].Complement // turned round before it is written
		for _, c := range write {
			if c.Complement != lack {
				e.Complements++
			}
			most = math.Max(most, c.Least)
		}
	}
	ratio := math.Inf(1)
	if most > 0 {
		ratio = 1 / most
	}
	on := "to zero: an on/off ratio without end, which matter has not"
	if !math.IsInf(ratio, 1) {
		e.Ratio, on = &ratio, fmt.Sprintf("down to 1/%.3g of what they are when on", ratio)
	}
	l.fact("encoding", "%d of %s are set by %s, %d of them by the lack of one, and go %s. The answer is a ratio of polynomials in the features, not a plane",
		e.Parameters, count(x.Solid.Body.P, "stiffness"), count(e.Features, "input"), e.Complements, on)
	if e.Complements == 0 {
		l.limit("encoding", "add inputs with `complement: true`, so that the lack of a feature stiffens a bond too", "no spring is stiffened by the lack of a feature: every feature only ever stiffens the network")
	}
	if p := l.report.Planes; p != nil {
		l.adds(p, "reads", "")
	}
	if err := l.signal(e); err != nil {
		return err
	}
	return l.felt(e)
}

// adds compares planes with planes in the products of two features.
func (l *looking) adds(p *Planes, does, help string) {
	if p.Products == nil {
		if p.Logistic.Held == nil && p.Logistic.Training < 1 {
			text := fmt.Sprintf("no planes are right in all training samples (%s): what tells these classes apart is in products of features, which a network %s whose inputs set stiffnesses", percent(p.Logistic.Training), does)
			if help == "" {
				l.fact("encoding", "%s", text)
			} else {
				l.limit("encoding", help, "%s", text)
			}
		}
		return
	}
	base := math.Max(*p.Logistic.Held, *p.Discriminant.Held)
	gain := *p.Products.Held - base
	text := fmt.Sprintf("with the products of every two features beside them, which a network %s whose inputs set stiffnesses, logistic regression is right in %s of samples that it was not fitted to; planes in %s", does, percent(*p.Products.Held), percent(base))
	if gain > l.noise(p.Samples, base) {
		if help == "" {
			l.fact("encoding", "%s: products tell something", text)
		} else {
			l.limit("encoding", help, "%s: products tell something that planes do not", text)
		}
		return
	}
	l.fact("encoding", "%s: products add nothing beyond chance", text)
}

// signal is how much the outputs differ from sample to sample.
func (l *looking) signal(e *Encoding) error {
	x := l.x
	set := x.Train
	batch := learn.Batch{Set: set}
	for i := range min(set.N, mostScored) {
		batch.Rows = append(batch.Rows, int32(i*set.N/min(set.N, mostScored)))
	}
	u := make([]float64, batch.Len()*set.Q)
	if err := learn.Outputs(l.bare(), batch, u); err != nil {
		return err
	}
	varies, size := 0.0, 0.0
	for o := range set.Q {
		mean := 0.0
		for i := range batch.Len() {
			mean += u[i*set.Q+o] / float64(batch.Len())
		}
		for i := range batch.Len() {
			v := u[i*set.Q+o]
			varies += (v - mean) * (v - mean)
			size += v * v
		}
	}
	if size > 0 {
		e.Signal = math.Sqrt(varies / size)
	}
	text := fmt.Sprintf("at the start the outputs differ from sample to sample by %s of their size: errors of reading count against that", percent(e.Signal))
	if e.Signal < 1e-9 {
		l.limit("encoding", "join the input springs to the outputs, and hang a load", "at the start no output differs from sample to sample")
		return nil
	}
	if x.Reading == nil && x.Train.Class != nil && e.Signal < mostCommon && !slices.ContainsFunc(x.Out, func(p network.Port) bool { return p.Pair }) {
		l.limit("encoding", "write `task: {reading: {tare: mean}}`, which takes off what all samples have in common and counts the rest with its sign; or read pairs of outputs",
			"%s, and outputs that compete by size compare what they have in common", text)
		return nil
	}
	l.fact("encoding", "%s", text)
	return nil
}

// mostCommon is the signal below which what samples have in common is most of an output.
const mostCommon = 0.5

// felt names inputs that no output feels: it turns each from none to full, the others at their means.
func (l *looking) felt(e *Encoding) error {
	x := l.x
	p, q := x.Train.P, x.Train.Q
	if p > mostTried || x.Train.N == 0 {
		return nil
	}
	mean := make([]float64, p)
	for i, f := range x.Train.F {
		mean[i%p] += f / float64(x.Train.N)
	}
	set := &task.Set{N: 2 * p, P: p, Q: q, Want: make([]float64, 2*p*q)}
	for a := range p {
		for end := range 2 {
			row := append([]float64(nil), mean...)
			switch {
			case len(x.Solid.Rig.In[a].Write) > 0:
				row[a] = float64(end)
			case end == 1:
				row[a] = 2*mean[a] + 1e-3*math.Abs(size(x.Train.F, a, p))
			}
			set.F = append(set.F, row...)
		}
	}
	u := make([]float64, set.N*q)
	if err := learn.Outputs(l.bare(), learn.Batch{Set: set}, u); err != nil {
		return err
	}
	for a := range p {
		if constant(x.Train.F, a, p) {
			continue // a load that always hangs
		}
		one, other := u[2*a*q:(2*a+1)*q], u[(2*a+1)*q:(2*a+2)*q]
		changes, all := 0.0, 0.0
		for o := range one {
			changes, all = math.Hypot(changes, one[o]-other[o]), math.Hypot(all, one[o])
		}
		if !(changes > vanishing*all) {
			e.Unfelt = append(e.Unfelt, x.Inputs[a])
		}
	}
	if n := len(e.Unfelt); n > 0 {
		names, more := e.Unfelt[:min(n, 8)], ""
		if n > 8 {
			more = fmt.Sprintf(" and %d more", n-8)
		}
		l.limit("encoding", "join their bonds to what is loaded and read; hubs draw pixels at random, and more of them miss fewer", "no output feels %d of %d inputs at the start: %s%s", n, p, strings.Join(names, ", "), more)
	}
	return nil
}

// bare is the rig without the electronics that read it.
func (l *looking) bare() learn.Rig {
	if l.x.Reading != nil {
		return l.x.Reading.Inner()
	}
	return l.x.Rig
}

// size is the largest amplitude of an input.
func size(f []float64, input, inputs int) (most float64) {
	for i := input; i < len(f); i += inputs {
		most = math.Max(most, math.Abs(f[i]))
	}
	return most
}

// constant reports whether an input is the same in every sample.
func constant(f []float64, input, inputs int) bool {
	for i := input; i < len(f); i += inputs {
		if f[i] != f[input] {
			return false
		}
	}
	return true
}
