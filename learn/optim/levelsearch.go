package optim

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// LevelSearch finds the places of variables that have a few each. A step is a start: the problem is solved with variables that
// stand anywhere between their ends, what comes out is rounded, to the nearest places and at random, and the best of these is
// changed, one variable or two at a time, until no change helps. Then it goes on through worse points for a while, never
// back to where it came from at once (tabu search), changes a few variables of the best at random and improves what that gives, some times, and ends with the best that it met, again until no change of one variable, or
// of two, helps. The first start is where the training starts, others are drawn. x is the best of all starts.
type LevelSearch struct {
	Seed  uint64
	Walk  int // steps through worse points of each start
	Draws int // roundings at random of each start
	Kicks int // times that the best of a start is changed at random in a few variables, and improved from there

	s     []float64 // the numbers of found
	n     int
	trial []float64
	g     []float64
}

// places of the state.
const (
	ofStarts = iota
	ofBest
	ofBestStart
	ofHits
	ofSum
	ofSquares
	ofWorst
	ofRelaxed
	ofPairs
	ofLooked
	ofLast
	ofFallen
	lengthOfFound
)

// Found is what a LevelSearch knows.
type Found struct {
	Starts    int     // so far
	Best      float64 // the least value
	BestStart int     // the start that found it first, from 1
	Hits      int     // starts that ended there
	Mean, Sd  float64 // of what starts ended with
	Worst     float64
	Relaxed   float64 // the least value between places that a start came to: of local optima, not proven to be the least of all
	Pairs     bool    // no change of two variables improves the best either
	Looked    float64 // points that were looked at
	Fallen    int     // starts that found no network that stands; they count in nothing else but Starts
}

const (
	// sameValue is within what share two values are one.
	sameValue = 1e-9
	// fewest is the share by which a change has to lower a value, beyond rounding.
	fewest = 1e-11
	// mostLooks bounds the changes of two variables that are looked at from one point.
	mostLooks = 2_000_000
	// mostSolved is mostLooks where every look solves the problem anew.
	mostSolved = 2_000
	// mostRelaxing is the steps of the search between places.
	mostRelaxing = 500
)

// NewLevelSearch makes the method for n variables.
func NewLevelSearch(n int) *LevelSearch {
	return &LevelSearch{n: n, Walk: 2 * n, Draws: 10, Kicks: 10, s: make([]float64, lengthOfFound), trial: make([]float64, n), g: make([]float64, n)}
}

// Name implements Method.
func (*LevelSearch) Name() string { return "levels-search" }

// Searches implements Searching.
func (*LevelSearch) Searches() {}

// EndsItself implements SelfEnding.
func (*LevelSearch) EndsItself() {}

// Restarts implements Restarting.
func (*LevelSearch) Restarts() {}

// FullBatch implements Method.
func (*LevelSearch) FullBatch() bool { return true }

// State implements Method.
func (m *LevelSearch) State() []Field { return []Field{{"found", m.s}} }

// Restore implements Method.
func (m *LevelSearch) Restore(saved []Field) error { return restore(m.State(), saved) }

// Found is what is known now.
func (m *LevelSearch) Found() Found {
	n := m.s[ofStarts] - m.s[ofFallen]
	f := Found{Starts: int(m.s[ofStarts]), Fallen: int(m.s[ofFallen]), Best: m.s[ofBest], BestStart: int(m.s[ofBestStart]), Hits: int(m.s[ofHits]), Mean: m.s[ofSum] / n, Worst: m.s[ofWorst],
		Relaxed: m.s[ofRelaxed], Pairs: m.s[ofPairs] == 1, Looked: m.s[ofLooked]}
	if n > 1 {
		f.Sd = math.Sqrt(max(0, m.s[ofSquares]-n*f.Mean*f.Mean) / (n - 1))
	}
	return f
}

// Step implements Method: one start.
func (m *LevelSearch) Step(p Problem, x []float64) (Report, error) {
	q, ok := p.(Leveled)
	if !ok || !everyPlace(q, len(x)) {
		return Report{}, fmt.Errorf("levels-search needs levels of every parameter that learns")
	}
	report := Report{}
	if len(x) == 0 {
		report.Done, report.Why = true, "nothing learns"
		return report, nil
	}
	r := m.random()
	at := slices.Clone(x)
	if m.s[ofStarts] > 0 {
		lo, hi := q.Box()
		for j := range at {
			at[j] = lo[j] + (hi[j]-lo[j])*r.Float64()
		}
	}
	places, many := make([][]float64, len(x)), false
	for j := range x {
		places[j] = q.Places(j)
		many = many || len(places[j]) > 2
	}
	relaxed, err := m.relax(q, at)
	if err != nil {
		return report, err
	}
	c, err := m.climb(q, r, places, at, x)
	if err != nil {
		return report, err
	}
	if many {
		other, err := m.fromEnds(q, places, at, x)
		if err != nil {
			return report, err
		}
		if other.value < c.value {
			c = other
		}
	}
	if report.Value = c.value; math.IsInf(c.value, 1) {
		if report.Value, err = orWorst(valueOf(q, x, m.g)); err != nil {
			return report, err
		}
	}
	m.count(c, relaxed, x)
	return report, nil
}

