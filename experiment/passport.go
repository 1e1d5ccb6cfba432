package experiment

import (
	"errors"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/passport"
	"github.com/elastrain/elastrain/spec"
)

// readPassport reads what is known of the part, if the file names it: bonds that are cut are so from now on.
func (b *builder) readPassport() {
	if b.options.AsAsked || b.Spec.Lab == nil || b.Spec.Lab.Passport == "" {
		return
	}
	const path = "lab.passport"
	name := b.Spec.Lab.Passport
	if b.isSolid() {
		b.fail("E0902", path, "a passport tells stiffnesses of lattices of linear springs, and this network has other elements or laws").WithHelp("leave `passport` out")
		return
	}
	if b.Spec.Learn.Compat != "" {
		b.fail("E0902", path, "the authors' program, which `compat` replays, knows of no parts").WithHelp("leave `compat` or `passport` out")
		return
	}
	if b.files == nil {
		b.fail("E0902", path, "no file can be read here")
		return
	}
	text, err := b.files(name)
	if err == nil {
		b.Passport, err = passport.Parse(name, text, b.files, b.Network)
	}
	var bad spec.Errors
	switch {
	case errors.As(err, &bad):
		b.errors = append(b.errors, bad...)
	case err != nil:
		b.fail("E0902", path, "cannot read %s: %v", name, err).WithHelp("`elastrain lab identify DIR --passport %s` writes it", name)
	default:
		b.share = b.Passport.Mean().Share
		for i, share := range b.share {
			b.Network.Elements[i].Cut = b.Network.Elements[i].Cut || share == 0
		}
	}
}

// partOf lets bonds have their share of what they are asked for. What learns stays what is asked: a width, or a stiffness.
func (b *builder) partOf(d *design.Design) {
	if b.share == nil {
		return
	}
	lo, hi := math.Inf(1), 0.0
	for i, share := range b.share {
		if share > 0 {
			d.Gain[i] *= share
			lo, hi = min(lo, share), max(hi, share)
		}
	}
	b.Notes = append(b.Notes, fmt.Sprintf("%s: bonds have %.0f to %.0f %% of what they are asked for, and training knows it", b.Spec.Lab.Passport, 100*lo, 100*hi))
}

// Asked is what the bonds of a part are asked for so that they have the stiffness k, N/m; nil where nothing is known of a part.
func (x *Experiment) Asked(k []float64) []float64 {
	if x.share == nil {
		return nil
	}
	asked := make([]float64, len(k))
	for i, v := range k {
		if asked[i] = v; x.share[i] > 0 {
			asked[i] = v / x.share[i]
		}
	}
	return asked
}
