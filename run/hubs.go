package run

import (
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/snapshot"
)

// Hubs draws what drives what in a network of hubs: each branch by its stiffness where its pixel stiffens it, red where that is
// a dark pixel and blue where it is a bright one.
func Hubs(s *snapshot.Snapshot) figure.Hubs {
	of := branches(s)
	p := HubsBy(s, of)
	p.ValueTitle = "stiffness of a branch (N/m)"
	p.Note = "A hub moves far where its red pixels are bright and its blue ones dark; red are complements. First in a row: all its hubs together"
	if s.Hubs.Height == 1 {
		p.Note = "A hub moves far where its red features are large and its blue ones small; red are complements. First in a row: all its hubs together"
	}
	return p
}

// branches is the stiffness of a branch at an input of one.
func branches(s *snapshot.Snapshot) func(b *snapshot.Branch) float64 {
	return func(b *snapshot.Branch) float64 { return series(s, b, 1) }
}

// series is the stiffness of a branch at an input spring that has a share of its stiffness.
func series(s *snapshot.Snapshot, b *snapshot.Branch, share float64) float64 {
	w, a := stiffness(s, b.Own), share*stiffness(s, b.Input)
	if w+a == 0 {
		return 0
	}
	return w * a / (w + a)
}

// HubsBy is the picture with other values of branches, which have the sign of what they follow.
func HubsBy(s *snapshot.Snapshot, of func(b *snapshot.Branch) float64) figure.Hubs {
	h := s.Hubs
	p := figure.Hubs{Width: h.Width, Height: h.Height}
	for i := range s.Outputs {
		p.Outputs = append(p.Outputs, s.Outputs[i].Name)
	}
	for i := range h.Each {
		hub := &h.Each[i]
		one := figure.Hub{Left: hub.Left, Top: hub.Top, Width: hub.Width, Height: hub.Height}
		slack := stiffness(s, hub.Earth)
		for _, l := range hub.Links {
			slack += stiffness(s, l.Element)
		}
		stiff := slack
		for at := range hub.Branches {
			b := &hub.Branches[at]
			v := of(b)
			if !b.Complement {
				v = -v
			}
			one.Pixels, one.Values = append(one.Pixels, b.Pixel), append(one.Values, v)
			slack += series(s, b, h.Left)
			stiff += series(s, b, 1)
		}
		reach := h.Load/slack - h.Load/stiff // of the hub, where the outputs are held
		links := make(map[int]figure.HubLink)
		var order []int
		for _, l := range hub.Links {
			v, o := stiffness(s, l.Element), l.Output
			sign := 1.0
			if h.Pairs > 0 && o >= h.Pairs {
				o, sign = o-h.Pairs, -1
			}
			link, there := links[o]
			if !there {
				order = append(order, o)
			}
			link.Output = o
			link.Stiffness += sign * v
			link.Moves += sign * v * reach
			links[o] = link
		}
		for _, o := range order {
			one.Links = append(one.Links, links[o])
		}
		p.Hubs = append(p.Hubs, one)
	}
	return p
}

// stiffness is the parameter of an element.
func stiffness(s *snapshot.Snapshot, element int) float64 {
	if at := s.Elements[element].Theta; at >= 0 {
		return s.Theta[at]
	}
	return 0
}

// Readings draws what the outputs of a network of hubs make of one picture of each class: how far each goes from its mean over these
// pictures.
func Readings(s *snapshot.Snapshot) figure.Readings {
	pixels := s.Hubs.Width * s.Hubs.Height
	mean := make([]float64, len(s.Outputs))
	for i := range s.Cases {
		for o, u := range s.Cases[i].Output {
			mean[o] += u / float64(len(s.Cases))
		}
	}
	p := figure.Readings{Width: s.Hubs.Width, Height: s.Hubs.Height, Note: s.Note}
	for i := range s.Outputs {
		p.Outputs = append(p.Outputs, s.Outputs[i].Name)
	}
	var all [][]float64
	for i := range s.Cases {
		c := &s.Cases[i]
		row := figure.Reading{Name: c.Title, Picture: c.Input[:pixels]}
		for o, u := range c.Output {
			row.Values = append(row.Values, u-mean[o])
		}
		p.Rows, all = append(p.Rows, row), append(all, row.Values)
	}
	_, unit := InUnit("m", all...)
	p.ValueTitle = "reading, from the mean of these (" + unit + ")"
	return p
}
