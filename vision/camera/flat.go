package camera

import "fmt"

// flat reads a calibration that has a key for each number, as those of photogrammetry:
// fx, fy, cx, cy (or fl_x, fl_y) and k1, k2, p1, p2, k3, of which those that are left out
// are 0. It says false where there are no such keys.
func (t *table) flat(l *Lens, none bool) (bool, error) {
	there := func(names ...string) bool {
		key, _, err := t.find(names...)
		return key != "" || err != nil
	}
	if !there("fx", "flx") || !there("fy", "fly") || !there("cx") || !there("cy") {
		return false, nil
	}
	distorted := none
	for _, v := range []struct {
		to    *float64
		names []string
	}{
		{&l.Fx, []string{"fx", "flx"}}, {&l.Fy, []string{"fy", "fly"}}, {&l.Cx, []string{"cx"}}, {&l.Cy, []string{"cy"}},
		{&l.K1, []string{"k1"}}, {&l.K2, []string{"k2"}}, {&l.P1, []string{"p1"}}, {&l.P2, []string{"p2"}}, {&l.K3, []string{"k3"}},
	} {
		var err error
		if *v.to, err = t.number(v.names...); err != nil {
			return true, err
		}
		distorted = distorted || v.names[0] == "k1" && there("k1")
	}
	if l.Fisheye {
		if l.P1 != 0 || l.P2 != 0 {
			return true, fmt.Errorf("it is a fisheye and has p1 and p2; a fisheye has k1, k2, k3, k4")
		}
		var err error
		if l.K4, err = t.number("k4"); err != nil {
			return true, err
		}
	}
	if !distorted {
		return true, fmt.Errorf("it has no k1, k2, p1, p2 (and k3)%s", t.list())
	}
	for _, further := range []string{"k4", "k5", "k6", "k7", "k8", "p3", "p4", "s1", "s2", "s3", "s4", "b1", "b2", "skew", "taux", "tauy"} {
		if v, err := t.number(further); err != nil {
			return true, err
		} else if v != 0 && !(l.Fisheye && further == "k4") {
			return true, fmt.Errorf("%s is %g; only k1 k2 p1 p2 k3 are known here: calibrate without the rational, thin prism and tilted models", t.keys[further], v)
		}
	}
	return true, nil
}
