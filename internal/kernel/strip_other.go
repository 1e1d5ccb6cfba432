package kernel

const StripRows = 6

func stripLevel() int { return pureGo }

func branches(k0 []float64, ground float64, x []float64, rows []int32, ws []float64) {
	panic("kernel: no assembly")
}
func slopes(g, u, a, x []float64, rows []int32, ws []float64) float64 { panic("kernel: no assembly") }
func product(c []float64, rows []int32, m []float64, down, along int, x []float64, k int) {
	panic("kernel: no assembly")
}
func lift(u, inv, f []float64, n int, m []float64, down int, x []float64, k int) {
	panic("kernel: no assembly")
}
func stretch(g, u, a, y, b []float64)        { panic("kernel: no assembly") }
func invert(inv, k0 []float64, more float64) { panic("kernel: no assembly") }
func subtractDots(c, a, b []float64, n int)  { panic("kernel: no assembly") }
