package outlook

import (
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// Encoding is what inputs that set stiffnesses bring.
type Encoding struct {
	Springs     int      `json:"input_springs"`
	Features    int      `json:"features"`
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
	ratio := math.Inf(1)
	if h := x.Spec.Hubs; h != nil {
		e.Springs, e.Features = h.Number*h.Branches, len(x.Table.Features)
		if h.Left > 0 {
			ratio = 1 / h.Left
		}
		for i := range x.Solid.Rig.In {
			for _, c := range x.Solid.Rig.In[i].Write {
				if c.Complement {
					e.Complements++
				}
			}
		}
	} else {
		for i := range x.Spec.Task.Inputs {
			in := &x.Spec.Task.Inputs[i]
			if in.Elements == nil {
				continue
			}
			e.Features++
			e.Springs += len(in.Elements)
			if in.Complement {
				e.Complements += len(in.Elements)
			}
			left := in.Left
			if in.Stiffness.IsSet() {
				left = in.Stiffness.Min / in.Stiffness.Max
			}
			if left > 0 {
				ratio = math.Min(ratio, 1/left)
			}
		}
	}
	on := "to zero: an on/off ratio without end, which matter has not"
	if !math.IsInf(ratio, 1) {
		e.Ratio, on = &ratio, fmt.Sprintf("down to 1/%.3g of what they are when on", ratio)
	}
	l.fact("encoding", "%s of %s are set by %s, %d of them by the lack of one, and go %s. The answer is a ratio of polynomials in the features, not a plane",
		count(e.Springs, "spring"), fmt.Sprint(len(x.Network.Elements)), count(e.Features, "input"), e.Complements, on)
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
	if err := learn.Outputs(x.Rig, batch, u); err != nil {
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
	l.fact("encoding", "%s", text)
	return nil
}

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
			if v := x.Spec.Hubs != nil || x.Spec.Task.Inputs[min(a, len(x.Spec.Task.Inputs)-1)].Elements != nil; v && !(x.Spec.Hubs != nil && a == p-1) {
				row[a] = float64(end)
			} else if end == 1 {
				row[a] *= 2
				if row[a] == 0 {
					row[a] = 1
				}
			}
			set.F = append(set.F, row...)
		}
	}
	u := make([]float64, set.N*q)
	if err := learn.Outputs(x.Rig, learn.Batch{Set: set}, u); err != nil {
		return err
	}
	for a := range p {
		if in := x.Spec.Task.Inputs; x.Spec.Hubs == nil && a < len(in) && in[a].Feature == "" || x.Spec.Hubs != nil && a == p-1 {
			continue // a load that always hangs
		}
		one, other := u[2*a*q:(2*a+1)*q], u[(2*a+1)*q:(2*a+2)*q]
		changes, size := 0.0, 0.0
		for o := range one {
			changes, size = math.Hypot(changes, one[o]-other[o]), math.Hypot(size, one[o])
		}
		if !(changes > vanishing*size) {
			e.Unfelt = append(e.Unfelt, x.Inputs[a])
		}
	}
	if n := len(e.Unfelt); n > 0 {
		names, more := e.Unfelt[:min(n, 8)], ""
		if n > 8 {
			more = fmt.Sprintf(" and %d more", n-8)
		}
		l.limit("encoding", "join their bonds to what is loaded and read; hubs draw pixels at random, and more of them miss fewer", "%s of %d are felt by no output at the start: %s%s", count(n, "input"), p, strings.Join(names, ", "), more)
	}
	return nil
}
