package main

import (
	"fmt"
	"time"
)

// duration says a time in the unit a person would.
func duration(seconds float64) string {
	switch {
	case seconds < 1e-3:
		return fmt.Sprintf("%.2g µs", seconds*1e6)
	case seconds < 1:
		return fmt.Sprintf("%.2g ms", seconds*1e3)
	case seconds < 120:
		return fmt.Sprintf("%.2g s", seconds)
	}
	return time.Duration(seconds * float64(time.Second)).Round(time.Second).String()
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
