package experiment

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// buildTask makes ports, samples and loss.
func (b *builder) buildTask() {
	t := &b.Spec.Task
	if t.Kind == "behaviour" {
		b.behaviour()
	} else {
		b.fromData()
	}
	if len(b.errors) > 0 && (b.hubs != nil || b.comb != nil) {
		return
	}
	b.tellApart(b.In, b.Inputs)
	b.tellApart(b.Out, b.Outputs)
	if len(b.errors) == 0 {
		b.loss()
		b.countData()
	}
}

// behaviour builds the load cases. Every case lists its own pushes and wants;
// equal ones share a port.
func (b *builder) behaviour() {
	t := &b.Spec.Task
	square := t.Loss == "" || t.Loss == "mean-square"
	pushes := make([][]pushed, len(t.Cases))
	wants := make([][]int, len(t.Cases))
	for i := range t.Cases {
		c := &t.Cases[i]
		path := fmt.Sprintf("task.cases[%d]", i+1)
		for j, push := range c.Push {
			at := fmt.Sprintf("%s.push[%d]", path, j+1)
			amount, part, given, one := b.amount(at, &c.Push[j])
			if p, ok := b.portOf(at, place{push.Node, push.Nodes, push.Mean}, push.Along, part, cmp.Or(stressed(&c.Push[j]), push.About), "pushed"); ok && one {
				p.Given = given
				if p, amount, ok = b.imposed(at, &c.Push[j], p, amount); !ok {
					continue
				}
				pushes[i] = append(pushes[i], pushed{b.port(&b.In, &b.Inputs, p), amount})
			}
		}
		for j, want := range c.Want {
			at := fmt.Sprintf("%s.want[%d]", path, j+1)
			p, ok := b.portOf(at, place{want.Node, want.Nodes, want.Mean}, want.Along, part(&want), cmp.Or(strained(&want), want.About), "output")
			if !ok {
				continue
			}
			p.Exact = want.Strain != nil && b.finite()
			number := b.port(&b.Out, &b.Outputs, p)
			for _, other := range wants[i] {
				if sameReading(p, b.Out[other]) {
					b.fail("E0315", at, "case %d wants two things of the same displacement", i+1).WithHelp("keep one of them")
				}
			}
			wants[i] = append(wants[i], number)
		}
		b.wishes(path, c, square)
	}
	for i := range pushes {
		told := make([]int, len(b.In))
		for _, push := range pushes[i] {
			told[push.port]++
		}
		for in, p := range b.In {
			if p.Given && told[in] != 1 && len(b.errors) == 0 {
				b.given(i+1, b.Inputs[in], told[in] > 1)
			}
		}
	}
	if len(b.errors) > 0 {
		return
	}
	p, q := len(b.In), len(b.Out)
	set := &task.Set{N: len(t.Cases), P: p, Q: q, F: make([]float64, len(t.Cases)*p), Want: make([]float64, len(t.Cases)*q)}
	for i := range set.Want {
		set.Want[i] = math.NaN()
	}
	if !square {
		set.Class = make([]int32, set.N)
	}
	for i := range t.Cases {
		for _, push := range pushes[i] {
			set.F[i*p+push.port] += push.amount
		}
		for j, want := range t.Cases[i].Want {
			set.Want[i*q+wants[i][j]] = 0
			if square {
				set.Want[i*q+wants[i][j]] = *moved(&want)
				if want.Strain != nil {
					set.Want[i*q+wants[i][j]] *= b.distance(b.Out[wants[i][j]])
				}
			} else if want.Most {
				set.Class[i] = int32(wants[i][j])
			}
		}
	}
	b.Train, b.Valid, b.Test, b.pushes = set, &task.Set{P: p, Q: q}, &task.Set{P: p, Q: q}, pushes
}

// pushed is one push of a case as the file has it.
type pushed struct {
	port   int
	amount float64 // N, or m where the displacement is given
}

