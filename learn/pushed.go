package learn

import "math"

// Pushed is a Rig that tells how large its loads are where amplitudes at inputs are no loads: displacements that are given, or stiffnesses.
type Pushed interface {
	Rig
	// Push is the largest load at an input under amplitudes in: N, or N m or A where inputs are of that kind.
	Push(in []float64) (float64, error)
}

// Push is the largest load at an input of any rig. What is small beside it is a small load at an output, too.
func Push(rig Rig, in []float64) (float64, error) {
	if p, ok := rig.(Pushed); ok {
		return p.Push(in)
	}
	return largest(in), nil
}

// Push implements Pushed. The force at a given displacement is the work of what bonds bear along the motion that this displacement
// alone would be.
func (x *Exact) Push(in []float64) (float64, error) {
	if !x.given {
		return largest(in), nil
	}
	r, err := x.Respond()
	if err != nil {
		return 0, err
	}
	most, k := 0.0, x.Stiffness()
	for i := range x.in {
		if !x.in[i].Given {
			most = max(most, math.Abs(in[i]))
			continue
		}
		force := 0.0
		for m, stiffness := range k {
			row := r.E[m*r.Stride:][:r.P]
			e := 0.0
			for a, amplitude := range in {
				e += amplitude * row[a]
			}
			force += stiffness * e * row[i]
		}
		most = max(most, math.Abs(force))
	}
	return most, nil
}

// Push implements Pushed.
func (r *Statics) Push(in []float64) (float64, error) {
	most, told := 0.0, false
	for i := range r.In {
		switch p := &r.In[i]; {
		case p.Given >= 0 || p.Drive > 0:
			told = true
		case len(p.Write) == 0:
			most = max(most, math.Abs(in[i]))
		}
	}
	if !told {
		return most, nil
	}
	s, err := r.Under(in, nil)
	if err != nil {
		return 0, err
	}
	force, _ := r.Work(in, s)
	return largest(force), nil
}

// InProportion reports whether the answers of a rig to several loads add up, and grow with the loads.
func InProportion(rig Rig) bool {
	switch r := rig.(type) {
	case Linear, Superposing:
		return true
	case interface{ InProportion() bool }:
		return r.InProportion()
	}
	return false
}

// InProportion says whether the body is linear, and no input sets what it is made of.
func (r *Statics) InProportion() bool { return r.linear }
