package passport

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// sample is a passport of the lattice of Li & Mao with everything in it: rates, marks, damage, two fits.
func sample(t testing.TB) (*network.Network, *Written, []Fit) {
	t.Helper()
	net := testnet.Trapezoid()
	random := rand.New(rand.NewPCG(3, 4))
	const n, marks = 28, 3
	about := spec.Passport{Part: "a part", Date: "2026-11-28", Noise: 6e-6, Misfit: 1.02, Trusted: spec.PassportTrust{Spread: 0.05, Common: 0.1},
		Measured: []spec.PassportSession{{Session: "abc", Steps: "1 to 12", Loads: 25}}}
	for i := range n {
		b := spec.PassportBond{Bond: i + 1, Asked: 137.5, From: 103, To: 172, Law: "linear", Damage: "none", Told: 0.9}
		if i == 4 {
			b.Damage = "cracked"
		}
		about.Bonds = append(about.Bonds, b)
	}
	for i := range marks {
		about.Marks = append(about.Marks, spec.PassportMark{Node: 6 + i})
	}
	size := 2*n + marks
	var fits []Fit
	for _, weight := range []float64{0.8, 0.2} {
		root := mat.NewDense(size, size, nil)
		for i := range size {
			for j := range size {
				root.Set(i, j, 0.003*random.NormFloat64())
			}
		}
		c := mat.NewSymDense(size, nil)
		c.SymOuterK(1, root)
		f := Fit{Weight: weight, Covariance: c}
		for range size {
			f.Mean = append(f.Mean, 0.1*random.NormFloat64())
		}
		fits = append(fits, f)
	}
	w, err := Write(about, net, fits, "part")
	if err != nil {
		t.Fatal(err)
	}
	return net, w, fits
}

func beside(w *Written) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if name != "parts/"+w.Name {
			return nil, errors.New("there is no " + name)
		}
		return w.Arrays, nil
	}
}

// What is written is read again: the joint probability to the last bit, and specimens have it.
func TestRoundTrip(t *testing.T) {
	net, w, fits := sample(t)
	p, err := Parse("parts/part.yaml", w.Text, beside(w), net)
	if err != nil {
		t.Fatal(err)
	}
	again, err := spec.ParsePassport("x", p.Text())
	if err != nil || string(again.Text()) != string(w.Text) {
		t.Fatalf("read and written again it differs (%v)", err)
	}
	for c, f := range fits {
		for i := range f.Mean {
			if p.fits[c].mean[i] != f.Mean[i] || p.fits[c].covariance.At(i, 3) != f.Covariance.At(i, 3) {
				t.Fatalf("fit %d, unknown %d: %g and %g", c, i, p.fits[c].mean[i], f.Mean[i])
			}
		}
	}
	const draws = 20000
	random := rand.New(rand.NewPCG(1, 2))
	var sum, square, both float64 // of bonds 1 and 2, by hand
	for range draws {
		s, err := p.Draw(random)
		if err != nil {
			t.Fatal(err)
		}
		a, b := math.Log(s.Share[0]), math.Log(s.Share[1])
		sum, square, both = sum+a, square+a*a, both+a*b
	}
	mean, second, mixed := 0.0, 0.0, 0.0
	for _, f := range fits {
		mean += f.Weight * f.Mean[0]
		second += f.Weight * (f.Mean[0]*f.Mean[0] + f.Covariance.At(0, 0))
		mixed += f.Weight * (f.Mean[0]*f.Mean[1] + f.Covariance.At(0, 1))
	}
	tell := func(what string, got, want, size float64) {
		if math.Abs(got-want) > 5*size/math.Sqrt(draws) {
			t.Errorf("%s is %g, want %g", what, got, want)
		}
	}
	tell("the mean", sum/draws, mean, math.Sqrt(second))
	tell("the square", square/draws, second, 2*second)
	tell("the product", both/draws, mixed, 2*second)
	if s := p.Mean(); s.Rate[3] != fits[0].Mean[28+3] || s.Mark[5] != math.Exp(fits[0].Mean[56]) || s.Mark[0] != 1 {
		t.Errorf("the most probable specimen has %g, %g, %g", s.Rate[3], s.Mark[5], s.Mark[0])
	}
	if names := p.Unknowns(); names[27] != "stiffness of bond 28" || names[28] != "wandering of bond 1" || names[58] != "mark of node 8" {
		t.Errorf("unknowns are called %q", names)
	}
}

