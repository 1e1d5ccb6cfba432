package law_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/mechanics/law"
)

// laws are all of them, with parameters and deformations at which they are smooth.
func laws() map[string]law.Law {
	all := map[string]law.Law{
		"spring": law.Spring{}, "conductance": law.Conductance{}, "strip": law.Strip{Young: 3, Thickness: 0.7},
		"section": law.Section{}, "driven": law.Driven{}, "driven beam": law.DrivenBeam{}, "timoshenko": law.Section{Shear: true}, "rectangle": law.Rectangle{Young: 4, Thickness: 0.5},
		"rectangle with shear": law.Rectangle{Young: 4, Thickness: 0.5, Shear: 1.5}, "section3d": law.Section3D{},
		"timoshenko3d": law.Section3D{Shear: true}, "rectangle3d": law.Block{Young: 4, Shear: 1.5}, "circle3d": law.Rod{Young: 4, Shear: 1.5},
	}
	measured, err := law.NewTable([][2]float64{{-0.31, -1.2}, {-0.1, -0.17}, {0.03, 0.01}, {0.2, 0.9}, {0.25, 0.95}})
	if err != nil {
		panic(err)
	}
	for _, c := range append([]law.Curve{measured}, law.Curves...) {
		all[c.Name()] = law.Bond{Curve: c}
		all[c.Name()+" with rest"] = law.Bond{Curve: c, Rest: true}
	}
	return all
}

// All derivatives that a law tells are those of its force and of its energy, and its force is the slope of its energy.
func TestDerivatives(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, l := range laws() {
		modes, params := max(l.Modes(), 1), len(l.Params())
		const n = 5
		s := &law.Span{N: n}
		for range n {
			for range params {
				s.Theta = append(s.Theta, 0.8+0.7*random.Float64())
			}
			s.Size = append(s.Size, 0.9+0.4*random.Float64())
			for range modes {
				s.E = append(s.E, 0.6*(random.Float64()-0.5))
			}
		}
		force := func() (t []float64, slope []float64, energy float64) {
			t, slope = make([]float64, n*modes), make([]float64, n*modes)
			energy = law.Force(l, s, t, slope)
			return t, slope, energy
		}
		t0, slope, _ := force()
		rate, size := make([]float64, n*modes*params), make([]float64, n*modes)
		law.Rate(l, s, rate)
		law.SizeRate(l, s, size)
		work, dw := make([]float64, n*modes*params), make([]float64, n*params)
		law.EnergyRate(l, s, 1, dw, work)
		const h = 1e-6
		differ := func(what string, at *float64, told func() float64, of func() float64) {
			t.Helper()
			v := *at
			*at = v + h
			up := of()
			*at = v - h
			down := of()
			*at = v
			want := (up - down) / (2 * h)
			if got := told(); math.Abs(got-want) > 1e-8*(1+math.Abs(want)) {
				t.Errorf("%s: %s is %.10g, and differences say %.10g", name, what, got, want)
			}
		}
		for i := range n {
			for m := range modes {
				at := i*modes + m
				value := func() float64 { f, _, _ := force(); return f[at] }
				differ("dt/de", &s.E[at], func() float64 { return slope[at] }, value)
				differ("dW/de", &s.E[at], func() float64 { return t0[at] }, func() float64 { _, _, w := force(); return w })
				differ("dt/dsize", &s.Size[i], func() float64 { return size[at] }, value)
				for p := range params {
					differ("dt/d"+l.Params()[p].Name, &s.Theta[i*params+p], func() float64 { return rate[at*params+p] }, value)
				}
			}
			differ("dW/dsize", &s.Size[i], func() float64 {
				sizes, work := make([]float64, n), make([]float64, n*modes)
				law.EnergySizeRate(l, s, sizes, work)
				return sizes[i]
			}, func() float64 { _, _, w := force(); return w })
			for p := range params {
				differ("dW/d"+l.Params()[p].Name, &s.Theta[i*params+p], func() float64 { return dw[i*params+p] }, func() float64 { _, _, w := force(); return w })
			}
		}
	}
}

