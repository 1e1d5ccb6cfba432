package element

// Pipe lets a current flow between two nodes by the difference of their
// potentials, e = p1 - p2: a resistor, a pipe of slow flow, a channel. Current is
// positive from its first node to its second. Where it lies does not matter.
type Pipe struct{}

var _ = register(Pipe{})

func (Pipe) Name() string               { return "pipe" }
func (Pipe) Ends() int                  { return 2 }
func (Pipe) Parts(int) []Part           { return []Part{Potential} }
func (Pipe) Modes(int) []Mode           { return []Mode{{"drop", "V", "A"}} }
func (Pipe) Check(*Built) error         { return nil }
func (Pipe) Size(*Built) float64        { return 1 }
func (Pipe) Rows(_ *Built, c []float64) { c[0], c[1] = 1, -1 }

// Placeless implements the interface of that name.
func (Pipe) Placeless() {}
