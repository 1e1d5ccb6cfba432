package experiment

// Warning is something that stops no command and may make an answer worthless. What a field does
// not say is 0 or absent.
type Warning struct {
	Code   string `json:"code"`
	Text   string `json:"text"`
	Help   string `json:"help,omitempty"`
	Part   string `json:"part,omitempty"`   // of the samples: training, validation or test, or the file of new ones
	Sample int    `json:"sample,omitempty"` // case of a behaviour, or row of the table of data, from 1
	Node   int    `json:"node,omitempty"`   // from 1
	Bond   int    `json:"bond,omitempty"`   // from 1

	// Of displacements that are large, E0706.
	Move    float64  `json:"displacement,omitempty"`           // m
	Share   float64  `json:"share_of_shortest_bond,omitempty"` // Move in shortest bonds
	Stretch float64  `json:"strain,omitempty"`                 // largest |e| / L
	Turn    float64  `json:"turn,omitempty"`                   // largest motion of an end across its bond / L
	Output  string   `json:"output,omitempty"`                 // whose displacement linear theory misses most
	Linear  *float64 `json:"linear,omitempty"`                 // m, there
	Finite  *float64 `json:"finite,omitempty"`                 // m, there, by finite deformation
	Carried *float64 `json:"share_of_load_carried,omitempty"`  // up to which there is an equilibrium nearby
	Digits  *float64 `json:"digits,omitempty"`                 // that are left, E0707
}

// String is the warning in one line.
func (w Warning) String() string {
	if w.Help == "" {
		return w.Text
	}
	return w.Text + "; " + w.Help
}

// Warnings are what is to be known of answers at the stiffness set last. They take some solves,
// and one of finite deformation where displacements are large. The list is never nil.
func (x *Experiment) Warnings() ([]Warning, error) {
	all := []Warning{}
	looks := []func() ([]Warning, error){x.roundingWarning, x.idlePushes, x.unreached, x.largeMotion}
	if x.Solid != nil {
		looks = []func() ([]Warning, error){x.beyondLaws, x.largeMotion}
	}
	for _, look := range looks {
		list, err := look()
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}
