package mechanics

func NewSparse(c *Compatibility) Solver { return NewDense(c) }
