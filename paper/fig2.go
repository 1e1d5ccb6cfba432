package paper

import (
	"context"
	"fmt"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/run"
)

// Figure2 recomputes the asymmetric answer to a symmetric push, mirrored too:
// once as the authors' program does, and once to the certified optimum.
func (s Study) Figure2(context.Context) (*Report, error) {
	r := new(Report)
	best, _ := examples.Text("left-right")
	var panels []figure.Panel
	for side, name := range []string{"right-trained", "left-trained"} {
		more, less := side, 1-side // outputs: 0 is node 13 (right), 1 is node 14 (left)
		most := []string{fmt.Sprintf("task.cases[1].want[%d].most=true", more+1), fmt.Sprintf("task.cases[1].want[%d].most=false", less+1)}
		output := []string{"node 13 (right)", "node 14 (left)"}

		replay, err := build("behaviour-left", most...)
		if err != nil {
			return nil, err
		}
		u, err := experiment.Outputs(replay.Rig, replay.Train)
		if err != nil {
			return nil, err
		}
		if side == 0 {
			r.add("2", "before training: node 13", -0.524292929, 1e3*u[0], "mm", printedDigit, "")
			r.add("2", "before training: node 14", -0.524292929, 1e3*u[1], "mm", printedDigit, "")
		}
		t, err := teach(replay, nil)
		if err != nil {
			return nil, err
		}
		if u, err = experiment.Outputs(replay.Rig, replay.Train); err != nil {
			return nil, err
		}
		note := fmt.Sprintf("the authors' program replayed: it stops after %d Adam steps, when the stiffness changes by less than 1e-8", t.Steps)
		r.add("2", name+": "+output[more], -0.625333116, 1e3*u[more], "mm", printedDigit, note)
		r.add("2", name+": "+output[less], -0.479973464, 1e3*u[less], "mm", printedDigit, note)

		x, err := buildText("left-right", best, most...)
		if err != nil {
			return nil, err
		}
		ours, err := teach(x, nil)
		if err != nil {
			return nil, err
		}
		v, err := ours.Verdict()
		if err != nil {
			return nil, err
		}
		r.goal("2", name+": gradient steps to the optimum, certificate included", float64(ours.Steps), "steps", ours.Steps <= 3 && v.Converged && v.KKT == 0,
			fmt.Sprintf("every bond ends at the bound that its slope points to (KKT residual 0), so no width in the box is better to first order; the authors' program takes %d", t.Steps))
		r.goal("2", name+": loss at the optimum", ours.final.Train.Loss, "1", ours.final.Train.Loss <= t.final.Train.Loss,
			fmt.Sprintf("the authors' program stops just short of the corner of the box, at %.9f", t.final.Train.Loss))
		k, err := ours.Stiffness()
		if err != nil {
			return nil, err
		}
		s, err := x.Snapshot(experiment.View{Theta: k, Cases: []int{0}})
		if err != nil {
			return nil, err
		}
		shape, stretch := s.Cases[0].Displacement, s.First(s.Cases[0].Deformation)
		for i := range stretch {
			stretch[i] *= 1e6
		}
		l := run.Lattice(s)
		l.Title = name
		l.Inputs[0].Label = "" // the arrow says it, and a name would hide nodes
		for o, short := range []string{"R", "L"} {
			l.Outputs[o].Label = short
		}
		panels = append(panels, figure.Panel{Picture: l}, figure.Panel{Picture: figure.Lattice{Title: "the same under its load", Network: x.Network, Values: stretch,
			ValueTitle: "elongation (µm)", Signed: true, Displacement: shape}})
	}
	r.Pictures = append(r.Pictures, run.Picture{Name: "fig2", Picture: figure.Grid{Columns: 2, Panels: panels}, Width: 18 * vg.Centimeter, Height: 16 * vg.Centimeter})
	return r, nil
}

// printedDigit is half a unit of the last digit of the published displacements, mm.
const printedDigit = 0.5e-9
