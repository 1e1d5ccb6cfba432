package run

import (
	"fmt"
	"math/rand/v2"

	"github.com/elastrain/elastrain/passport"
)

// part is what the part of a trained network is called, "" where nothing is known of one.
func (t *Trained) part() string {
	if t.Part == nil {
		return ""
	}
	return t.Part.Part
}

// ReadPassport reads what is known of the part that a trained network will be given.
func (t *Trained) ReadPassport(name string, read func(name string) ([]byte, error)) error {
	if t.Experiment.Solid != nil {
		return fmt.Errorf("a passport tells stiffnesses of lattices of linear springs, and %s has other elements or laws", t.Dir)
	}
	text, err := read(name)
	if err == nil {
		t.Part, err = passport.Parse(name, text, read, t.Experiment.Network)
	}
	return err
}

// draw lets stiffnesses (N/m) be those of a specimen that the passport allows, which is asked for what was trained.
func (t *Trained) draw(seed, number uint64, k []float64) error {
	s, err := t.Part.Draw(rand.New(rand.NewPCG(seed, number)))
	if err != nil {
		return err
	}
	if asked := t.Experiment.Asked(k); asked != nil {
		copy(k, asked)
	}
	for i, share := range s.Share {
		k[i] *= share
	}
	return nil
}
