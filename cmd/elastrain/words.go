package main

import (
	"fmt"
	"math"
	"time"
)

// duration says a time in the unit a person would.
func duration(seconds float64) string {
	switch {
	case seconds < 0.9995e-3:
		return short(seconds*1e6) + " µs"
	case seconds < 0.9995:
		return short(seconds*1e3) + " ms"
	case seconds < 120:
		return short(seconds) + " s"
	}
	return time.Duration(seconds * float64(time.Second)).Round(time.Second).String()
}

// short is a number of 0..1000 with two digits or all before the point, and
// never with an exponent.
func short(v float64) string {
	if v >= 10 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.2g", v)
}

// share says a share in percent, and nothing where there is none.
func share(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf("%.4g %%", 100*v)
}

// size says a number of bytes in the unit a person would.
func size(bytes int64) string {
	switch {
	case bytes < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(bytes)/(1<<10))
	case bytes < 1<<30:
		return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20))
	}
	return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30))
}
