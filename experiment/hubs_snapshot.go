package experiment

import "github.com/elastrain/elastrain/snapshot"

// hubsPlain is a network of hubs in plain data; nil of any other.
func (x *Experiment) hubsPlain() *snapshot.Hubs {
	if x.hubs == nil {
		return nil
	}
	h := x.Spec.Hubs
	s := &snapshot.Hubs{Width: h.Features, Height: 1, Left: h.Left, Load: h.Load}
	if h.Features == 0 {
		s.Width, s.Height = h.Picture[0], h.Picture[1]
	}
	if len(x.Out) < h.Outputs {
		s.Pairs = len(x.Out)
	}
	for i := range x.hubs.Hubs {
		hub := &x.hubs.Hubs[i]
		one := snapshot.Hub{Left: hub.Left, Top: hub.Top, Width: hub.Width, Height: hub.Height, Earth: hub.Earth}
		for _, p := range hub.Pixels {
			pixel := &x.hubs.Pixels[p]
			one.Branches = append(one.Branches, snapshot.Branch{Own: pixel.Element - 1, Input: pixel.Element, Pixel: pixel.Pixel, Complement: pixel.Complement})
		}
		for o, element := range hub.Links {
			one.Links = append(one.Links, snapshot.Link{Output: hub.Outputs[o], Element: element})
		}
		s.Each = append(s.Each, one)
	}
	return s
}
