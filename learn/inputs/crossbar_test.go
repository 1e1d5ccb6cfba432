package inputs

import (
	"strings"
	"testing"
)

// A crossbar whose rows and columns are elastic bars is a network of hubs with as many tops as there are crossings: what is eliminated
// sample by sample is cheaper in the order of the sparse solver than in arrow form, and far cheaper than by updates.
func TestElasticCrossbar(t *testing.T) {
	const rows, columns = 30, 6
	r := newRails(64, 0)
	var crossing [columns][]int // points of each column
	for o := range columns {
		for i := range rows {
			crossing[o] = append(crossing[o], r.node(false))
			if i > 0 {
				r.join(crossing[o][i-1], crossing[o][i])
			}
		}
		r.join(crossing[o][0], crossing[o][0])
		r.read(crossing[o][0])
	}
	for i := range rows {
		at := r.hub(8)
		for o := range columns {
			next := r.node(false)
			r.join(at, next)
			r.join(next, crossing[o][i])
			at = next
		}
	}
	rig, why, err := Choose(&r.Plan, 128)
	must(t, rig, err)
	if _, ok := rig.(*Refactor); !ok || !strings.Contains(why, "30 hubs with 240 input springs at 360 nodes") {
		t.Fatalf("%T: %s", rig, why)
	}
	hubs, err := NewHubs(&r.Plan)
	must(t, hubs, err)
	set := r.set(3)
	slope := slopes(3 * set.Q)
	out, g := answer(t, rig.(batchRig), r.spring, set, slope)
	out2, g2 := answer(t, hubs, r.spring, set, slope)
	if d := farthest(out, out2); !(d <= 1e-12*largest(out)) {
		t.Errorf("readings differ by %.1e of the largest", d/largest(out))
	}
	if d := farthest(g, g2); !(d <= 1e-10*largest(g)) {
		t.Errorf("gradients differ by %.1e of the largest", d/largest(g))
	}
}
