package insitu

import (
	"bytes"
	"fmt"

	"github.com/elastrain/elastrain/lab/matter"
	"github.com/elastrain/elastrain/network"
)

// buildMatter makes the laws of the bonds.
func (l *Lab) buildMatter() error {
	s, x := &l.Spec.Matter, l.Experiment
	switch {
	case s.Levels > 0 && s.Calibration != "":
		return l.fail("lab.matter.levels", fmt.Errorf("bonds follow either a number of levels or a calibration; leave one of them out"))
	case s.Levels == 0 && s.Calibration == "" && !s.Softening:
		return nil
	}
	laws := make(matter.Bonds, x.Eq.C.M)
	d := x.Design
	for i := range laws {
		lo, hi := d.Gain[i]*min(d.Lo[i], d.Start[i]), d.Gain[i]*max(d.Hi[i], d.Start[i])
		laws[i] = matter.Continuous{Lo: lo, Hi: hi}
		if s.Levels > 0 && hi > lo && x.Network.Elements[i].Kind == network.Bar {
			levels, err := matter.Even(s.Levels, lo, hi)
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
	return func(now, wanted []float64) ([]float64, error) {
		if now == nil || now[0] == 0 {
			now = l.Start
		}
		_, reached, err := l.Matter.Apply(now, wanted)
		return reached, err
	}
}
