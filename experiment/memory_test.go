package experiment

import (
	"runtime"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/spec"
)

const block = `
elastrain: 1
network: {lattice: triangular, size: 60 x 60, spacing: 10 mm}
bonds: {stiffness: 20..500 N/m, start: 100 N/m}
supports: {pinned: [3541..3600]}
task:
  kind: behaviour
  cases: [{push: [{node: 30, along: -y, force: 100 mN}], want: [{node: 1801, along: x, move: -0.3 mm}]}]
learn: {method: l-bfgs}
`

// The estimate is what building and beginning to train really hold, within a
// quarter, apart from the program itself and what is only there at the end.
func TestMemoryEstimate(t *testing.T) {
	if testing.Short() {
		t.Skip("collects garbage a few times")
	}
	live := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := live()
	x := build(t, block, "network.size=150 x 150", "supports.pinned=[22351..22500]")
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
	if ratio := float64(held) / float64(estimate); ratio < 0.75 || ratio > 1.25 {
		t.Errorf("%s are held, and the estimate is %s", Size(held), Size(estimate))
	}
	runtime.KeepAlive(x)
	runtime.KeepAlive(problem)
	runtime.KeepAlive(method)
}

// What does not fit is refused, with its parts and a way out; what fits is built.
func TestMemoryLimit(t *testing.T) {
	x := build(t, block)
	need := x.Memory.Total()
	if _, err := tryBuild(block, Options{Memory: need}); err != nil {
		t.Errorf("a limit that is just enough: %v", err)
	}
	for _, test := range []struct {
		options   Options
		overrides []string
		says      []string
	}{
		{Options{Memory: need - 1}, nil, []string{"takes about ", "factor of the sparse solver", "state of l-bfgs", "learn.memory=3", "--memory"}},
		{Options{Memory: need / 2}, []string{"learn.method=adam"}, []string{"takes at least ", "take a smaller network"}},
		{Options{Memory: 52 << 20, Solver: "dense"}, nil, []string{"factor of the dense solver", "use --solver sparse"}},
		{Options{Memory: need}, []string{"network.size=2000 x 1999"}, []string{"takes at least ", "610 MiB  network"}},
		{Options{Memory: need / 2}, []string{"learn.method=levenberg-marquardt"}, []string{"use learn.method=l-bfgs"}},
	} {
		_, err := tryBuild(block, test.options, test.overrides...)
		errs, ok := err.(spec.Errors)
		if !ok || errs[0].Code != "E0705" {
			t.Errorf("%+v %v: %v", test.options, test.overrides, err)
			continue
		}
		text := errs.Render(false)
		for _, want := range test.says {
			if !strings.Contains(text, want) {
				t.Errorf("%+v %v: no %q in\n%s", test.options, test.overrides, want, text)
			}
		}
	}
}

// A better chosen method needs less.
func TestOptimiserBytes(t *testing.T) {
	n := int64(1000)
	if got := optimiserBytes("l-bfgs", 3, n, 0); got != 8*n*12 {
		t.Errorf("l-bfgs with 3 steps: %d", got)
	}
	if optimiserBytes("l-bfgs", 0, n, 0) != optimiserBytes("l-bfgs", 20, n, 0) {
		t.Error("the default is not 20")
	}
	order := []int64{optimiserBytes("momentum", 0, n, 0), optimiserBytes("adam", 0, n, 0), optimiserBytes("l-bfgs", 3, n, 0), optimiserBytes("levenberg-marquardt", 0, n, 100)}
	for i := 1; i < len(order); i++ {
		if order[i] <= order[i-1] {
			t.Errorf("state %d takes %d bytes, the one before %d", i, order[i], order[i-1])
		}
	}
}

func TestSize(t *testing.T) {
	for bytes, want := range map[int64]string{2048: "2 KiB", 5 << 20: "5 MiB", 3 << 29: "1.50 GiB"} {
		if got := Size(bytes); got != want {
			t.Errorf("%d bytes are %q, want %q", bytes, got, want)
		}
	}
}
