package insitu

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/lab/driver/folder"
	"github.com/elastrain/elastrain/lab/driver/manual"
	"github.com/elastrain/elastrain/lab/driver/serial"
	"github.com/elastrain/elastrain/lab/hang"
	"github.com/elastrain/elastrain/lab/identify"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/run"
)

// Open starts the bench: a program or a device, if it is one, or a person. k is
// the stiffness that it has, N/m. close ends it; the lattice is then safe as far
// as the bench can make it.
func (l *Lab) Open(k []float64) (bench lab.Bench, close func() error, err error) {
	nothing := func() error { return nil }
	options := driver.Options{Log: l.options.Log, Pinned: l.Pinned, Answer: seconds(l.Spec.Answer)}
	switch l.Spec.Bench {
	case "exec":
		c, err := driver.Process(l.Spec.Command, options)
		if err != nil {
			return nil, nil, err
		}
		return c, c.Close, nil
	case "serial":
		c, err := serial.Open(l.Spec.Port, l.Spec.Baud, options)
		if err != nil {
			return nil, nil, err
		}
		return c, c.Close, nil
	case "manual", "folder":
		return l.openDirectories(k)
	}
	t, err := l.Twin(k)
	if err != nil {
		return nil, nil, l.fail("lab.twin", err)
	}
	return t, nothing, nil
}

// ByHand reports whether a person does what the bench is asked to.
func (l *Lab) ByHand() bool { return l.byHand() }

// Twin makes the simulated specimen.
func (l *Lab) Twin(k []float64) (*twin.Bench, error) {
	if l.Experiment.Solid != nil {
		return twin.NewBody(l.Experiment.Network, l.form(), k, l.TwinConfig())
	}
	config := l.TwinConfig()
	if l.Spec.Twin.Specimen == "passport" {
		s, err := l.Passport.Draw(rand.New(rand.NewPCG(config.Seed, passportStream)))
		if err != nil {
			return nil, err
		}
		config.Known = known(s)
	}
	return twin.New(l.Experiment.Network, k, config)
}

// passportStream is part of the results that people publish.
const passportStream = 0x7061737370 // "passp"

// TwinConfig is the twin section in the words of package twin.
func (l *Lab) TwinConfig() twin.Config {
	s := &l.Spec.Twin
	limits := l.Limits
	limits.Stiffness, limits.StiffnessStep = [2]float64{}, 0 // of the session, not of the specimen
	weights := l.halfGrams()
	if l.boxed() {
		weights.Quantum = 0 // what hangs is made of the box
	}
	var stage *twin.Stage
	if l.holds() || l.staged {
		stage = &twin.Stage{Error: 2e-6}
		if s.Stage != nil {
			stage.Error = *s.Stage
		}
	}
	return twin.Config{
		Stage: stage,
		Seed:  l.Experiment.Spec.Seed, Fixed: s.Fixed, Finite: l.twinFinite(), Limits: limits,
		Fabrication: twin.Fabrication{Width: s.Scatter, Modulus: s.Modulus, Cracked: s.Cracked},
		Bias:        twin.Bias{Factor: s.Bias},
		Update:      twin.Update{Error: s.Update, Drift: s.Wander / 24},
		Creep:       twin.Creep{Share: s.Creep, Time: seconds(s.Relaxation)},
		Weights:     weights,
		Camera:      twin.Camera{Noise: s.Noise, Marks: s.Marks, Shift: s.Shift, Magnification: s.Zoom, ShiftRate: s.Drift},
		Frames:      twin.Frames{Dropped: s.Dropped, Duplicated: s.Duplicated, Stale: s.Stale, Missing: s.Missing},
	}
}

// twinFinite reports whether the twin deforms as far as it does: not where nodes slide on rails that are only drawn.
func (l *Lab) twinFinite() bool {
	return l.Spec.Bench == "twin" && l.Spec.Twin.Deformation == "finite" && !l.Experiment.Rails()
}

// halfGrams is the weights of a twin that has no box.
func (l *Lab) halfGrams() twin.Weights {
	return twin.Weights{Quantum: l.Spec.Twin.Quantum / hang.StandardGravity, Hanging: seconds(l.Spec.Twin.Hanging)}
}

// felt is the load that the lattice had in a phase: a twin without a box rounds what it is asked for.
func (l *Lab) felt(p *session.PhaseEvent) []lab.Force {
	if l.Spec.Bench != "twin" || p.Shots > 0 {
		return p.Record.Load
	}
	return l.halfGrams().Felt(l.Experiment.Network.Nodes(), p.Record.Load)
}

// errBody says what is not known of a body.
var errBody = errors.New("stiffnesses are identified of lattices of linear springs, and this one has elements of other kinds or laws")

// Identifiable is an error where Identify cannot be asked.
func (l *Lab) Identifiable() error {
	if l.Experiment.Solid != nil {
		return errBody
	}
	return nil
}

