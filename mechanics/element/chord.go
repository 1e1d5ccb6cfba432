package element

import "math"

// Chord is the line between the two ends of an element as built, d, by how much it changes where moving is small, by, and how far the
// farther turned of its ends has turned, rad; u are its local coordinates. ok is false for what is no line in space: springs to ground,
// angles, pipes.
func Chord(k Kind, b *Built, u []float64) (d, by [3]float64, turn float64, ok bool) {
	if _, placeless := k.(Placeless); placeless || k.Ends() != 2 {
		return d, by, 0, false
	}
	d, _ = between(b, 0, 1)
	each := len(u) / 2
	armed, _ := k.(Armed)
	for end, sign := range [2]float64{-1, 1} {
		own := u[end*each : (end+1)*each]
		size := 0.0
		for i, part := range k.Parts(b.Dim) {
			if part <= Z {
				by[part] += sign * own[i]
			} else {
				size = math.Hypot(size, own[i])
			}
		}
		turn = max(turn, size)
		if arm := armed.Arm[end]; arm != [2]float64{} { // of a beam in the plane, whose turn is its last part
			d[0], d[1] = d[0]+sign*arm[0], d[1]+sign*arm[1]
			by[0], by[1] = by[0]-sign*own[2]*arm[1], by[1]+sign*own[2]*arm[0]
		}
	}
	return d, by, turn, true
}