// Every curve is the equation of docs/theory.md, force and energy, typed here once more as it stands there; li2 by its integral.
func TestEquations(t *testing.T) {
	li2 := func(z float64) float64 { // -integral of ln(1 - z v)/v from 0 to 1, by Simpson's rule
		const n = 4000
		f := func(v float64) float64 {
			if v == 0 {
				return z
			}
			return -math.Log1p(-z*v) / v
		}
		sum := f(0) + f(1)
		for i := 1; i < n; i++ {
			sum += float64(2+2*(i%2)) * f(float64(i)/n)
		}
		return sum / (3 * n)
	}
	strain := func(l, l0 float64) float64 { return (l*l - l0*l0) / (2 * l0 * l0) }
	equations := map[string][2]func(k, s, e, l0 float64) float64{
		"linear": {func(k, _, e, _ float64) float64 { return k * e }, func(k, _, e, _ float64) float64 { return k * e * e / 2 }},
		"hardening": {func(k, s, e, _ float64) float64 { x := e / s; return k * e * (1 + x*x) },
			func(k, s, e, _ float64) float64 { x := e / s; return k * e * e / 2 * (1 + x*x/2) }},
		"softening": {func(k, s, e, _ float64) float64 { return k * s * math.Atan(e/s) },
			func(k, s, e, _ float64) float64 { x := e / s; return k * s * s * (x*math.Atan(x) - math.Log(1+x*x)/2) }},
		"bistable": {func(k, s, e, _ float64) float64 { x := e / s; return k * e * (1 - x) * (1 - x/2) },
			func(k, s, e, _ float64) float64 { x := e / s; return k * e * e / 2 * (1 - x/2) * (1 - x/2) }},
		"exponential": {func(k, s, e, _ float64) float64 { return k * s * (math.Exp(e/s) - 1) },
			func(k, s, e, _ float64) float64 { x := e / s; return k * s * s * (math.Exp(x) - 1 - x) }},
		"log": {func(k, _, e, l0 float64) float64 { l := l0 + e; return k * l0 * math.Log(l/l0) * l0 / l },
			func(k, _, e, l0 float64) float64 { x := math.Log((l0 + e) / l0); return k * l0 * l0 * x * x / 2 }},
		"log-force": {func(k, _, e, l0 float64) float64 { return k * l0 * math.Log((l0+e)/l0) },
			func(k, _, e, l0 float64) float64 { l := l0 + e; return k * l0 * (l*math.Log(l/l0) - e) }},
		"green": {func(k, _, e, l0 float64) float64 { l := l0 + e; return k * l0 * strain(l, l0) * l / l0 },
			func(k, _, e, l0 float64) float64 { g := strain(l0+e, l0); return k * l0 * l0 * g * g / 2 }},
		"tension-only": {func(k, s, e, _ float64) float64 { return k * s * math.Log(1+math.Exp(e/s)) },
			func(k, s, e, _ float64) float64 { return -k * s * s * li2(-math.Exp(e/s)) }},
		"compression-only": {func(k, s, e, _ float64) float64 { return -k * s * math.Log(1+math.Exp(-e/s)) },
			func(k, s, e, _ float64) float64 { return -k * s * s * li2(-math.Exp(-e/s)) }},
	}
	for _, c := range law.Curves {
		told, ok := equations[c.Name()]
		if !ok {
			t.Errorf("no equation of %s", c.Name())
			continue
		}
		for _, e := range []float64{-0.7, -0.2, 0.1, 0.45, 1.3} {
			const k, s, l0 = 1.7, 0.6, 1.9
			p := c.At(k, s, e, l0)
			if want := told[0](k, s, e, l0); math.Abs(p.T-want) > 1e-13 {
				t.Errorf("%s at %g: t is %.15g, and the equation says %.15g", c.Name(), e, p.T, want)
			}
			if want := told[1](k, s, e, l0); math.Abs(p.Energy-want) > 1e-11 {
				t.Errorf("%s at %g: W is %.15g, and the equation says %.15g", c.Name(), e, p.Energy, want)
			}
		}
	}
}

// Known values: the torsion constant of a square and of a thin strip; a string that is far on its sides.
func TestKnownValues(t *testing.T) {
	w := make([]float64, 6)
	law.Block{Young: 1, Shear: 1}.Weigh(&law.Span{N: 1, Theta: []float64{1, 1}, Size: []float64{1}}, w)
	if math.Abs(w[1]-0.140577) > 1e-6 { // Timoshenko & Goodier, table in section 109
		t.Errorf("torsion constant of a unit square is %.7g", w[1])
	}
	law.Block{Young: 1, Shear: 1}.Weigh(&law.Span{N: 1, Theta: []float64{10, 1}, Size: []float64{1}}, w)
	if math.Abs(w[1]-10*0.31233) > 1e-4 {
		t.Errorf("torsion constant of 10 by 1 is %.7g", w[1])
	}
	for _, c := range law.Curves {
		far := 1.0
		switch c.Name() {
		case "compression-only":
			far = -1
		case "tension-only":
		default:
			continue
		}
		if p := c.At(2, 0.01, far, 1); math.Abs(p.T-2*far) > 1e-12 || math.Abs(p.Energy-(1+2e-4*math.Pi*math.Pi/6)) > 1e-12 {
			t.Errorf("%s, pulled: %+v", c.Name(), p)
		}
		if p := c.At(2, 0.01, -far, 1); math.Abs(p.T) > 1e-12 || math.Abs(p.Energy) > 1e-12 {
			t.Errorf("%s, slack: %+v", c.Name(), p)
		}
	}
}
