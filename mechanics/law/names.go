package law

// Curves are the curves of bonds by their names, in the order of the reference.
var Curves = []Curve{hooke{}, hardening{}, softening{}, bistable{}, logarithmic{}, logForce{}, green{}, oneWay{1}, oneWay{-1}}

// CurveNamed finds a curve; ok is false if there is none of that name.
func CurveNamed(name string) (c Curve, ok bool) {
	for _, c := range Curves {
		if c.Name() == name {
			return c, true
		}
	}
	return nil, false
}