// Identify finds the stiffnesses that bonds had, with finite deformation unless the bench is
// a linear twin. Where theory has no equilibrium nearby it falls back on the linear one; finite
// says which it was.
func (l *Lab) Identify(cases []identify.Case, prior identify.Prior) (e *identify.Estimate, finite bool, err error) {
	net := l.Experiment.Network
	known := true // to finite deformation
	for i := range net.Elements {
		known = known && (net.Elements[i].Kind == network.Bar || net.Elements[i].Kind == network.Ground)
	}
	if known && (l.Spec.Bench != "twin" || l.Spec.Twin.Deformation == "finite") {
		if e, err = identify.FitFinite(net, cases, prior); err == nil {
			return e, true, nil
		}
	}
	e, err = identify.Fit(net, cases, prior)
	return e, false, err
}

// card is what is known of a bench of files and people.
func (l *Lab) card() lab.Card {
	net := l.Experiment.Network
	card := lab.Card{Name: l.Spec.Bench, Version: "1", Dim: net.Dim, Nodes: net.Nodes(), Elements: len(net.Elements),
		Stiffens: l.Spec.Stiffens, Limits: l.Limits}
	if l.Experiment.Solid != nil {
		card.Values, card.Unit = l.Experiment.Parameters(), l.learningUnit()
		card.Removes = writes(l.Experiment) != nil // whoever reads a card knows what 0 is
	}
	return card
}

// beside is a path that the file names, from where elastrain runs.
func (l *Lab) beside(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(l.options.Folder, path)
}

// directories makes the inbox and the directory of orders.
func (l *Lab) directories() (inbox, orders string, err error) {
	inbox, orders = l.beside(l.Spec.Inbox), l.beside(l.Spec.Orders)
	for _, dir := range []string{inbox, orders} {
		if err := atomicfile.MakeDir(atomicfile.OS{}, dir); err != nil {
			return "", "", err
		}
	}
	return inbox, orders, nil
}

// openDirectories opens a bench of files and people, which one session at a time
// may have, and which remembers what its bonds are set to.
func (l *Lab) openDirectories(k []float64) (bench lab.Bench, close func() error, err error) {
	if _, _, err := l.directories(); err != nil {
		return nil, nil, err
	}
	orders := l.beside(l.Spec.Orders)
	lock, err := atomicfile.Lock(filepath.Join(orders, lockName))
	var held *atomicfile.LockedError
	if errors.As(err, &held) {
		return nil, nil, &run.DirectoryError{Code: "E0604", Dir: orders, Cause: "another process has this bench", Err: err,
			Help: "wait for it; for another bench, give lab.orders and lab.inbox other directories"}
	}
	if err != nil {
		return nil, nil, err
	}
	if err = atomicfile.RemoveTemps(atomicfile.OS{}, orders); err == nil {
		bench, err = l.openHeld(k)
	}
	if err != nil {
		return nil, nil, errors.Join(err, lock.Unlock())
	}
	return bench, lock.Unlock, nil
}

// openHeld opens a bench that this process has alone.
func (l *Lab) openHeld(k []float64) (bench lab.Bench, err error) {
	if l.remembers() && l.Spec.Bench == "manual" {
		set, err := l.setting()
		if err != nil {
			return nil, err
		}
		if set != nil {
			if k = set.k; set.half {
				k = nil // nobody knows
			}
		}
	}
	if l.Spec.Bench == "folder" {
		bench, err = l.openFolder()
	} else {
		bench, err = l.openManual(k)
	}
	if err == nil && l.remembers() {
		bench = &remembering{bench, l}
	}
	return bench, err
}

func (l *Lab) openManual(k []float64) (lab.Bench, error) {
	if l.Sight == nil {
		return nil, l.fail("lab.photo", fmt.Errorf("photographs show two dimensions, the network has %d", l.Experiment.Network.Dim))
	}
	if l.options.Person == nil {
		return nil, errors.New("a manual bench needs a person, and nobody can be asked here")
	}
	inbox, orders, err := l.directories()
	if err != nil {
		return nil, err
	}
	overlays := l.options.Overlays
	if overlays == "" {
		overlays = orders
	}
	net := l.Experiment.Network
	at := make([][3]float64, net.Nodes())
	for i := range at {
		copy(at[i][:], net.At(i))
	}
	return manual.Open(manual.Config{Card: l.card(), Inbox: inbox, Cards: orders, Person: l.options.Person,
		Read: func(ctx context.Context, photo string) ([]lab.Mark, []lab.Mark, error) {
			return l.Sight.marks(photo, overlays)
		},
		Settings: l.settings(), Overlay: func(photo string) string { return overlayName(overlays, photo) },
		Strings: l.strings, Positions: at, Stiffness: k, Photo: 24 * time.Hour, Box: l.options.Inbox})
}

func (l *Lab) openFolder() (lab.Bench, error) {
	inbox, orders, err := l.directories()
	if err != nil {
		return nil, err
	}
	c := folder.Config{Card: l.card(), Tracks: inbox, Orders: orders, Frame: time.Hour, Order: time.Hour, Inbox: l.options.Inbox}
	if l.Spec.Obeys == "person" {
		if l.options.Person == nil {
			return nil, errors.New("a person is to follow the orders, and nobody can be asked here")
		}
		c.Person = l.options.Person
	}
	return folder.Open(c)
}
