package inputs

import "testing"

// TestManyHubs: more hubs than are taken at once, in two groups.
func TestManyHubs(t *testing.T) {
	r := newRails(9, 0.02)
	tops := r.tops(4)
	for j := range 2*nearHubs + 41 {
		if j%3 == 0 {
			r.hub(2, tops[:2]...)
		} else {
			r.hub(3, tops...)
		}
	}
	for _, top := range tops {
		r.read(top)
	}
	set := r.set(3)
	slope := slopes(3 * set.Q)
	whole, err := NewRefactor(&r.Plan)
	must(t, whole, err)
	hubs, err := NewHubs(&r.Plan)
	must(t, hubs, err)
	out, g := answer(t, whole, r.spring, set, slope)
	out2, g2 := answer(t, hubs, r.spring, set, slope)
	if d := farthest(out, out2) / largest(out); !(d <= 1e-12) {
		t.Errorf("readings differ by %.1e of the largest", d)
	}
	if d := farthest(g, g2) / largest(g); !(d <= 1e-10) {
		t.Errorf("gradients differ by %.1e of the largest", d)
	}
}