// Without its arrays a passport still says each bond's error, and what all of them share.
func TestAlone(t *testing.T) {
	net, w, _ := sample(t)
	text := string(w.Text)
	i, j := strings.Index(text, "joint:"), strings.Index(text, "bonds:")
	p, err := Parse("part.yaml", []byte(text[:i]+"joint: {common: 0.5 %}\n"+text[j:]), nil, net)
	if err != nil {
		t.Fatal(err)
	}
	const draws = 20000
	random := rand.New(rand.NewPCG(1, 2))
	product, square := 0.0, 0.0
	mean := p.Mean()
	for range draws {
		s, err := p.Draw(random)
		if err != nil {
			t.Fatal(err)
		}
		a, b := math.Log(s.Share[0]/mean.Share[0]), math.Log(s.Share[1]/mean.Share[1])
		product, square = product+a*b, square+a*a
	}
	sd := p.Bonds[0].Sigma
	if got := square / draws; math.Abs(got/(sd*sd)-1) > 0.06 {
		t.Errorf("bond 1 scatters by %g, its sigma is %g", math.Sqrt(got), sd)
	}
	if got, want := product/draws, 0.005*0.005; math.Abs(got-want) > 5*sd*sd/math.Sqrt(draws) {
		t.Errorf("bonds share a variance of %g, want %g", got, want)
	}
	if got := p.Covariance(); math.Abs(got.At(0, 0)-sd*sd) > 1e-12 || math.Abs(got.At(1, 0)-0.005*0.005) > 1e-12 {
		t.Errorf("the covariance says %g and %g", got.At(0, 0), got.At(1, 0))
	}
}

// A passport that is wrong says so at its line; nothing of it is guessed.
func TestRefused(t *testing.T) {
	net, w, _ := sample(t)
	text := string(w.Text)
	for _, c := range []struct{ from, to, want string }{
		{"passport: 1", "passport: 2", "version"},
		{"network: ", "network: ab", "another lattice"},
		{"bond: 3,", "bond: 4,", "there twice"},
		{"bond: 28,", "bond: 29,", "there is no bond 29"},
		{"sigma: ", "sgima: ", "sgima"},
		{"node: 6,", "node: 15,", "there is no node 15"},
		{"damage: cracked", "damage: cut", "is cut, and has a stiffness"},
		{"damage: cracked", "damage: bent", "bent"},
		{"law: linear", "law: cubic", "cubic"},
		{"file: part", "file: ../part", "lie beside"},
		{"file: part", "file: other", "cannot read"},
		{"noise: 6 um", "noise: 6", "unit"},
		{"noise: 6 um", "noise: -6 um", "0"},
		{"noise: 6 um", "noise: 1e300 m", "from 0 to 1"},
		{"asked: 137.5 N/m", "asked: 137.5e-300 N/m", "times what it was asked for"},
		{"asked: 137.5 N/m", "asked: 137.5e300 N/m", "times what it was asked for"},
		{`date: "2026-11-28"`, `date: "2026-13-99"`, "is no day"},
		{"from: 103 N/m", "from: 1030 N/m", "below the smallest"},
	} {
		if !strings.Contains(text, c.from) {
			t.Fatalf("the sample has no %q", c.from)
		}
		_, err := Parse("parts/part.yaml", []byte(strings.Replace(text, c.from, c.to, 1)), beside(w), net)
		var errs spec.Errors
		if !errors.As(err, &errs) || !strings.Contains(errs.Render(false), c.want) || errs[0].Line == 0 {
			t.Errorf("%s: %v", c.to, err)
		}
	}
	wrong := *w
	wrong.Arrays = append([]byte(nil), w.Arrays...)
	wrong.Arrays[len(wrong.Arrays)/2] ^= 1
	if _, err := Parse("parts/part.yaml", w.Text, beside(&wrong), net); err == nil || !strings.Contains(err.Error(), "not the file") {
		t.Errorf("arrays with another bit: %v", err)
	}
	// A number that somebody changed by hand does not stand beside arrays that say otherwise.
	i := strings.Index(text, "stiffness: ")
	changed := text[:i] + "stiffness: 99 N/m" + text[strings.Index(text[i:], ",")+i:]
	if _, err := Parse("parts/part.yaml", []byte(changed), beside(w), net); err == nil || !strings.Contains(err.Error(), "bond 1") {
		t.Errorf("a stiffness changed by hand: %v", err)
	}
}

