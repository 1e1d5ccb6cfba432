package element

// Pair stands between two nodes for a task: a spring that makes them longer, or a reading of their distance. It is no bond of the
// network, and deforms as a bar does.
type Pair struct{ Bar }

// Name implements Kind.
func (Pair) Name() string { return "pair" }
