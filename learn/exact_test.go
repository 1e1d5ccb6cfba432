package learn_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// A chain of springs k, pushed and read at its second and last node.
func chainRig(t testing.TB, k ...float64) *learn.Exact {
	t.Helper()
	ports := []network.Port{testnet.Port(2, 1, 0), testnet.Port(len(k)+1, 1, 0)}
	rig := learn.NewExact(mechanics.NewEquilibrium(testnet.Chain(len(k)), nil), ports, ports)
	if err := rig.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	return rig
}

func room(rig learn.Rig) *learn.Measurement {
	_, q := rig.Ports()
	return &learn.Measurement{Out: make([]float64, q), Elongation: make([]float64, rig.Modes())}
}

func TestExactUnderLoad(t *testing.T) {
	rig := chainRig(t, 2, 4)
	m := room(rig)
	for _, test := range []struct {
		in, out []float64
		want    [4]float64 // outputs, elongations
	}{
		{[]float64{6, 4}, nil, [4]float64{5, 6, 5, 1}},
		{nil, []float64{0, 4}, [4]float64{2, 3, 2, 1}},
		{[]float64{6, 0}, []float64{0, 4}, [4]float64{5, 6, 5, 1}}, // both ends of the bench at once
		{nil, nil, [4]float64{}},
	} {
		if err := rig.Apply(test.in, test.out, m); err != nil {
			t.Fatal(err)
		}
		for i, got := range append(append([]float64(nil), m.Out...), m.Elongation...) {
			if !(math.Abs(got-test.want[i]) <= 1e-14) {
				t.Errorf("in %v, out %v: %v %v, not %v", test.in, test.out, m.Out, m.Elongation, test.want)
				break
			}
		}
		if u := rig.Displacements(); !(math.Abs(u[0]-test.want[0]) <= 1e-14) || !(math.Abs(u[1]-test.want[1]) <= 1e-14) {
			t.Errorf("displacements %v", u)
		}
	}
}

// Answers to unit loads belong to the stiffness set last, are asked for once, and
// do not mix with loads applied in between.
func TestExactResponds(t *testing.T) {
	rig := chainRig(t, 2, 4)
	for _, k := range [][]float64{{2, 4}, {1, 1}, {2, 4}} {
		if err := rig.SetStiffness(k); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			answers, err := rig.Respond()
			if err != nil {
				t.Fatal(err)
			}
			s := answers.S
			want := []float64{1 / k[0], 1 / k[0], 1 / k[0], 1/k[0] + 1/k[1]}
			for i := range want {
				if !(math.Abs(s[i]-want[i]) <= 1e-15) {
					t.Errorf("k = %v: S = %v, not %v", k, s, want)
					break
				}
			}
			if err := rig.Apply([]float64{1, 1}, nil, room(rig)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestExactSaysWhatItIs(t *testing.T) {
	rig := chainRig(t, 2, 4, 8)
	if p, q := rig.Ports(); p != 2 || q != 2 || rig.Modes() != 3 || rig.Stiffness()[2] != 8 || rig.Equilibrium().C.N != 3 {
		t.Errorf("%d inputs, %d outputs, %d modes", p, q, rig.Modes())
	}
	if err := rig.SetStiffness([]float64{1, -1, 1}); err == nil {
		t.Error("a negative stiffness passes")
	}
}

func TestBatch(t *testing.T) {
	_, set, _ := flowers(10)
	all := learn.Batch{Set: set}
	if all.Len() != 10 || all.Row(7) != 7 || all.Mean() != 0.1 {
		t.Errorf("all: %d samples, row %d, mean %g", all.Len(), all.Row(7), all.Mean())
	}
	some := learn.Batch{Set: set, Rows: []int32{5, 3}}
	if some.Len() != 2 || some.Row(1) != 3 || some.Mean() != 0.5 {
		t.Errorf("some: %d samples, row %d, mean %g", some.Len(), some.Row(1), some.Mean())
	}
	if some.Divisor = 16; some.Mean() != 1./16 {
		t.Errorf("divided by 16: %g", some.Mean())
	}
}

// The equilibrium is public: who sets it directly must not leave old answers behind.
func TestExactSeesStiffnessSetByOthers(t *testing.T) {
	rig := chainRig(t, 1, 1)
	first, err := rig.Respond()
	if err != nil || !(math.Abs(first.S[3]-2) < 1e-14) {
		t.Fatalf("S = %v, %v", first.S, err)
	}
	if err := rig.Equilibrium().SetStiffness([]float64{2, 2}); err != nil {
		t.Fatal(err)
	}
	second, err := rig.Respond()
	if err != nil || !(math.Abs(second.S[3]-1) < 1e-14) {
		t.Errorf("twice as stiff: S = %v, %v", second.S, err)
	}
	m := room(rig)
	if err := rig.Apply([]float64{0, 1}, nil, m); err != nil || m.Out[1] != second.S[3] {
		t.Errorf("Apply says %v, Respond %v, %v", m.Out[1], second.S[3], err)
	}
}
