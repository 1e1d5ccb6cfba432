//go:build !purego || !amd64

package elementary

import "math"

// Exp is e to the x.
func Exp(x float64) float64 { return math.Exp(x) }

// Log is the natural logarithm.
func Log(x float64) float64 { return math.Log(x) }
