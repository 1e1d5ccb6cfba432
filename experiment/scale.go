package experiment

import (
	"strings"

	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// solidScale gives a loss its unit where the file leaves it open.
func (b *builder) solidScale() {
	mixed := b.OutputsUnit() == ""
	l, ok := b.Loss.(task.MeanSquare)
	if !ok {
		if mixed {
			b.fail("E0410", "task", "outputs compete, and they are read in different units").WithHelp("let displacements compete, or rotations, or potentials")
			return
		}
		move, err := meanMove(b.Rig, b.Train)
		if err == nil && move == 0 {
			b.still()
			return
		}
		if err == nil {
			b.Loss, err = b.ScaledLoss(b.Rig, b.Train)
		}
		if err != nil {
			b.solidError(err)
		}
		return
	}
	if mixed {
		l.Each = make([]float64, len(b.Out))
	}
	for _, own := range unitScales(&b.Spec.Task) {
		first := b.outputIn(own.unit)
		if first < 0 {
			if *own.value > 0 && (mixed || own.unit != "m") { // a scale in m once stood for any single unit
				b.failKey("E0410", "task."+own.key, "no output is read in %s", own.unit).WithHelp("leave `%s` out", own.key)
				return
			}
			continue
		}
		scale := *own.value
		if scale == 0 && !mixed {
			scale = l.Scale
		}
		if scale == 0 {
			if scale = rms(b.wantsIn(own.unit)); scale == 0 {
				b.fail("E0411", "task", "every wanted %s is zero, so an error has no natural size", own.one()).
					WithHelp("add `%s: %s`, the %s that counts as an error of one", own.key, own.like, own.one())
				return
			}
		}
		l.Scale = scale
		for o := range l.Each {
			if b.OutputUnit(o) == own.unit {
				l.Each[o] = scale
			}
		}
	}
	b.Loss = l
}

// unitScale is the scale of the errors of outputs of one unit, as a file has it.
type unitScale struct {
	unit, key  string
	value      *float64
	what, like string
}

// one is a value of it: displacement, rotation, potential.
func (u unitScale) one() string {
	return strings.TrimSuffix(strings.TrimPrefix(u.what, "wanted "), "s")
}

func unitScales(t *spec.Task) []unitScale {
	return []unitScale{{"m", "scale", &t.Scale, "wanted displacements", "1 mm"}, {"rad", "scale_turn", &t.Turning, "wanted rotations", "1 mrad"},
		{"V", "scale_potential", &t.Volts, "wanted potentials", "1 V"},
		{"1", "scale_strain", &t.Strain, "wanted strains", "0.1 %"}}
}

// outputIn is the first output that is read in a unit, -1 for none.
func (x *Experiment) outputIn(unit string) int {
	for o := range x.Out {
		if x.OutputUnit(o) == unit {
			return o
		}
	}
	return -1
}

// wantsIn are all values wanted of outputs in a unit.
func (x *Experiment) wantsIn(unit string) (want []float64) {
	for i, v := range x.Train.Want {
		if x.OutputUnit(i%x.Train.Q) == unit {
			want = append(want, v)
		}
	}
	return want
}
