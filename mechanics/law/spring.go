package law

// Spring is Hooke's law, t = k e for every deformation of its element, at rest as built: a bar by its stiffness, a spring
// to ground, an angular spring.
type Spring struct{ Unit string } // of k; "" is N/m

// Name implements Law.
func (Spring) Name() string { return "linear" }

// Modes implements Law.
func (Spring) Modes() int { return 0 }

// Params implements Law.
func (l Spring) Params() []Param {
	unit := l.Unit
	if unit == "" {
		unit = "N/m"
	}
	return []Param{{"stiffness", unit, 0}}
}

// Weigh implements Linear.
func (Spring) Weigh(s *Span, w []float64) {
	modes := len(w) / max(s.N, 1)
	if modes == 1 {
		copy(w, s.Theta)
		return
	}
	for m := range w {
		w[m] = s.Theta[m/modes]
	}
}

// WeighRate implements Linear.
func (Spring) WeighRate(s *Span, rate []float64) {
	for i := range rate {
		rate[i] = 1
	}
}

// WeighSizeRate implements Linear: the stiffness is held while nodes move.
func (Spring) WeighSizeRate(s *Span, rate []float64) { clear(rate) }

// Conductance is the law of a pipe: current is conductance times drop.
type Conductance struct{ Spring }

// Name implements Law.
func (Conductance) Name() string { return "conductance" }

// Params implements Law.
func (Conductance) Params() []Param { return []Param{{"conductance", "S", 0}} }

// Strip is the law of a bar by its width: k = E t w / L, with Young's modulus and thickness given.
type Strip struct{ Young, Thickness float64 } // Pa, m

// Name implements Law.
func (Strip) Name() string { return "strip" }

// Modes implements Law.
func (Strip) Modes() int { return 1 }

// Params implements Law.
func (Strip) Params() []Param { return []Param{{"width", "m", 0}} }

// Weigh implements Linear.
func (l Strip) Weigh(s *Span, w []float64) {
	for i, width := range s.Theta[:s.N] {
		w[i] = l.Young * l.Thickness * width / s.Size[i]
	}
}

// WeighRate implements Linear.
func (l Strip) WeighRate(s *Span, rate []float64) {
	for i, size := range s.Size[:s.N] {
		rate[i] = l.Young * l.Thickness / size
	}
}

// WeighSizeRate implements Linear.
func (l Strip) WeighSizeRate(s *Span, rate []float64) {
	for i, width := range s.Theta[:s.N] {
		rate[i] = -l.Young * l.Thickness * width / (s.Size[i] * s.Size[i])
	}
}