// Arrays that no part has are refused where they are read, in whichever fit they stand.
func TestArraysOfNoPart(t *testing.T) {
	net, w, fits := sample(t)
	set := func(i, j int, v float64) func(*Fit) { return func(f *Fit) { f.Covariance.SetSym(i, j, v) } }
	for name, change := range map[string]func(*Fit){
		"a share too large to write":    func(f *Fit) { f.Mean[3] = 1e300 },
		"a share too small":             func(f *Fit) { f.Mean[3] = -400 },
		"a variance of all sizes":       set(2, 2, 1e300),
		"a variance below zero":         set(2, 2, -1e-9),
		"a covariance above variances":  set(0, 1, 1),
		"a covariance below -variances": set(4, 1, -1),
	} {
		wrong := []Fit{fits[0], {Weight: fits[1].Weight, Mean: append([]float64(nil), fits[1].Mean...), Covariance: mat.NewSymDense(fits[1].Covariance.SymmetricDim(), nil)}}
		wrong[1].Covariance.CopySym(fits[1].Covariance)
		change(&wrong[1])
		p, err := Parse("parts/part.yaml", w.Text, beside(w), net)
		if err != nil {
			t.Fatal(err)
		}
		bad, err := Write(p.Passport, net, wrong, "part")
		if err != nil {
			t.Fatal(err)
		}
		_, err = Parse("parts/part.yaml", bad.Text, beside(bad), net)
		var errs spec.Errors
		if !errors.As(err, &errs) || !strings.Contains(errs.Render(false), "fit 2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Bytes of any kind are read or refused.
func FuzzParse(f *testing.F) {
	net := testnet.TwoBars(0.5) // small, so that inputs are quick
	about := spec.Passport{Part: "a", Bonds: []spec.PassportBond{{Bond: 1, Asked: 100, Law: "linear", Damage: "none"}, {Bond: 2, Asked: 90, Law: "linear", Damage: "cracked"}}, Marks: []spec.PassportMark{{Node: 2}}}
	mean, covariance := []float64{0.1, -0.1, 0}, mat.NewSymDense(3, []float64{0.01, 0, 0, 0, 0.01, 0, 0, 0, 0.01})
	w, err := Write(about, net, []Fit{{Weight: 1, Mean: mean, Covariance: covariance}}, "a")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(w.Text, w.Arrays)
	f.Add([]byte("passport: 1"), []byte(nil))
	f.Add([]byte(strings.Replace(string(w.Text), "joint:", "jiont:", 1)), []byte("PK"))
	f.Fuzz(func(t *testing.T, text, arrays []byte) {
		_ = (&Passport{Passport: about, elements: len(net.Elements), nodes: net.Nodes()}).arrays(arrays) // whatever their sum
		p, err := Parse("part.yaml", text, func(string) ([]byte, error) { return arrays, nil }, net)
		if err != nil {
			return
		}
		s, err := p.Draw(rand.New(rand.NewPCG(1, 1)))
		if err != nil {
			return
		}
		for i, v := range s.Share {
			if math.IsNaN(v) || v < 0 {
				t.Fatalf("bond %d has a share of %g", i+1, v)
			}
		}
	})
}
