package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/identify"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/passport"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/spec"
)

// hidden is what is wrong with a part, drawn for each: bonds off by 3 to 10 %, marks that are seen to move too far by 0.5 %, bonds that go by 0.5 % in
// a day, and one bond in two hundred cracked, which is one part in seven.
func hidden(seed uint64) []string {
	random := rand.New(rand.NewPCG(seed, 0xba5))
	return []string{fmt.Sprintf("seed=%d", seed), fmt.Sprintf("lab.twin.scatter=%.4f", 0.03+0.07*random.Float64()), "lab.twin.modulus=3 %",
		"lab.twin.marks=0.5 %", "lab.twin.wander=0.5 %", "lab.twin.cracked=0.5 %", "lab.twin.noise=6 um"}
}

// believed is what whoever identifies takes for granted, who does not know the scatter of this part.
func believed(k []float64) identify.Prior {
	return identify.Prior{Design: k, Own: 0.05, Spreads: identify.SomeSpreads(), Common: 0.05, Wander: 0.005 / 24, Marks: 0.005, Crack: 0.005}
}

// part is a simulated part that was measured in a session.
type part struct {
	lab      *insitu.Lab
	seed     uint64
	left     []float64 // what the session left it at, N/m
	passport *passport.Passport
	files    func(name string) ([]byte, error) // part.yaml and what it names
	cracks   []int                             // bonds that are, from 0
	found    []int
	misfit   float64
}

// measured makes a part, has it measured in a session of its own, and identifies it through the files that anybody would have.
func measured(ctx context.Context, text []byte, name string, seed uint64, steps int, overrides ...string) (p *part, err error) {
	dir, err := os.MkdirTemp("", "passport")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file, err := spec.Parse(name, text, append(append(hidden(seed), fmt.Sprintf("lab.steps=%d", steps)), overrides...)...)
	if err != nil {
		return nil, err
	}
	tr, err := insitu.Open(ctx, insitu.Request{File: file, Parent: dir, Name: "a", Exact: true})
	if err != nil {
		return nil, err
	}
	_, err = tr.Train(ctx)
	if err = errors.Join(err, tr.Close(ctx)); err != nil {
		return nil, err
	}
	r, err := insitu.Load(atomicfile.OS{}, filepath.Join(dir, "a"))
	if err != nil {
		return nil, err
	}
	cases, k, err := r.All()
	if err != nil {
		return nil, err
	}
	prior := believed(k)
	e, _, err := r.Lab.Identify(cases, prior)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "part.yaml")
	if err := r.WritePassport(atomicfile.OS{}, path, cases, e, prior, k); err != nil {
		return nil, err
	}
	texts := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !e.IsDir() {
			if texts[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
				return nil, err
			}
		}
	}
	p = &part{lab: r.Lab, seed: seed, left: k, found: e.Cracked, misfit: e.Misfit}
	p.files = func(name string) ([]byte, error) {
		if text, ok := texts[name]; ok {
			return text, nil
		}
		return nil, fmt.Errorf("there is no %s", name)
	}
	p.passport, err = r.Lab.ReadPassport("part.yaml", p.files)
	if err != nil {
		return nil, err
	}
	b, err := p.bench(ctx, p.left, 0)
	if err != nil {
		return nil, err
	}
	config := r.Lab.TwinConfig()
	config.Fabrication.Cracked = 0
	whole, err := twin.New(r.Lab.Experiment.Network, p.left, config)
	if err != nil {
		return nil, err
	}
	has := b.Stiffness()
	for i, was := range whole.Stiffness() {
		if has[i] < 0.99*was {
			p.cracks = append(p.cracks, i)
		}
	}
	return p, nil
}

// bench is the part on the bench again, set to k, for the time that is told: the noise is another each time, and none that the session has seen.
func (p *part) bench(ctx context.Context, k []float64, time int) (*twin.Bench, error) {
	b, err := p.lab.Twin(p.lab.Start)
	if err != nil {
		return nil, err
	}
	if err := b.Arm(ctx, lab.Limits{}); err != nil {
		return nil, err
	}
	const looks = 3000 // more than a session or a measurement takes
	if _, err := b.Measure(ctx, (1+time)*looks); err != nil {
		return nil, err
	}
	return b, b.SetStiffness(ctx, k)
}

// other is a setting that the part never had: every bond anywhere in its range.
func (p *part) other() []float64 {
	d, random := p.lab.Experiment.Design, rand.New(rand.NewPCG(p.seed, 0x0e))
	k := make([]float64, len(p.left))
	for i := range k {
		k[i] = d.Gain[i] * (d.Lo[i] + (d.Hi[i]-d.Lo[i])*random.Float64())
	}
	return k
}

// example is a file to start from, with longer or shorter sessions by task.
func example(name string) (text []byte, steps int, err error) {
	text, ok := examples.Text("lab-" + name)
	if !ok {
		return nil, 0, fmt.Errorf("there is no example lab-%s", name)
	}
	steps = 12
	if name == "iris" {
		steps = 6
	}
	return text, steps, nil
}
