//go:build !wasm && !purego

package kernel

import "math"

// fused is x y + z, rounded once.
func fused(x, y, z float64) float64 { return math.FMA(x, y, z) }
