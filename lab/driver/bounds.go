package driver

import (
	"math"
	"slices"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// Bounds is the check of limits that every driver makes for itself, whatever
// the host has checked before. What exceeds a limit is refused, never clamped.
// Displacements and elongations are for the host, who knows the design.
type Bounds struct {
	Card lab.Card

	armed    bool
	limits   lab.Limits // in force: the narrower of the card's and those armed with
	loaded   time.Time  // the last load
	stiff    []float64  // the last stiffnesses (len Card.Elements), nil if none were set
	disarmed string     // why, if it was not the host's wish
}

// Arm puts limits in force. One wider than the card's is refused; one that is
// left out is the card's.
func (b *Bounds) Arm(l lab.Limits) error {
	card := b.Card.Limits
	if err := checkLimits(l); err != nil {
		return refuse(BadRequest, "limits to arm with: %v", err)
	}
	in := card
	for _, c := range []struct {
		name string
		to   *float64
		from float64
		unit string
	}{
		{"force", &in.Force, l.Force, "N"},
		{"total force", &in.TotalForce, l.TotalForce, "N"},
		{"displacement", &in.Displacement, l.Displacement, "m"},
		{"elongation", &in.Elongation, l.Elongation, "m"},
		{"rate", &in.Rate, l.Rate, "loads a second"},
		{"stiffness step", &in.StiffnessStep, l.StiffnessStep, "N/m"},
	} {
		if c.from == 0 {
			continue
		}
		if *c.to != 0 && c.from > *c.to {
			return refuse(Refused, "a limit of %s of %g %s is wider than the bench's own of %g %s", c.name, c.from, c.unit, *c.to, c.unit)
		}
		*c.to = c.from
	}
	if l.Stiffness != [2]float64{} {
		own := card.Stiffness
		if own != [2]float64{} && (l.Stiffness[0] < own[0] || l.Stiffness[1] > own[1]) {
			return refuse(Refused, "stiffnesses from %g to %g N/m are a wider range than the bench's own from %g to %g N/m",
				l.Stiffness[0], l.Stiffness[1], own[0], own[1])
		}
		in.Stiffness = l.Stiffness
	}
	b.limits, b.armed, b.disarmed = in, true, ""
	return nil
}

// Disarm forbids everything until the next Arm. Why is said to who tries.
func (b *Bounds) Disarm(why string) { b.armed, b.disarmed = false, why }

// Armed is nil if the bench is armed.
func (b *Bounds) Armed() error {
	switch {
	case b.armed:
		return nil
	case b.disarmed != "":
		return refuse(NotArmed, "the bench is not armed any more: %s; arm it again", b.disarmed)
	}
	return refuse(NotArmed, "the bench is not armed; arm it first")
}

// Load checks loads that are to hang from now on. A load that is refused does
// not count for the rate; nor does one that takes everything off.
func (b *Bounds) Load(load []lab.Force, now time.Time) error {
	if err := b.Force(load); err != nil {
		return err
	}
	if len(load) == 0 {
		return nil
	}
	if r := b.limits.Rate; r > 0 && !b.loaded.IsZero() && now.Sub(b.loaded).Seconds() < 1/r {
		return refuse(Refused, "a load comes %.3g s after the last one, and this bench bears %g a second; nothing was moved",
			now.Sub(b.loaded).Seconds(), r)
	}
	b.loaded = now
	return nil
}

// Force checks loads but for their rate.
func (b *Bounds) Force(load []lab.Force) error {
	if err := b.Armed(); err != nil {
		return err
	}
	total := 0.0
	seen := make(map[int]bool, len(load))
	for _, f := range load {
		if f.Node < 0 || f.Node >= b.Card.Nodes {
			return refuse(BadRequest, "there is no node %d: nodes count from 1 to %d", f.Node+1, b.Card.Nodes)
		}
		if seen[f.Node] {
			return refuse(BadRequest, "node %d is loaded twice; add the forces up", f.Node+1)
		}
		seen[f.Node] = true
		for i, x := range f.F {
			if i >= b.Card.Dim && x != 0 {
				return refuse(BadRequest, "the force on node %d has a component %c, and the bench has %d dimensions", f.Node+1, 'x'+i, b.Card.Dim)
			}
		}
		size := math.Hypot(math.Hypot(f.F[0], f.F[1]), f.F[2])
		if math.IsNaN(size) || math.IsInf(size, 0) {
			return refuse(BadRequest, "the force on node %d is no number", f.Node+1)
		}
		if most := b.limits.Force; most > 0 && size > most {
			return refuse(Refused, "the force on node %d is %.4g N, more than %.4g N; nothing was moved", f.Node+1, size, most)
		}
		total += size
	}
	if most := b.limits.TotalForce; most > 0 && total > most {
		return refuse(Refused, "the forces add up to %.4g N, more than %.4g N; nothing was moved", total, most)
	}
	return nil
}

// Stiffness checks stiffnesses that are to be set. Call Stiffened when they are.
func (b *Bounds) Stiffness(k []float64) error {
	if err := b.Armed(); err != nil {
		return err
	}
	if len(k) != b.Card.Elements {
		return refuse(BadRequest, "%d stiffnesses for %d elements", len(k), b.Card.Elements)
	}
	least, most := b.limits.Stiffness[0], b.limits.Stiffness[1]
	for i, x := range k {
		switch {
		case !(x >= 0) || math.IsInf(x, 0):
			return refuse(BadRequest, "the stiffness of element %d is %g N/m", i+1, x)
		case (least != 0 || most != 0) && (x < least || x > most):
			return refuse(Refused, "the stiffness of element %d is %.4g N/m, outside %.4g to %.4g N/m; nothing was changed", i+1, x, least, most)
		case b.limits.StiffnessStep > 0 && b.stiff != nil && math.Abs(x-b.stiff[i]) > b.limits.StiffnessStep:
			return refuse(Refused, "the stiffness of element %d changes by %.4g N/m at once, more than %.4g N/m; nothing was changed",
				i+1, math.Abs(x-b.stiff[i]), b.limits.StiffnessStep)
		}
	}
	if !b.Card.Stiffens {
		return refuse(Unsupported, "this bench cannot change stiffnesses: every trained state is a new specimen")
	}
	return nil
}

// Stiffened notes stiffnesses that were set.
func (b *Bounds) Stiffened(k []float64) { b.stiff = slices.Clone(k) }
