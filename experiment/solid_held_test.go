package experiment

import (
	"runtime"
	"testing"
)

const sheet = `
elastrain: 1
network: {lattice: triangular, size: 70 x 70, spacing: 12 mm}
material: {young: 2.5 GPa, thickness: 4 mm}
elements:
  - {kind: beam, width: 0.8..2.5 mm}
supports: {clamped: [1..70]}
task:
  kind: behaviour
  cases:
    - push: [{node: 4850, along: -y, force: 0.2 N}]
      want: [{node: 4850, along: x, move: 0.3 um}]
    - push: [{node: 4830, along: -y, force: 0.2 N}]
      want: [{node: 4850, along: x, move: -0.3 um}]
learn: {method: adam}
`

const net = `
elastrain: 1
network: {lattice: triangular, size: 70 x 70, spacing: 12 mm}
elements:
  - {kind: bar, stiffness: 100..500 N/m}
supports: {pinned: [1..70]}
statics: {deformation: finite}
task:
  kind: behaviour
  cases:
    - push: [{node: 4850, along: -y, force: 0.2 N}]
      want: [{node: 4850, along: x, move: 0.3 um}]
    - push: [{node: 4830, along: -y, force: 0.2 N}]
      want: [{node: 4850, along: x, move: -0.3 um}]
learn: {method: adam}
`

// What training a body holds is what the estimate says, within a quarter, apart from the program itself and what is only
// there at the end.
func TestMemoryEstimateOfSolids(t *testing.T) {
	if testing.Short() {
		t.Skip("collects garbage a few times")
	}
	live := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	for name, text := range map[string]string{"frame": sheet, "large deformation": net} {
		before := live()
		x := build(t, text)
		method, err := x.NewMethod()
		if err != nil {
			t.Fatal(err)
		}
		problem, point := x.NewProblem(), x.StartPoint()
		if _, err := method.Step(problem, point); err != nil {
			t.Fatal(err)
		}
		held := live() - before
		estimate := int64(0)
		for _, p := range x.Memory.Parts {
			switch p.Name {
			case "pictures", "history and checkpoint", "program and garbage collector":
			default:
				estimate += p.Bytes
			}
		}
		t.Logf("%s: %s are held, and the estimate is %s", name, Size(held), Size(estimate))
		if ratio := float64(held) / float64(estimate); ratio < 0.75 || ratio > 1.25 {
			t.Errorf("%s: %s are held, and the estimate is %s", name, Size(held), Size(estimate))
		}
		runtime.KeepAlive(x)
		runtime.KeepAlive(problem)
		runtime.KeepAlive(method)
	}
}
