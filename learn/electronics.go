package learn

import (
	"fmt"
	"strings"
)

// Electronics is what a record owes to what stands outside the lattice.
type Electronics struct {
	Readings    int `json:"readings"`    // displacements that are measured
	Differences int `json:"differences"` // of two of them
	Means       int `json:"means"`       // of several
	Gains       int `json:"gains"`
	Offsets     int `json:"offsets"`
	Tares       int `json:"tares"`
}

// Electronics counts them.
func (r *Reading) Electronics() Electronics {
	e := Electronics{Readings: len(r.pairs), Gains: 1, Offsets: len(r.pairs), Tares: len(r.pairs)}
	for _, p := range r.pairs {
		if p.Minus >= 0 {
			e.Readings, e.Differences = e.Readings+1, e.Differences+1
		}
	}
	return e
}

// String counts in words.
func (e Electronics) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{e.Readings, "reading"}, {e.Differences, "difference"}, {e.Means, "mean"}, {e.Gains, "gain"}, {e.Offsets, "offset"}, {e.Tares, "tare"}} {
		if p.n > 1 {
			p.what += "s"
		}
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return strings.Join(parts, ", ")
}
