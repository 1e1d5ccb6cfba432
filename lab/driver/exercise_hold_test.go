package driver

import (
	"bytes"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/twin"
)

// A stage behind the protocol is exercised too.
func TestExerciseHolds(t *testing.T) {
	net := testnet.Trapezoid()
	bench, err := twin.New(net, testnet.Stiffness(len(net.Elements), 110, 170, 1), twin.Config{Stage: &twin.Stage{Error: 1e-7}, Camera: twin.Camera{Noise: 1e-6}, Limits: lab.Limits{Force: 0.5}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = Exercise(t.Context(), overWire(t, bench, Options{}), &out)
	for _, want := range []string{"pass  hold: node 14 halfway back", "pass  it stands where it is held", "pass  it is let go", "pass  to hold a node beyond the limit is refused"} {
		if err != nil || !strings.Contains(out.String(), want) {
			t.Fatalf("%q is missing (%v):\n%s", want, err, out.String())
		}
	}
}