// wishes checks that every want of a case says what its loss can use.
func (b *builder) wishes(path string, c *spec.Case, square bool) {
	loss := lossName(b.Spec.Task.Loss)
	most, without := 0, 0
	for j, want := range c.Want {
		at := fmt.Sprintf("%s.want[%d]", path, j+1)
		switch {
		case square && want.Most:
			b.failKey("E0410", at+".most", "`most` lets outputs compete, and the loss is mean-square").
				WithHelp("add `loss: cross-entropy` to the task, or give this output a `move`")
		case !square && moved(&want) != nil:
			key := wanted(&want)
			b.failKey("E0410", at+"."+key, "`%s` asks for a displacement, and the loss %s lets outputs compete", key, loss).
				WithHelp("leave `loss` out, or mark one output `most: true` and leave `%s` out", key)
		case want.Most && most > 0:
			b.failKey("E0409", at+".most", "two outputs of this case are to move most").WithHelp("mark one of them")
		}
		if want.Most {
			most++
		} else if moved(&want) == nil {
			without = j + 1
		}
	}
	switch {
	case square && without > 0 && most == 0:
		b.fail("E0411", fmt.Sprintf("%s.want[%d]", path, without), "this output has no displacement to reach").WithHelp("add `move: -0.5 mm`")
	case !square && len(c.Want) < 2:
		b.fail("E0409", path+".want", "nothing competes with the one output of this case").WithHelp("list the outputs that are to move less, too")
	case !square && most == 0:
		b.failKey("E0409", path+".want", "no output of this case is to move most").WithHelp("mark one of them `most: true`")
	}
}

func lossName(name string) string {
	if name == "" {
		return "mean-square"
	}
	return name
}

// loss chooses the loss of the task; its scales are set by lossScale, when the
// network can be asked how far it moves.
func (b *builder) loss() {
	t := &b.Spec.Task
	displacements := b.Train.Class == nil
	name := t.Loss
	if name == "" {
		name = "mean-square"
		if !displacements {
			name = b.classLoss()
		}
	}
	if (name == "mean-square") != displacements {
		b.fail("E0410", "task.loss", "the %s loss does not fit a %s", name, t.Kind).
			WithHelp("mean-square is for displacements; cross-entropy, softmax, fisher and hinge are for classes")
		return
	}
	if t.Reading != nil && name != "softmax" {
		b.fail("E0410", "task.loss", "the %s loss is of displacements, and `reading` makes logits of them", name).
			WithHelp("use loss: softmax, which then is that of logits, or leave `reading` out")
		return
	}
	if t.Reading != nil && t.Sharp != 0 {
		b.failKey("E0410", "task.sharpness", "`sharpness` and the gain of `reading` say the same").WithHelp("keep one of them")
	}
	if !(t.Smoothing >= 0 && t.Smoothing < 1) {
		b.fail("E0410", "task.smoothing", "the share of certainty that goes to all classes is 0 up to 1, not %g", t.Smoothing).WithHelp("write `smoothing: 10 %%`")
	}
	refuse := func(value float64, key, owner string) {
		if value != 0 && name != owner {
			b.failKey("E0410", "task."+key, "`%s` belongs to the %s loss, and this task uses %s", key, owner, name).
				WithHelp("leave `%s` out, or use loss: %s", key, owner)
		}
	}
	refuse(t.Sharp, "sharpness", "softmax")
	refuse(t.Smoothing, "smoothing", "softmax")
	refuse(t.Margin, "margin", "hinge")
	refuse(t.Scale, "scale", "mean-square")
	refuse(t.Turning, "scale_turn", "mean-square")
	refuse(t.Strain, "scale_strain", "mean-square")
	refuse(t.Volts, "scale_potential", "mean-square")
	switch name {
	case "mean-square":
		b.Loss = task.MeanSquare{Scale: t.Scale}
	case "cross-entropy":
		b.Loss = task.CrossEntropy{}
	case "softmax":
		b.Loss = task.Softmax{Sharpness: t.Sharp, Smoothing: t.Smoothing}
		if t.Reading != nil {
			b.Loss = task.SignedSoftmax{Sharpness: 1, Smoothing: t.Smoothing}
		}
	case "fisher":
		b.Loss = task.Fisher{}
	case "hinge":
		b.Loss = task.Hinge{Margin: t.Margin}
	}
}

