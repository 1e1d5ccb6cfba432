package matter

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Levels is a bond with a finite number of stiffnesses, each with its setting.
type Levels struct {
	stiffness, setting []float64 // by rising stiffness
}

// NewLevels makes levels from pairs of setting and stiffness (N/m), in any
// order. A nil setting numbers the levels from 1, softest first.
func NewLevels(setting, stiffness []float64) (*Levels, error) {
	if len(stiffness) == 0 {
		return nil, fmt.Errorf("there are no levels: give at least one stiffness")
	}
	if setting != nil && len(setting) != len(stiffness) {
		panic(fmt.Sprintf("matter: %d settings for %d levels", len(setting), len(stiffness)))
	}
	order := make([]int, len(stiffness))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(stiffness[a], stiffness[b]) })
	l := &Levels{}
	for rank, i := range order {
		k, s := stiffness[i], float64(rank+1)
		if setting != nil {
			s = setting[i]
		}
		switch {
		case !(k > 0) || math.IsInf(k, 1):
			return nil, fmt.Errorf("a level has stiffness %v N/m: a stiffness is positive and finite", k)
		case math.IsNaN(s) || math.IsInf(s, 0):
			return nil, fmt.Errorf("the level of %v N/m has setting %v: a setting is finite", k, s)
		case rank > 0 && k == l.stiffness[rank-1]:
			return nil, fmt.Errorf("two levels have the same stiffness, %v N/m: keep one of them", k)
		}
		l.stiffness, l.setting = append(l.stiffness, k), append(l.setting, s)
	}
	return l, nil
}

// Even is so many levels at equal distances from lo to hi, N/m; settings number
// them from 1.
func Even(count int, lo, hi float64) (*Levels, error) {
	if count < 2 {
		return nil, fmt.Errorf("%d levels do not span a range: give 2 or more", count)
	}
	k := make([]float64, count)
	for i := range k {
		t := float64(i) / float64(count-1)
		k[i] = lo*(1-t) + hi*t
	}
	return NewLevels(nil, k)
}

// Reach implements Law.
func (l *Levels) Reach(from, wanted float64) (setting, reached float64) {
	i, exact := slices.BinarySearch(l.stiffness, wanted)
	switch last := len(l.stiffness) - 1; {
	case exact || i == 0:
	case i > last:
		i = last
	default:
		down, up := wanted-l.stiffness[i-1], l.stiffness[i]-wanted
		if down < up || down == up && from < wanted {
			i--
		}
	}
	return l.setting[i], l.stiffness[i]
}

// Steps implements Law.
func (l *Levels) Steps(from float64) (below, above float64) {
	i, exact := slices.BinarySearch(l.stiffness, from)
	below, above = from, from
	if i > 0 {
		below = l.stiffness[i-1]
	}
	if exact {
		i++
	}
	if i < len(l.stiffness) {
		above = l.stiffness[i]
	}
	return below, above
}
