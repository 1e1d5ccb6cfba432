package sparse

import (
	"cmp"
	"slices"
)

// sortAlongAxes returns the groups sorted along each axis of the coordinates x.
// Groups of equal coordinate are sorted along the other axes.
func sortAlongAxes(x []float64, n, dim int) [][]int32 {
	along := make([][]int32, dim)
	for a := range along {
		list := natural(n)
		for b := dim - 1; b >= 0; b-- {
			if b != a {
				radixSort(list, axisKeys(x, n, dim, b))
			}
		}
		radixSort(list, axisKeys(x, n, dim, a))
		along[a] = list
	}
	return along
}

// axisKeys are the coordinates along one axis in steps of 2^-32 of their range,
// which makes coordinates equal that differ by no more than rounding errors.
func axisKeys(x []float64, n, dim, axis int) []uint32 {
	low, high := x[axis], x[axis]
	for i := axis; i < len(x); i += dim {
		low, high = min(low, x[i]), max(high, x[i])
	}
	scale := 0.0
	if high > low {
		scale = (1<<32 - 1) / (high - low)
	}
	keys := make([]uint32, n)
	for i := range keys {
		keys[i] = uint32((x[i*dim+axis] - low) * scale)
	}
	return keys
}

// radixSort sorts the list by the keys of what it lists; what has equal keys
// keeps its order.
func radixSort(list []int32, keys []uint32) {
	const bits = 11
	other := make([]int32, len(list))
	for shift := 0; shift < 32; shift += bits {
		var at [1 << bits]int32
		for _, k := range keys {
			at[k>>shift%(1<<bits)]++
		}
		sum := int32(0)
		for digit, count := range at {
			at[digit] = sum
			sum += count
		}
		for _, i := range list {
			digit := keys[i] >> shift % (1 << bits)
			other[at[digit]] = i
			at[digit]++
		}
		copy(list, other)
	}
}

// placeSeparator writes the names of the groups of the separator of p to order.
func (d *dissection) placeSeparator(p *piece, side []int32, order []int32) {
	k := 0
	for i, s := range side {
		if s == separator {
			order[k] = p.name[i]
			k++
		}
	}
	if d.dim > 0 {
		d.sortByPlace(order)
	}
}

// sortByPlace puts groups that are near each other next to each other: a line is
// sorted along its length, and what extends in several directions is halved
// across the longest. A part of the graph inside then touches few contiguous
// stretches of a separator.
func (d *dissection) sortByPlace(groups []int32) {
	if len(groups) < 2 {
		return
	}
	axis, longest, second := 0, 0.0, 0.0
	for a := range d.dim {
		low, high := d.x[int(groups[0])*d.dim+a], d.x[int(groups[0])*d.dim+a]
		for _, i := range groups {
			v := d.x[int(i)*d.dim+a]
			low, high = min(low, v), max(high, v)
		}
		if high-low > longest {
			axis, longest, second = a, high-low, longest
		} else {
			second = max(second, high-low)
		}
	}
	slices.SortFunc(groups, func(i, j int32) int {
		return cmp.Or(cmp.Compare(d.x[int(i)*d.dim+axis], d.x[int(j)*d.dim+axis]), cmp.Compare(i, j))
	})
	if second > 0.5*longest && len(groups) > 4 {
		half := len(groups) / 2
		d.sortByPlace(groups[:half])
		d.sortByPlace(groups[half:])
	}
}
