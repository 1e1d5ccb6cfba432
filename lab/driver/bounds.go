package driver

import (
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
	stiff    []float64  // the last stiffnesses (len Card.Settings()), nil if none were set
	disarmed string     // why, if it was not the host's wish
}

// Arm puts limits in force. One wider than the card's is refused; one that is
// left out is the card's.
func (b *Bounds) Arm(ask lab.Limits) error {
	in, err := b.Card.Narrowed(ask)
	if err != nil {
		return err
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
	return b.rate(now)
}

// Hold checks loads and holds that are to be from now on.
func (b *Bounds) Hold(load []lab.Force, holds []lab.Hold, now time.Time) error {
	if err := b.Held(load, holds); err != nil {
		return err
	}
	return b.rate(now)
}

// Held checks loads and holds but for their rate.
func (b *Bounds) Held(load []lab.Force, holds []lab.Hold) error {
	if err := b.Force(load); err != nil {
		return err
	}
	return b.Card.CheckHolds(b.limits, holds)
}

// rate refuses what comes too soon.
func (b *Bounds) rate(now time.Time) error {
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
	return b.Card.CheckLoad(b.limits, load)
}

// Stiffness checks stiffnesses that are to be set. Call Stiffened when they are.
func (b *Bounds) Stiffness(k []float64) error {
	if err := b.Armed(); err != nil {
		return err
	}
	return b.Card.CheckStiffness(b.limits, b.stiff, k)
}

// Stiffened notes stiffnesses that were set.
func (b *Bounds) Stiffened(k []float64) { b.stiff = slices.Clone(k) }
