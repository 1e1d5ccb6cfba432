package law

// Section is the law of a beam in the plane by its section stiffnesses, each a parameter that may learn: EA, EI and, for
// beams that shear (Timoshenko), GAs with the shear coefficient in it.
type Section struct{ Shear bool }

// Name implements Law.
func (b Section) Name() string {
	if b.Shear {
		return "timoshenko"
	}
	return "section"
}

// Modes implements Law.
func (Section) Modes() int { return 3 }

// Params implements Law.
func (b Section) Params() []Param {
	list := []Param{{"EA", "N", 0}, {"EI", "N m2", 0}}
	if b.Shear {
		list = append(list, Param{"GAs", "N", 0})
	}
	return list
}

// Weigh implements Linear.
func (b Section) Weigh(s *Span, w []float64) {
	n := len(b.Params())
	for i := range s.N {
		ea, ei, l := s.Theta[i*n], s.Theta[i*n+1], s.Size[i]
		w[3*i], w[3*i+1], w[3*i+2] = ea/l, ei/l, 3*ei/(l*(1+b.phi(s, i)))
	}
}

// phi is 12 EI/(GAs L^2): how much more a beam bends by shear.
func (b Section) phi(s *Span, i int) float64 {
	if !b.Shear {
		return 0
	}
	return 12 * s.Theta[3*i+1] / (s.Theta[3*i+2] * s.Size[i] * s.Size[i])
}

// WeighRate implements Linear.
func (b Section) WeighRate(s *Span, dw []float64) {
	clear(dw)
	n := len(b.Params())
	for i := range s.N {
		l, d := s.Size[i], dw[i*3*n:]
		phi := b.phi(s, i)
		d[0], d[n+1] = 1/l, 1/l
		// w3 = 3 EI/(L (1 + phi)) with phi proportional to EI/GAs: dw3/dEI = 3/(L (1 + phi)^2).
		d[2*n+1] = 3 / (l * (1 + phi) * (1 + phi))
		if b.Shear {
			ei, gas := s.Theta[3*i+1], s.Theta[3*i+2]
			d[2*n+2] = 3 * ei * phi / (l * (1 + phi) * (1 + phi) * gas)
		}
	}
}

// WeighSizeRate implements Linear.
func (b Section) WeighSizeRate(s *Span, rate []float64) {
	n := len(b.Params())
	for i := range s.N {
		ea, ei, l := s.Theta[i*n], s.Theta[i*n+1], s.Size[i]
		phi := b.phi(s, i)
		rate[3*i], rate[3*i+1] = -ea/(l*l), -ei/(l*l)
		// phi falls with L^2: d/dL of 1/(L (1 + phi)) is -(1 - phi)/(L (1 + phi))^2.
		rate[3*i+2] = -3 * ei * (1 - phi) / (l * l * (1 + phi) * (1 + phi))
	}
}

// Rectangle is the law of a beam in the plane with a rectangular section: width w in the plane, which is its parameter,
// thickness t across it, Young's modulus E. EA = E t w, EI = E t w^3/12; with a shear modulus also GAs = 5/6 G t w.
type Rectangle struct {
	Young, Thickness float64 // Pa, m
	Shear            float64 // shear modulus, Pa; 0: the beam does not shear (Euler-Bernoulli)
}

// Name implements Law.
func (Rectangle) Name() string { return "rectangle" }

// Modes implements Law.
func (Rectangle) Modes() int { return 3 }

// Params implements Law.
func (Rectangle) Params() []Param { return []Param{{"width", "m", 0}} }

// phi is 12 EI/(GAs L^2) = (6/5) (E/G) (w/L)^2.
func (b Rectangle) phi(w, l float64) float64 {
	if b.Shear == 0 {
		return 0
	}
	return 1.2 * b.Young / b.Shear * (w / l) * (w / l)
}

// Weigh implements Linear.
func (b Rectangle) Weigh(s *Span, w []float64) {
	for i, width := range s.Theta[:s.N] {
		l := s.Size[i]
		ea := b.Young * b.Thickness * width
		ei := ea * width * width / 12
		w[3*i], w[3*i+1], w[3*i+2] = ea/l, ei/l, 3*ei/(l*(1+b.phi(width, l)))
	}
}

// WeighRate implements Linear.
func (b Rectangle) WeighRate(s *Span, dw []float64) {
	for i, width := range s.Theta[:s.N] {
		l := s.Size[i]
		ea := b.Young * b.Thickness
		ei := ea * width * width / 4
		phi := b.phi(width, l)
		// phi grows with w^2: d/dw of w^3/(1 + phi) is w^2 (3 + phi)/(1 + phi)^2.
		dw[3*i], dw[3*i+1], dw[3*i+2] = ea/l, ei/l, ea*width*width/4*(3+phi)/(l*(1+phi)*(1+phi))
	}
}

// WeighSizeRate implements Linear.
func (b Rectangle) WeighSizeRate(s *Span, rate []float64) {
	for i, width := range s.Theta[:s.N] {
		l := s.Size[i]
		ea := b.Young * b.Thickness * width
		ei := ea * width * width / 12
		phi := b.phi(width, l)
		rate[3*i], rate[3*i+1] = -ea/(l*l), -ei/(l*l)
		rate[3*i+2] = -3 * ei * (1 - phi) / (l * l * (1 + phi) * (1 + phi))
	}
}
