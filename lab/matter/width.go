package matter

import "fmt"

// Width is a strip whose width is cut or printed; its setting is the width in m.
// The strip is free over its length less the joints at its ends, and hinges (thin
// pieces of the strip that let it turn) act in series with it:
//
//	1/k = (1/(Y t w)) ((L - D - H) + H/h)
//
// so that width and stiffness are proportional.
type Width struct {
	Young     float64 // Y, Pa
	Thickness float64 // t, m
	Length    float64 // L between the centres of the nodes, m
	Joint     float64 // D: what the joints take of the length at both ends together, m; a disc of diameter D at each node takes D
	Hinge     float64 // H: length of both hinges together, m; 0 for none
	Neck      float64 // h: width of a hinge as a share of the width of the strip; Li & Mao use 1/2
	Lo, Hi    float64 // range of the width, m
}

// Validate says what is wrong with a strip.
func (s Width) Validate() error {
	for _, v := range []struct {
		name  string
		value float64
	}{{"modulus", s.Young}, {"thickness", s.Thickness}, {"length", s.Length}, {"least width", s.Lo}} {
		if !(v.value > 0) || v.value > 1e15 {
			return fmt.Errorf("the %s of the strip is %v: give a positive number in SI units", v.name, v.value)
		}
	}
	switch {
	case !(s.Hi >= s.Lo) || s.Hi > 1e15:
		return fmt.Errorf("the widths of the strip reach from %v m to %v m: the greatest must not be below the least", s.Lo, s.Hi)
	case !(s.Joint >= 0) || !(s.Hinge >= 0) || !(s.Joint+s.Hinge < s.Length):
		return fmt.Errorf("joints of %v m and hinges of %v m leave nothing of a strip of %v m", s.Joint, s.Hinge, s.Length)
	case s.Hinge > 0 && !(s.Neck > 0 && s.Neck <= 1):
		return fmt.Errorf("the hinges are %v times as wide as the strip: give a share above 0 and up to 1", s.Neck)
	}
	return nil
}

// PerWidth is k/w, Pa.
func (s Width) PerWidth() float64 {
	length := s.Length - s.Joint - s.Hinge
	if s.Hinge > 0 {
		length += s.Hinge / s.Neck
	}
	return s.Young * s.Thickness / length
}

// Reach implements Law.
func (s Width) Reach(_, wanted float64) (setting, reached float64) {
	gain := s.PerWidth()
	w := min(max(wanted/gain, s.Lo), s.Hi)
	return w, gain * w
}

// Steps implements Law.
func (s Width) Steps(from float64) (below, above float64) {
	gain := s.PerWidth()
	return min(gain*s.Lo, from), max(gain*s.Hi, from)
}
