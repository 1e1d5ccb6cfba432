package inputs

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	hubs := picture(40, 8, 4, true)
	lone := newRails(1, 0) // stands by its input spring only
	top := lone.tops(1)[0]
	h := lone.hub(0, top)
	far := lone.node(false)
	lone.join(h, far)
	other := lone.node(false)
	lone.write(lone.join(far, other))
	lone.write(lone.join(other, other))
	lone.read(far)
	for want, p := range map[string]*Plan{
		"*inputs.Hubs: arrow form of 40 hubs with 320 input springs at 4 nodes":        &hubs.Plan,
		"*inputs.Woodbury: Woodbury's formula":                                         grid(t, 30, 30, 20, 1, 0).plan,
		"no network of hubs: input 11 is a force":                                      grid(t, 30, 30, 20, 1, 0).plan,
		"*inputs.Refactor: a factorisation for every sample":                           grid(t, 5, 6, 90, 1, 0).plan,
		"without its input springs the network does not stand: node 4 is free to move": &lone.Plan,
	} {
		rig, why, err := Choose(p, 128)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%T: %s", rig, why); !strings.Contains(got, want) {
			t.Errorf("%q: %s", want, got)
		}
		if rig.Bytes(128) < int64(8*rig.Modes()) {
			t.Errorf("%T takes %d bytes", rig, rig.Bytes(128))
		}
	}
	if _, _, err := Choose(&Plan{Net: hubs.Net}, 1); err == nil {
		t.Error("a plan that reads nothing is chosen a rig")
	}
}

// TestBytes: what a rig says that it takes is what it holds, within a quarter.
func TestBytes(t *testing.T) {
	held := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	hubs := picture(300, 16, 20, true)
	lattice := grid(t, 25, 25, 60, 64, 0)
	for name, c := range map[string]struct {
		p    plain
		make func(p *Plan) (Way, error)
	}{
		"hubs":                 {plain{&hubs.Plan, hubs.set(64), hubs.spring}, func(p *Plan) (Way, error) { return NewHubs(p) }},
		"hubs, many":           {plain{&hubs.Plan, hubs.set(32*mostKept + 1), hubs.spring}, func(p *Plan) (Way, error) { return NewHubs(p) }},
		"Woodbury":             {lattice, func(p *Plan) (Way, error) { return NewWoodbury(p) }},
		"a factorisation each": {lattice, func(p *Plan) (Way, error) { return NewRefactor(p) }},
	} {
		before := held()
		rig, err := c.make(c.p.plan)
		must(t, 0, err)
		rig.SetThreads(2)
		slope := slopes(c.p.set.N * c.p.set.Q)
		out, g := answer(t, rig, c.p.k, c.p.set, slope)
		took := held() - before - int64(8*(len(slope)+len(out)+len(g)))
		said := rig.Bytes(c.p.set.N)
		if share := float64(said) / float64(took); !(share > 0.75 && share < 1.25) {
			t.Errorf("%s: holds %d bytes, and says %d", name, took, said)
		}
		runtime.KeepAlive(rig)
	}
}
