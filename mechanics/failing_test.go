package mechanics_test

import (
	"errors"
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
)

// lost is a solver that fails after some solves, as one that iterates or works on other machines may.
type lost struct {
	mechanics.Solver
	left int
}

var errLost = errors.New("the other machine does not answer")

func (s *lost) Solve(b []float64, nrhs int) error {
	if s.left--; s.left < 0 {
		return errLost
	}
	return s.Solver.Solve(b, nrhs)
}

// A solve that fails is an error of whatever asked for it, and of nothing after it.
func TestSolvesThatFail(t *testing.T) {
	net := testnet.Trapezoid()
	solver := &lost{}
	q := mechanics.NewEquilibrium(net, func(c *mechanics.Compatibility) mechanics.Solver {
		solver.Solver = mechanics.NewSparse(c)
		return solver
	})
	if err := q.SetStiffness(testnet.Stiffness(28, 100, 170, 1)); err != nil {
		t.Fatal(err)
	}
	f := randomLoad(q.C.N, 3)
	r := mechanics.NewResponses(q.C, nil, nil)
	for name, ask := range map[string]func() error{
		"Displace": func() error { return q.Displace(append([]float64(nil), f...)) },
		"Respond":  func() error { return q.Respond(r) },
		"Judge":    func() error { return q.Judge(f) },
		"Lost":     func() error { _, err := q.Lost(f, nil); return err },
		"Condition": func() error {
			if math.IsNaN(q.Condition()) {
				return errLost
			}
			return nil
		},
	} {
		failed := false
		for left := range 20 { // the first, the second, ... solve fails, until none does
			solver.left = left
			err := ask()
			solver.left = math.MaxInt
			if err == nil {
				break
			}
			failed = true
			if !errors.Is(err, errLost) {
				t.Errorf("%s: %v", name, err)
			}
			if err := ask(); err != nil {
				t.Errorf("%s, afterwards: %v", name, err)
			}
		}
		if !failed {
			t.Errorf("%s does not solve", name)
		}
	}
}
