package inputs

import (
	"fmt"
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
