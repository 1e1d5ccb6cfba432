package matter

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// play is a curve with backlash: tanh pulled apart by a width of settings.
func play(t testing.TB, sign, width float64, smooth bool) *Curve {
	t.Helper()
	var points []Point
	for i := range 21 {
		s := float64(i)/10 - 1
		points = append(points,
			Point{sign * s, 140 + 40*math.Tanh(2*(s-width/2)), Up},
			Point{sign * s, 140 + 40*math.Tanh(2*(s+width/2)), Down})
	}
	if sign < 0 {
		for i := range points {
			points[i].Direction = Up + Down - points[i].Direction
		}
	}
	c, err := NewCurve(points, smooth)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// laws is one of every kind, all within 90 to 190 N/m or so.
func laws(t testing.TB) map[string]Law {
	uneven := must(NewLevels([]float64{3, 1, 4, 15, 9}, []float64{160, 100, 103, 172, 131}))
	plain := must(NewCurve([]Point{{0, 100, Either}, {1, 101, Either}, {2, 150, Either}, {5, 180, Either}}, true))
	strip := Width{Young: 5.5e5, Thickness: 0.002, Length: 0.016, Joint: 0.001, Hinge: 0.002, Neck: 0.5, Lo: 0.0015, Hi: 0.0025}
	all := map[string]Law{
		"continuous": Continuous{100, 180}, "width": strip, "even levels": must(Even(5, 103.125, 171.875)), "uneven levels": uneven, "one level": must(NewLevels(nil, []float64{140})),
		"plain curve": plain, "play": play(t, 1, 0.3, true), "play, falling": play(t, -1, 0.3, true), "play, straight": play(t, 1, 0.2, false),
	}
	one := map[string]Law{}
	for name, law := range all {
		one[name+", one way"] = OneWay{law}
	}
	for name, law := range one {
		all[name] = law
	}
	return all
}

// What every law promises.
func TestConformance(t *testing.T) {
	for name, law := range laws(t) {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			stiffness := rapid.Float64Range(80, 200)
			from, wanted, more := stiffness.Draw(t, "from"), stiffness.Draw(t, "wanted"), stiffness.Draw(t, "more")
			setting, reached := law.Reach(from, wanted)
			below, above := law.Steps(from)
			if !(below <= from && from <= above) {
				t.Fatalf("steps from %g: %g and %g", from, below, above)
			}
			// Idempotent: what was reached stays when asked for again.
			if _, again := law.Reach(reached, reached); again != reached {
				t.Fatalf("%g was reached; asked for again it becomes %g", reached, again)
			}
			// Monotone: who wants more does not get less.
			if _, other := law.Reach(from, max(wanted, more)); other < reached {
				t.Fatalf("wanting %g gives %g, wanting %g gives %g", wanted, reached, max(wanted, more), other)
			}
			// Nearest: nothing reachable is nearer; everything reachable from here is
			// what some wish leads to.
			if _, other := law.Reach(from, more); math.Abs(other-wanted) < math.Abs(reached-wanted)-1e-12 {
				t.Fatalf("wanting %g gives %g although %g can be reached", wanted, reached, other)
			}
			lo, hi, err := Bonds{law}.Range([]float64{from})
			if err != nil || reached < lo[0] || reached > hi[0] {
				t.Fatalf("%g is reached in a range from %v to %v, %v", reached, lo, hi, err)
			}
			for _, end := range []float64{lo[0], hi[0]} {
				if _, to := law.Reach(from, end); to != end {
					t.Fatalf("the end %g of the range cannot be reached: %g", end, to)
				}
			}
			// The steps can be taken, and there is nothing in between for levels.
			for _, step := range []float64{below, above} {
				if _, to := law.Reach(from, step); step != from && math.Abs(to-step) > 1e-9 {
					t.Fatalf("from %g the step to %g leads to %g", from, step, to)
				}
			}
			if one, ok := law.(OneWay); ok {
				if reached > from || above != from {
					t.Fatalf("stiffened from %g to %g (step %g)", from, reached, above)
				}
				law = one.Law
			}
			if c, ok := law.(*Curve); ok && !math.IsNaN(setting) && reached >= c.lo && reached <= c.hi {
				if got := c.After(from, setting); math.Abs(got-reached) > 1e-9 {
					t.Fatalf("from %g, setting %g leads to %g, not %g", from, setting, got, reached)
				}
			}
		}))
	}
}

// A disc of 3 mm on bars of 16 mm stiffens them by 23 %; hinges of half the width
// that take an eighth of the length soften them by 1/9 (Li & Mao: bar to hinges 8 : 1
// in length, so H = L/9 and the rest 8 L/9: k falls to 1/(8/9 + 2/9)).
func TestWidth(t *testing.T) {
	bar := Width{Young: 5.5e5, Thickness: 0.002, Length: 0.016, Lo: 0.0015, Hi: 0.0025}
	for _, test := range []struct {
		joint, hinge, want float64
	}{{0, 0, 137.5}, {0.003, 0, 137.5 * 16 / 13}, {0, 0.016 / 9, 137.5 * 0.9}} {
		s := bar
		s.Joint, s.Hinge, s.Neck = test.joint, test.hinge, 0.5
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		w, k := s.Reach(100, test.want)
		if math.Abs(w-0.002) > 1e-15 || math.Abs(k-test.want) > 1e-12*k {
			t.Errorf("joints %g m, hinges %g m: %g N/m by %g m", test.joint, test.hinge, k, w)
		}
	}
	for say, change := range map[string]func(*Width){
		"modulus": func(s *Width) { s.Young = 0 }, "thickness": func(s *Width) { s.Thickness = math.NaN() }, "leave nothing": func(s *Width) { s.Joint = 0.016 },
		"widths": func(s *Width) { s.Hi = 0.001 }, "share above 0": func(s *Width) { s.Hinge = 0.001 },
	} {
		s := bar
		change(&s)
		if err := s.Validate(); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%q: %v", say, err)
		}
	}
}

