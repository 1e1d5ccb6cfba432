package optim

// Leveled is a Problem of which every variable has a few places. Value and Eval are those of the nearest places.
type Leveled interface {
	Valued
	LeastSquares
	// Places are the values that variable j can have, rising; nil where it can have any.
	Places(j int) []float64
	// Between lets variables stand between their places until it is called again.
	Between(on bool)
	// Changes prepares for the values of changes at x.
	Changes(x []float64) (Changes, error)
	// Squares reports whether Residuals has an answer.
	Squares() bool
}

// Changes are the values of a problem about a point; infinite where it has none.
type Changes interface {
	One(j int, to float64) (float64, error)
	Two(i, j int, toI, toJ float64) (float64, error)
	// Cheap reports whether they follow from what is known of the point, without solving the problem anew.
	Cheap() bool
}

// Restarting is a Method whose point may stay where it is for many steps, because it looks elsewhere for a better one.
type Restarting interface {
	Method
	Restarts()
}
