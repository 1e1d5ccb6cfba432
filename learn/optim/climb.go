package optim

import (
	"math"
	"math/rand/v2"
	"slices"
)

// climb is the search of one start of a LevelSearch among the places.
type climb struct {
	m      *LevelSearch
	q      Leveled
	r      *rand.Rand
	places [][]float64
	at     []float64 // the point; every variable at a place
	value  float64
	pairs  bool // changes of two variables are looked at: they are not too many
}

// change is what could be done to a point.
type change struct {
	i, j     int // j is -1 where one variable changes
	toI, toJ float64
	value    float64
}

// take goes to the nearest places of a point.
func (c *climb) take(x []float64) error {
	c.at = make([]float64, len(x))
	for j, v := range x {
		c.at[j] = nearestOf(c.places[j], v)
	}
	var err error
	c.value, err = c.valueAt(c.at)
	return err
}

func (c *climb) valueAt(x []float64) (float64, error) {
	c.m.s[ofLooked]++
	return orWorst(valueOf(c.q, x, c.m.g))
}

func nearestOf(places []float64, v float64) float64 {
	best := places[0]
	for _, p := range places[1:] {
		if math.Abs(p-v) < math.Abs(best-v) {
			best = p
		}
	}
	return best
}

// round goes to the best rounding of a point between places: to the nearest, and so many at random, each variable up or down with
// the probability of how near it is.
func (c *climb) round(x []float64) error {
	if err := c.take(x); err != nil {
		return err
	}
	for range c.m.Draws {
		one := make([]float64, len(x))
		for j, v := range x {
			places := c.places[j]
			k, exact := slices.BinarySearch(places, v)
			switch {
			case exact || k == 0:
			case k == len(places):
				k--
			case c.r.Float64()*(places[k]-places[k-1]) >= v-places[k-1]:
				k--
			}
			one[j] = places[k]
		}
		value, err := c.valueAt(one)
		if err != nil {
			return err
		}
		if value < c.value {
			c.at, c.value = one, value
		}
	}
	return nil
}

// improve changes one variable, or two where no single one helps, each time where it helps most, until nothing does.
func (c *climb) improve() error {
	for {
		if math.IsInf(c.value, 1) {
			c.pairs = false
			return nil // nothing stands here
		}
		changes, err := c.q.Changes(c.at)
		if err != nil {
			return err
		}
		best, err := c.bestOne(changes, nil)
		if err != nil {
			return err
		}
		moved, err := c.follow(best)
		if err != nil {
			return err
		}
		if moved {
			continue
		}
		if c.pairs = c.affords(changes); !c.pairs {
			return nil
		}
		if best, err = c.bestTwo(changes); err != nil {
			return err
		}
		if moved, err = c.follow(best); err != nil || !moved {
			return err
		}
	}
}

// follow makes a change if the point is better for it, by its own value.
func (c *climb) follow(by change) (bool, error) {
	if !(by.value < c.value*(1-fewest)) {
		return false, nil
	}
	to := slices.Clone(c.at)
	by.of(to)
	value, err := c.valueAt(to)
	if err != nil || !(value < c.value*(1-fewest)) {
		return false, err
	}
	c.at, c.value = to, value
	return true, nil
}

// of makes the change.
func (by change) of(x []float64) {
	x[by.i] = by.toI
	if by.j >= 0 {
		x[by.j] = by.toJ
	}
}

// bestOne is the change of one variable with the least value, of those that are allowed (nil: all).
func (c *climb) bestOne(changes Changes, allowed func(i int, to, value float64) bool) (best change, err error) {
	best = change{i: 0, j: -1, toI: c.at[0], value: math.Inf(1)}
	for i := range c.at {
		for _, to := range c.places[i] {
			if to == c.at[i] {
				continue
			}
			value, err := changes.One(i, to)
			if err != nil {
				return best, err
			}
			c.m.s[ofLooked]++
			if value < best.value && (allowed == nil || allowed(i, to, value)) {
				best = change{i: i, j: -1, toI: to, value: value}
			}
		}
	}
	return best, nil
}

// affords reports whether all changes of two variables can be looked at.
func (c *climb) affords(changes Changes) bool {
	sum, squares := 0.0, 0.0
	for _, p := range c.places {
		n := float64(len(p) - 1)
		sum += n
		squares += n * n
	}
	looks := (sum*sum - squares) / 2
	if changes.Cheap() {
		return looks <= mostLooks
	}
	return looks <= mostSolved
}

// bestTwo is the change of two variables with the least value.
func (c *climb) bestTwo(changes Changes) (best change, err error) {
	best = change{j: -1, value: math.Inf(1)}
	for i := range c.at {
		for j := range i {
			for _, toI := range c.places[i] {
				if toI == c.at[i] {
					continue
				}
				for _, toJ := range c.places[j] {
					if toJ == c.at[j] {
						continue
					}
					value, err := changes.Two(i, j, toI, toJ)
					if err != nil {
						return best, err
					}
					c.m.s[ofLooked]++
					if value < best.value {
						best = change{i, j, toI, toJ, value}
					}
				}
			}
		}
	}
	return best, nil
}

// walk goes on from a point that no change improves, for so many steps to the best point beside it, better or worse, that does not
// change a variable which was changed lately; better than all before is always allowed. What it ends with is the best point met.
func (c *climb) walk(steps int) error {
	if math.IsInf(c.value, 1) {
		return nil
	}
	n := len(c.at)
	until := make([]int, n) // the step before which a variable stays
	best, bestValue, pairs := slices.Clone(c.at), c.value, c.pairs
	for step := range steps {
		changes, err := c.q.Changes(c.at)
		if err != nil {
			return err
		}
		next, err := c.bestOne(changes, func(i int, _, value float64) bool { return step >= until[i] || value < bestValue*(1-fewest) })
		if err != nil {
			return err
		}
		if math.IsInf(next.value, 1) {
			break
		}
		next.of(c.at)
		until[next.i] = step + 2 + n/8 + c.r.IntN(1+n/8)
		if next.value >= bestValue*(1-fewest) {
			continue
		}
		if c.value, err = c.valueAt(c.at); err != nil {
			return err
		}
		if err := c.improve(); err != nil {
			return err
		}
		if c.value < bestValue {
			copy(best, c.at)
			bestValue, pairs = c.value, c.pairs
		}
	}
	c.at, c.value, c.pairs = best, bestValue, pairs
	return nil
}

// kick changes a few variables of the point at random and improves what that gives, so many times; the best stays, and is the next to
// be changed.
func (c *climb) kick(times int) error {
	if math.IsInf(c.value, 1) {
		return nil
	}
	n := len(c.at)
	best, bestValue, pairs := slices.Clone(c.at), c.value, c.pairs
	for range times {
		copy(c.at, best)
		for range 2 + n/8 {
			j := c.r.IntN(n)
			c.at[j] = c.places[j][c.r.IntN(len(c.places[j]))]
		}
		var err error
		if c.value, err = c.valueAt(c.at); err != nil {
			return err
		}
		if err := c.improve(); err != nil {
			return err
		}
		if c.value < bestValue {
			best, bestValue, pairs = slices.Clone(c.at), c.value, c.pairs
		}
	}
	c.at, c.value, c.pairs = best, bestValue, pairs
	return nil
}