// climb is the search among places that begins with the roundings of at, or where none stands and nothing was found yet, of x.
func (m *LevelSearch) climb(q Leveled, r *rand.Rand, places [][]float64, at, x []float64) (*climb, error) {
	c := &climb{m: m, q: q, r: r, places: places, pairs: true}
	if err := c.round(at); err != nil {
		return c, err
	}
	if math.IsInf(c.value, 1) && m.s[ofStarts] == 0 {
		if err := c.take(x); err != nil {
			return c, err
		}
	}
	if err := c.improve(); err != nil {
		return c, err
	}
	if err := c.walk(m.Walk); err != nil {
		return c, err
	}
	return c, c.kick(m.Kicks)
}

// fromEnds is the same search among the lowest and the highest place of each variable alone, with the random numbers of such a search, and then among
// all of them from the best that it found: more places never end worse than two of them.
func (m *LevelSearch) fromEnds(q Leveled, places [][]float64, at, x []float64) (*climb, error) {
	ends := make([][]float64, len(places))
	for j, p := range places {
		ends[j] = p
		if len(p) > 2 {
			ends[j] = []float64{p[0], p[len(p)-1]}
		}
	}
	r := m.random()
	if m.s[ofStarts] > 0 { // for where the start is
		for range x {
			r.Float64()
		}
	}
	c, err := m.climb(q, r, ends, at, x)
	if err != nil {
		return c, err
	}
	c.places = places
	return c, c.improve()
}

// everyPlace reports whether all variables have places.
func everyPlace(q Leveled, n int) bool {
	for j := range n {
		if len(q.Places(j)) == 0 {
			return false
		}
	}
	return true
}

// random are the numbers of a start, whatever was drawn before.
func (m *LevelSearch) random() *rand.Rand {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], m.Seed)
	binary.LittleEndian.PutUint64(key[8:], math.Float64bits(m.s[ofStarts]))
	copy(key[16:], "levels")
	return rand.New(rand.NewChaCha8(key))
}

// relax goes from at to the best point nearby with variables between their places, and returns its value.
func (m *LevelSearch) relax(q Leveled, at []float64) (float64, error) {
	q.Between(true)
	defer q.Between(false)
	var inner Method = NewLBFGS(len(at))
	if q.Squares() {
		inner = NewLevenbergMarquardt(len(at))
	}
	best, still := math.Inf(1), 0
	for range mostRelaxing {
		report, err := inner.Step(q, at)
		if errors.Is(err, ErrNoValue) {
			return best, nil // what was reached is rounded
		}
		if err != nil {
			return best, err
		}
		m.s[ofLooked]++
		if still++; report.Value < best*(1-1e-6) {
			still = 0
		}
		if best = min(best, report.Value); report.Done || still == 5 {
			break
		}
	}
	value, err := orWorst(valueOf(q, at, m.g))
	return min(best, value), err
}

// count takes in what a start has found, and x becomes the best of all.
func (m *LevelSearch) count(c *climb, relaxed float64, x []float64) {
	m.s[ofStarts]++
	if m.s[ofLast] = c.value; math.IsInf(c.value, 1) {
		m.s[ofLast] = 0
		m.s[ofFallen]++
		return
	}
	first := m.s[ofStarts]-m.s[ofFallen] == 1
	switch {
	case first || c.value < m.s[ofBest]*(1-sameValue):
		m.s[ofBest], m.s[ofBestStart], m.s[ofHits] = c.value, m.s[ofStarts], 1
		m.s[ofPairs] = 0
		if c.pairs {
			m.s[ofPairs] = 1
		}
		copy(x, c.at)
	case c.value <= m.s[ofBest]*(1+sameValue):
		m.s[ofHits]++
	}
	if first {
		m.s[ofWorst], m.s[ofRelaxed] = c.value, relaxed
	}
	m.s[ofWorst], m.s[ofRelaxed] = max(m.s[ofWorst], c.value), min(m.s[ofRelaxed], relaxed)
	m.s[ofSum] += c.value
	m.s[ofSquares] += c.value * c.value
}
