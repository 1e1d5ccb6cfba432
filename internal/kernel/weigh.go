package kernel

// Weigh multiplies rows of e bond by bond, the first p numbers of each with the q after them:
//
//	g[m] = scale sum over o < q of e[m][p+o] sum over a < p of w[o*p+a] e[m][a]
//
// Row m begins at e[m*stride]. Products are rounded before they are added, in ascending order; so assembly and Go give the same bits.
func Weigh(g, e []float64, stride, p, q int, w []float64, scale float64) {
	if p < 0 || q < 0 || stride < p+q || len(e) < (len(g)-1)*stride+p+q || len(w) < p*q {
		misuse()
	}
	done := 0
	if level != pureGo && stride == Width && p > 0 && q > 0 {
		if done = len(g) &^ 3; done > 0 && len(e) < done*Width {
			done -= 4 // the last row may end with its numbers
		}
		if done > 0 {
			var room [4 * Width]float64
			weigh256(&g[0], &e[0], done, p, q, &w[0], scale, &room[0])
		}
	}
	for m := done; m < len(g); m++ {
		row := e[m*stride:][:p+q]
		in, sum := row[:p], 0.0
		for o, out := range row[p:] {
			s := 0.0
			for a, v := range w[o*p:][:p] {
				s += float64(v * in[a])
			}
			sum += float64(out * s)
		}
		g[m] = scale * sum
	}
}
