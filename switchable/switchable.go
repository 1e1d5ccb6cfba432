// Package switchable lists elements whose stiffness can be changed in matter: what was published of them, and where. A number that
// was not found is zero, and said to be unknown; none is guessed.
package switchable

import "slices"

// Element is one of them.
type Element struct {
	Name   string  `json:"name"`
	What   string  `json:"what"`
	Sets   string  `json:"sets"`                       // what is changed: stiffness, rest length or presence
	Lo     float64 `json:"least_n_per_m,omitempty"`    // least stiffness, N/m; below zero where it is active
	Hi     float64 `json:"greatest_n_per_m,omitempty"` // greatest, N/m; 0: depends on the size, or unknown
	Ratio  float64 `json:"ratio,omitempty"`            // greatest by least stiffness; 0: unknown, or any
	Levels int     `json:"levels,omitempty"`           // states; 0: any between the ends
	Time   float64 `json:"seconds,omitempty"`          // to switch one element, s; 0: unknown
	Energy float64 `json:"joules,omitempty"`           // to switch one element, J; 0: unknown
	Drift  float64 `json:"drift,omitempty"`            // standard deviation of ln of the stiffness; 0: unknown
	Play   float64 `json:"hysteresis,omitempty"`       // as a share of the range; 0: unknown
	Holds  string  `json:"holds"`                      // what keeps a state: nothing is needed, power, unknown
	OneWay bool    `json:"only_softer,omitempty"`
	Source string  `json:"source"` // DOI or arXiv
	Note   string  `json:"note,omitempty"`
}

var all = []Element{
	{Name: "voice-coil-beam", What: "beam whose axial stiffness a voice coil, a gauge and a controller make", Sets: "stiffness", Lo: -2000, Hi: 2300, Holds: "power",
		Source: "doi:10.1126/scirobotics.abq7278", Note: "1.81 N/mm without power; stiffnesses below zero, which it can make, are none of a lattice of springs"},
	{Name: "tunable-rod", What: "rod with a screw whose rest length is turned by hand", Sets: "rest length", Holds: "nothing is needed", Source: "arXiv:2311.00170",
		Note: "half a turn is 0.35 mm of 137.5 mm; its stiffness stays"},
	{Name: "printed-strip", What: "printed elastomer strip of 1.5 to 2.5 mm, a new print for each stiffness", Sets: "stiffness", Ratio: 2.5 / 1.5, Holds: "nothing is needed",
		Source: "arXiv:2404.15471", Note: "103 to 172 N/m at a length of 16 mm"},
	{Name: "gecko-laminate", What: "laminate of stiff layers that dry adhesives join, reprogrammed by electrostatic or magnetic pulses", Sets: "stiffness", Ratio: 14.4, Levels: 4, Time: 1,
		Holds: "nothing is needed", Source: "arXiv:2312.03866", Note: "measured in bending of hinges; at least 73 by simulation; where the states lie between the ends was not found: equal ratios are assumed"},
	{Name: "fields-metal", What: "elastomer with a sheet of Field's metal that a heater melts", Sets: "stiffness", Ratio: 1e4, Levels: 2, Holds: "power",
		Source: "doi:10.1088/0964-1726/22/8/085005", Note: "the modulus changes by four orders of magnitude; soft while it is hot, stiff without power; times to melt and to freeze were not found"},
	{Name: "phase-change", What: "core of low melting point that a thermoelectric device heats and cools", Sets: "stiffness", Ratio: 14.7, Levels: 2, Holds: "power",
		Source: "doi:10.1089/soro.2020.0080", Note: "in bending; cooling shortens freezing by 77 %, of how many seconds was not found"},
	{Name: "magneto-active", What: "polymer tube filled with a magnetorheological fluid, in a magnetic field", Sets: "stiffness", Holds: "power", Source: "doi:10.1126/sciadv.aau6419",
		Note: "rapid and reversible; ratio and time were not found in what could be read"},
	{Name: "light-sensitive", What: "polymer network with molecular switches that light stiffens", Sets: "stiffness", Holds: "unknown", Source: "doi:10.1038/s41467-019-12786-2",
		Note: "ratio and time were not found in what could be read"},
	{Name: "clipping", What: "bond that is cut, or left", Sets: "presence", Levels: 2, Holds: "nothing is needed", OneWay: true, Source: "arXiv:1607.08562",
		Note: "once; `elastrain prune` chooses bonds"},
}

// All are the elements, in the order of the list.
func All() []Element { return slices.Clone(all) }

// Find is the element of a name.
func Find(name string) (Element, bool) {
	i := slices.IndexFunc(all, func(e Element) bool { return e.Name == name })
	if i < 0 {
		return Element{}, false
	}
	return all[i], true
}