// classLoss is the loss of classes where the file names none.
func (x *Experiment) classLoss() string {
	if x.Spec.Task.Reading != nil {
		return "softmax"
	}
	return "cross-entropy"
}

// Evidence is the lead, in units of the mean displacement of the outputs at the
// start, that softmax takes for e : 1 odds, and that hinge asks for, where the
// spec gives no sharpness or margin.
const (
	softmaxLead = 0.05
	hingeLead   = 0.1
)

// lossScale gives the loss its unit of displacement where the spec leaves it
// open, and refuses tasks whose outputs do not move at all.
func (b *builder) lossScale() {
	for _, own := range unitScales(&b.Spec.Task) {
		if own.unit != "m" && *own.value > 0 {
			b.failKey("E0410", "task."+own.key, "no output is read in %s", own.unit).WithHelp("leave `%s` out", own.key)
			return
		}
	}
	if l, ok := b.Loss.(task.MeanSquare); ok && l.Scale == 0 && rms(b.Train.Want) == 0 {
		b.fail("E0411", "task", "every wanted displacement is zero, so an error has no natural size").
			WithHelp("add `scale: 1 mm`, the displacement that counts as an error of one")
		return
	}
	move := 1.0
	if slices.ContainsFunc(b.In, func(p network.Port) bool { return p.Given }) {
		if _, err := b.Exact.Respond(); err != nil {
			b.mechanicalError(err)
			return
		}
	}
	if b.Train.Class != nil {
		var err error
		if move, err = meanMove(b.Exact, b.Train); err != nil {
			b.mechanicalError(err)
			return
		}
	}
	if move == 0 {
		b.still()
		return
	}
	var err error
	if b.Loss, err = b.ScaledLoss(b.Exact, b.Train); err != nil {
		b.mechanicalError(err)
	}
}

// still says that nothing tells the classes apart.
func (b *builder) still() {
	b.fail("E0703", "task", "no output moves under any input at the start").
		WithHelp("the pushes are zero, the outputs are not joined to the inputs, or symmetry holds them: choose other ports, or `start: random` in bonds")
}

// ScaledLoss is the loss of the spec for samples on a rig as it is now: where
// the spec gives no scale, sharpness or margin, displacements are measured by
// the targets, or by the mean displacement of the outputs.
func (x *Experiment) ScaledLoss(rig learn.Rig, set *task.Set) (task.Loss, error) {
	t := &x.Spec.Task
	switch l := x.Loss.(type) {
	case task.MeanSquare:
		l.Scale = t.Scale
		if l.Scale == 0 {
			l.Scale = rms(set.Want)
		}
		return l, nil
	case task.Softmax:
		l.Sharpness = t.Sharp
		if l.Sharpness == 0 {
			move, err := meanMove(rig, set)
			if err != nil {
				return nil, err
			}
			l.Sharpness = 1 / (softmaxLead * move)
		}
		return l, nil
	case task.Hinge:
		l.Margin = t.Margin
		if l.Margin == 0 {
			move, err := meanMove(rig, set)
			if err != nil {
				return nil, err
			}
			l.Margin = hingeLead * move
		}
		return l, nil
	}
	return x.Loss, nil
}

// meanMove is the mean |u| of all outputs under all samples.
func meanMove(rig learn.Rig, set *task.Set) (float64, error) {
	u := make([]float64, set.N*set.Q)
	if err := learn.Outputs(rig, learn.Batch{Set: set}, u); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, v := range u {
		sum += math.Abs(v)
	}
	return sum / float64(len(u)), nil
}

// rms is the root mean square of the numbers that are asked for. Squares are taken of shares of the largest, so
// that none overflows or vanishes.
func rms(want []float64) float64 {
	most := 0.0
	for _, v := range want {
		if !math.IsNaN(v) {
			most = max(most, math.Abs(v))
		}
	}
	if most >= 1e-100 && most <= 1e100 {
		most = 1
	}
	sum, n := 0.0, 0
	for _, v := range want {
		if !math.IsNaN(v) && most > 0 {
			v /= most
			sum += v * v
			n++
		}
	}
	return most * math.Sqrt(sum/float64(max(n, 1)))
}