func TestLevels(t *testing.T) {
	l := must(NewLevels([]float64{7, 5, 6}, []float64{300, 100, 200}))
	for _, test := range []struct{ from, wanted, setting, reached float64 }{
		{100, 149, 5, 100}, {100, 151, 6, 200}, {100, 150, 5, 100}, {200, 150, 6, 200}, {100, 1e9, 7, 300}, {300, 1, 5, 100}, {100, 200, 6, 200},
	} {
		if s, k := l.Reach(test.from, test.wanted); s != test.setting || k != test.reached {
			t.Errorf("from %g, wanted %g: level %g with %g", test.from, test.wanted, s, k)
		}
	}
	if below, above := l.Steps(150); below != 100 || above != 200 {
		t.Errorf("from between levels to %g and %g", below, above)
	}
	for say, k := range map[string][]float64{"no levels": {}, "-1 N/m": {-1}, "NaN N/m": {math.NaN()}, "same stiffness": {2, 3, 2}} {
		if _, err := NewLevels(nil, k); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%q: %v", say, err)
		}
	}
	if _, err := Even(1, 1, 2); err == nil {
		t.Error("one even level")
	}
	// A bond that only softens and began between two levels is left alone until a
	// level below is nearer to what is wanted.
	if s, k := (OneWay{l}).Reach(190, 180); !math.IsNaN(s) || k != 190 {
		t.Errorf("setting %g, stiffness %g", s, k)
	}
	if s, k := (OneWay{l}).Reach(190, 120); s != 5 || k != 100 {
		t.Errorf("setting %g, stiffness %g", s, k)
	}
}

// Straight lines pulled apart by a play w: the setting is w/2 beyond the place of
// the stiffness, on the side from which it came.
func TestPlay(t *testing.T) {
	const w = 0.2
	var points []Point
	for i := range 11 {
		s := float64(i)
		points = append(points, Point{s, 100 + 10*(s-w/2), Up}, Point{s, 100 + 10*(s+w/2), Down})
	}
	c := must(NewCurve(points, false))
	for _, test := range []struct{ from, wanted, setting, reached float64 }{
		{120, 150, 5 + w/2, 150}, {160, 150, 5 - w/2, 150}, {150, 150, 5, 150}, {120, 500, 10, 199}, {150, 0.001, 0, 101},
	} {
		s, k := c.Reach(test.from, test.wanted)
		if math.Abs(s-test.setting) > 1e-12 || math.Abs(k-test.reached) > 1e-12 {
			t.Errorf("from %g to %g: setting %g gives %g", test.from, test.wanted, s, k)
		}
	}
	// Within the play nothing moves.
	for _, s := range []float64{4.9, 5, 5.1} {
		if k := c.After(150, s); math.Abs(k-150) > 1e-12 {
			t.Errorf("setting %g moved the bond to %g", s, k)
		}
	}
}

func TestCurveErrors(t *testing.T) {
	for say, points := range map[string][]Point{
		"two points":        {{1, 100, Either}},
		"each direction":    {{1, 100, Up}, {2, 110, Up}},
		"say it for all":    {{1, 100, Up}, {2, 110, Either}},
		"against the trend": {{1, 100, Either}, {2, 120, Either}, {3, 110, Either}, {4, 130, Either}},
		"comes twice":       {{1, 100, Either}, {1, 101, Either}, {2, 130, Either}},
		"NaN N/m":           {{1, math.NaN(), Either}},
		"is NaN":            {{math.NaN(), 100, Either}},
		"exchanged":         {{0, 110, Up}, {1, 120, Up}, {0, 100, Down}, {1, 110, Down}},
		"wider range":       {{0, 100, Up}, {1, 110, Up}, {0, 120, Down}, {1, 130, Down}},
	} {
		if _, err := NewCurve(points, false); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%q: %v", say, err)
		}
	}
}

func TestBonds(t *testing.T) {
	b := Same(3, must(Even(3, 100, 200)))
	wanted := []float64{90, 151, 260}
	if err := b.Project([]float64{150, 150, 150}, wanted); err != nil || wanted[0] != 100 || wanted[1] != 150 || wanted[2] != 200 {
		t.Errorf("%v %v", wanted, err)
	}
	if below, above, err := b.Steps([]float64{100, 150, 200}); err != nil || below[0] != 100 || below[1] != 100 || above[1] != 200 || above[2] != 200 {
		t.Errorf("%v %v %v", below, above, err)
	}
	for _, bad := range []float64{math.NaN(), 0, -1, math.Inf(1)} {
		want := []float64{150, bad, 150}
		if _, _, err := b.Apply([]float64{150, 150, 150}, want); err == nil || !strings.HasPrefix(err.Error(), "bond 2: it is to have stiffness") {
			t.Errorf("%g: %v", bad, err)
		}
		if _, _, err := b.Apply(want, []float64{150, 150, 150}); err == nil || !strings.HasPrefix(err.Error(), "bond 2: it has stiffness") {
			t.Errorf("%g: %v", bad, err)
		}
		if _, _, err := b.Steps(want); err == nil {
			t.Errorf("%g passes", bad)
		}
		if _, _, err := new(Feedback).Apply(b, []float64{150, 150, 150}, want); err == nil {
			t.Errorf("%g passes", bad)
		}
	}
}
