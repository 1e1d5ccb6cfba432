package insitu

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/lab/matter"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/switchable"
)

// buildMatter makes the laws of the bonds.
func (l *Lab) buildMatter() error {
	s, x := l.made(), l.Experiment
	if cause, help := x.CheckElement(s.Element); cause != "" {
		return l.refuse("lab.matter.element", cause, help)
	}
	switch {
	case s.Levels > 0 && s.Calibration != "":
		return l.fail("lab.matter.levels", fmt.Errorf("bonds follow either a number of levels or a calibration; leave one of them out"))
	case s.Levels == 0 && s.Calibration == "" && !s.Softening:
		return nil
	}
	if x.Solid != nil {
		return l.buildBodyMatter()
	}
	laws := make(matter.Bonds, x.Eq.C.M)
	d := x.Design
	for i := range laws {
		lo, hi := d.Gain[i]*min(d.Lo[i], d.Start[i]), d.Gain[i]*max(d.Hi[i], d.Start[i])
		laws[i] = matter.Continuous{Lo: lo, Hi: hi}
		if s.Levels > 0 && hi > lo && x.Network.Elements[i].Kind == network.Bar {
			levels, err := l.levels(s.Levels, lo, hi)
			if err != nil {
				return l.fail("lab.matter.levels", err)
			}
			laws[i] = levels
		}
	}
	if s.Calibration != "" {
		var err error
		if laws, err = l.calibrated(); err != nil {
			return err
		}
	}
	if s.Softening {
		for i := range laws {
			laws[i] = matter.OneWay{Law: laws[i]}
		}
	}
	l.Matter = laws
	return nil
}

// made is what the file says of the matter of the bench, with what its element is known to be where the file is silent.
func (l *Lab) made() spec.LabMatter {
	s := l.Spec.Matter
	if e, ok := switchable.Find(s.Element); ok {
		if s.Levels == 0 && s.Calibration == "" && e.Sets == "stiffness" {
			s.Levels = e.Levels
		}
		s.Softening = s.Softening || e.OneWay
	}
	return s
}

// levels are so many over a range: at equal distances, or at equal ratios where the element says how many.
func (l *Lab) levels(count int, lo, hi float64) (*matter.Levels, error) {
	if l.Spec.Matter.Levels > 0 || !(lo > 0) {
		return matter.Even(count, lo, hi)
	}
	k := make([]float64, count)
	for i := range k {
		k[i] = lo * math.Pow(hi/lo, float64(i)/float64(count-1))
	}
	k[count-1] = hi
	return matter.NewLevels(nil, k)
}

// calibrated reads the laws of the bonds from their table.
func (l *Lab) calibrated() (matter.Bonds, error) {
	const path = "lab.matter.calibration"
	text, err := l.files(l.Spec.Matter.Calibration)
	if err != nil {
		return nil, l.fail(path, fmt.Errorf("cannot read %s: %w", l.Spec.Matter.Calibration, err))
	}
	tables, err := matter.ReadCSV(bytes.NewReader(text), l.Experiment.Eq.C.M)
	if err != nil {
		return nil, l.fail(path, err)
	}
	var laws matter.Bonds
	if l.Spec.Matter.Follow == "levels" {
		laws, err = tables.Levels()
	} else {
		laws, err = tables.Curves(true)
	}
	if err != nil {
		return nil, l.fail(path, err)
	}
	return laws, nil
}

// apply turns stiffnesses that are wanted into those that bonds can be given.
func (l *Lab) apply() func(now, wanted []float64) ([]float64, error) {
	if l.Matter == nil {
		return nil
	}
	if l.Experiment.Solid != nil {
		return l.applyBody
	}
	return func(now, wanted []float64) ([]float64, error) {
		if now == nil || now[0] == 0 {
			now = l.Start
		}
		_, reached, err := l.Matter.Apply(now, wanted)
		return reached, err
	}
}

// buildBodyMatter makes the laws of the parameters that learn, in their order.
func (l *Lab) buildBodyMatter() error {
	s, x := l.made(), l.Experiment
	d, params := x.Design, x.Solid.Params
	if s.Calibration != "" {
		return l.refuse("lab.matter.calibration", "a calibration tells the stiffness of bonds, and this bench sets parameters of elements", "give `levels`, or leave `matter` out")
	}
	laws := make(matter.Bonds, len(d.Free))
	for j, i := range d.Free {
		name, unit := named(x, int(i))
		lo, hi := min(d.Lo[i], d.Start[i]), max(d.Hi[i], d.Start[i])
		if !(lo > 0) || s.Softening && (params[i].Name == "rest" || params[i].Name == "scale") {
			return l.refuse("lab.matter", name+" is not among what matter of levels or of one way can say: widths, stiffnesses and sections above zero", "leave `matter` out")
		}
		laws[j] = matter.Continuous{Lo: lo, Hi: hi}
		if s.Levels > 0 && hi > lo {
			if math.IsInf(hi, 1) {
				return l.refuse("lab.matter.levels", fmt.Sprintf("the range of %s has no upper end (from %g %s on), and levels need both", name, lo, unit), "give the range an upper end")
			}
			levels, err := l.levels(s.Levels, lo, hi)
			if err != nil {
				return l.fail("lab.matter.levels", err)
			}
			laws[j] = levels
		}
		if s.Softening {
			laws[j] = matter.OneWay{Law: laws[j]}
		}
	}
	l.Matter = laws
	return nil
}

// applyBody turns parameters that are wanted into those that elements can be given; what does not learn stays.
func (l *Lab) applyBody(now, wanted []float64) ([]float64, error) {
	if now == nil {
		now = l.Start
	}
	free := l.Experiment.Design.Free
	from, to := make([]float64, len(free)), make([]float64, len(free))
	for j, i := range free {
		if from[j], to[j] = now[i], wanted[i]; from[j] == 0 {
			from[j] = l.Start[i]
		}
	}
	_, reached, err := l.Matter.Apply(from, to)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(wanted)
	for j, i := range free {
		out[i] = reached[j]
	}
	return out, nil
}
