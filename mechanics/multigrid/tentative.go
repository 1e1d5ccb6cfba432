package multigrid

import "math"

// lost is the share of a motion below which it follows from those before it.
const lost = 1e-8

// motions is how many rigid motions there are: 1, 3 or 6.
func motions(dim int) int { return dim * (dim + 1) / 2 }

// rigid sets b (dim rows of eight) to what the rigid motions do with a point x: translations, then rotations.
func rigid(b []float64, x []float64) {
	clear(b)
	dim := len(x)
	for k := range dim {
		b[8*k+k] = 1
	}
	switch dim {
	case 2:
		b[2], b[8+2] = -x[1], x[0]
	case 3:
		b[3+8], b[3+16] = -x[2], x[1]
		b[4], b[4+16] = x[2], -x[0]
		b[5], b[5+8] = -x[1], x[0]
	}
}

// orthonormalise makes the columns of a group's motions, t (rows x 8, columns of them used), orthonormal, and r (columns x 8) such that
// the motions before were t r. A motion that follows from those before it becomes a column of zeros and has a row of zeros in r.
func orthonormalise(t []float64, rows, columns int, r []float64) {
	clear(r)
	for j := range columns {
		before := 0.0
		for i := range rows {
			before += t[8*i+j] * t[8*i+j]
		}
		for range 2 { // once more, for what rounding leaves
			for c := range j {
				along := 0.0
				for i := range rows {
					along += t[8*i+c] * t[8*i+j]
				}
				for i := range rows {
					t[8*i+j] -= along * t[8*i+c]
				}
				r[8*c+j] += along
			}
		}
		after := 0.0
		for i := range rows {
			after += t[8*i+j] * t[8*i+j]
		}
		length := math.Sqrt(after)
		if !(length > lost*math.Sqrt(before)) {
			length = 0
		}
		r[8*j+j] = length
		for i := range rows {
			if length == 0 {
				t[8*i+j] = 0
			} else {
				t[8*i+j] /= length
			}
		}
	}
}

// tentative makes the motions of the groups of a level from those of its nodes, b (size rows of eight for each node): t has the same shape, and
// coarse (columns rows of eight for each group) is what the next level starts from.
func tentative(group []int32, groups, size, columns int, b []float64) (t, coarse []float64) {
	t, coarse = make([]float64, len(b)), make([]float64, groups*columns*8)
	start, member := members(group, groups)
	var own []float64
	for g := range groups {
		list := member[start[g]:start[g+1]]
		own = own[:0]
		for _, i := range list {
			own = append(own, b[int(i)*size*8:][:size*8]...)
		}
		orthonormalise(own, len(list)*size, columns, coarse[g*columns*8:][:columns*8])
		for at, i := range list {
			copy(t[int(i)*size*8:][:size*8], own[at*size*8:])
		}
	}
	return t, coarse
}
