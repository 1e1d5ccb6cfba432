package twin

// Hinges are the thinned ends of a bar, which let it turn at its nodes almost
// as a pin would. The zero value is a bar of one width.
type Hinges struct {
	Length float64 // of one end as a share of the length of the main part
	Width  float64 // of an end as a share of the width of the main part
}

// PaperHinges is the specimen of Li & Mao: ends of half the width, an eighth as
// long as the main part.
var PaperHinges = Hinges{Length: 1.0 / 8, Width: 0.5}

// Softening is the stiffness of a bar with such ends as a share of that of one
// as long without. Its three parts stand in series, and the compliance of each
// is proportional to length / width:
//
//	(1 + 2 Length) / (1 + 2 Length / Width).
func (h Hinges) Softening() float64 {
	if h.Length == 0 {
		return 1
	}
	return (1 + 2*h.Length) / (1 + 2*h.Length/h.Width)
}
