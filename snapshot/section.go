package snapshot

import "math"

// Material is what bars and beams are made of, 0 for what the experiment does not say.
type Material struct{ Young, Thickness, Shear float64 } // Pa, m, Pa

// Section is the cross-section of a bond. Its width lies in the plane of a flat network, its height across it.
type Section struct {
	Width, Height float64 // m; 0 where nothing says it
	Round         bool    // Width and Height are the diameter
}

// Area of the section, m2.
func (s Section) Area() float64 {
	if s.Round {
		return math.Pi / 4 * s.Width * s.Height
	}
	return s.Width * s.Height
}

// Sections are those of all bonds with these parameters, numbers like Theta: as the parameters say them, or from
// stiffnesses with the material. A stiffness of k = Y w t / L or EA has its width by Young's modulus and thickness,
// a section EA, EI by its slenderness.
func (s *Snapshot) Sections(theta []float64) []Section {
	all := make([]Section, s.Bonds())
	for i := range all {
		el := &s.Elements[i]
		if el.Cut || el.Theta < 0 {
			continue
		}
		b := &s.Blocks[el.Block]
		values := map[string]float64{}
		for at, name := range b.Names {
			values[name] = theta[el.Theta+at]
		}
		all[i] = s.section(i, b, values)
	}
	return all
}

// section of bond i, whose parameters have these values.
func (s *Snapshot) section(i int, b *Block, values map[string]float64) Section {
	m := s.Material
	if d := values["diameter"]; d > 0 {
		return Section{Width: d, Height: d, Round: true}
	}
	if w := values["width"]; w > 0 {
		if h := values["height"]; h > 0 {
			return Section{Width: w, Height: h}
		}
		return Section{Width: w, Height: m.Thickness}
	}
	ea := values["EA"]
	if k := values["stiffness"]; k > 0 && b.Law == "linear" {
		ea = k * s.Built.BondLength(i)
	}
	width := 0.0
	if ei := values["EI"]; ei > 0 && ea > 0 {
		width = math.Sqrt(12 * ei / ea)
	}
	if y, z := values["EIy"], values["EIz"]; y > 0 && z > 0 && ea > 0 {
		return Section{Width: math.Sqrt(12 * z / ea), Height: math.Sqrt(12 * y / ea)}
	}
	switch {
	case ea == 0 || m.Young == 0:
		return Section{Width: width, Height: m.Thickness}
	case width > 0:
		return Section{Width: width, Height: ea / m.Young / width}
	case m.Thickness > 0:
		return Section{Width: ea / m.Young / m.Thickness, Height: m.Thickness}
	}
	d := math.Sqrt(4 / math.Pi * ea / m.Young)
	return Section{Width: d, Height: d, Round: true}
}
