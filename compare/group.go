package compare

import (
	"math"
	"slices"
	"strings"
)

// Group is trainings that differ in nothing but what repeats.
type Group struct {
	Name    string // the values by which it differs from other groups, or the name of its only training
	Members []*Course
}

// Comparison is trainings held against each other.
type Comparison struct {
	Courses []*Course
	Differ  []string // keys that are not the same in all
	Groups  []*Group
}

// New holds trainings against each other; over are keys that repeat, such as seed.
func New(courses []*Course, over []string) *Comparison {
	c := &Comparison{Courses: courses}
	known := map[string]bool{}
	for _, course := range courses {
		for _, name := range course.Keys.Names {
			if known[name] {
				continue
			}
			known[name] = true
			if slices.ContainsFunc(courses, func(o *Course) bool { return o.Keys.Values[name] != courses[0].Keys.Values[name] }) {
				c.Differ = append(c.Differ, name)
			}
		}
	}
	byValues := map[string]*Group{}
	for _, course := range courses {
		var values, words []string
		for _, key := range c.Differ {
			if slices.Contains(over, key) || key == "title" {
				continue
			}
			value, has := course.Keys.Values[key]
			if values = append(values, value); has {
				words = append(words, key+"="+value)
			}
		}
		at := strings.Join(values, "\x00")
		g := byValues[at]
		if g == nil {
			g = &Group{Name: strings.Join(words, " ")}
			byValues[at] = g
			c.Groups = append(c.Groups, g)
		}
		g.Members = append(g.Members, course)
	}
	for _, g := range c.Groups {
		if len(g.Members) == 1 && (g.Members[0].Point == 0 || g.Name == "") { // a point of a sweep is best called by its values
			g.Name = g.Members[0].Name
		} else if g.Name == "" {
			g.Name = "all"
		}
	}
	return c
}

// Spread is a mean over the members of a group.
type Spread struct {
	Mean float64 `json:"mean"`
	Sd   float64 `json:"sd"` // of one member; 0 for a single one
	N    int     `json:"n"`
}

// Final is the mean of a measure at the end, over the members that have it.
func (g *Group) Final(measure string) (s Spread, ok bool) {
	var values []float64
	for _, m := range g.Members {
		if v, has := m.Final[measure]; has {
			values = append(values, v)
		}
	}
	s.Mean, s.Sd, s.N = moments(values)
	return s, s.N > 0
}

func moments(values []float64) (mean, sd float64, n int) {
	n = len(values)
	if n == 0 {
		return 0, 0, 0
	}
	for i, v := range values { // of equal values it is that value
		mean += (v - mean) / float64(i+1)
	}
	for _, v := range values {
		sd += (v - mean) * (v - mean)
	}
	if n > 1 {
		sd = math.Sqrt(sd / float64(n-1))
	}
	return mean, sd, n
}

// Curve is how a measure went in a group: its mean, and a band of one standard deviation of a member.
type Curve struct {
	Geometric bool      `json:"geometric"` // the mean is of logarithms, as is the band
	Epoch     []int     `json:"epoch"`
	Mean      []float64 `json:"mean"`
	Lo        []float64 `json:"lo,omitempty"` // absent for a single training
	Hi        []float64 `json:"hi,omitempty"`
}

// Curve is the curve of a measure, at all epochs of its members until the first of those that are not over ends. A member that is over keeps what it
// came to. Where all values are positive and span more than a decade, the mean is that of their logarithms.
func (g *Group) Curve(measure string) (c Curve, ok bool) {
	var members []*Course
	last := math.MaxInt
	for _, m := range g.Members {
		if len(m.Curves[measure]) == 0 {
			continue
		}
		members = append(members, m)
		c.Epoch = append(c.Epoch, m.Epoch...)
		if !m.Over {
			last = min(last, m.Epoch[len(m.Epoch)-1])
		}
	}
	slices.Sort(c.Epoch)
	c.Epoch = slices.Compact(c.Epoch)
	c.Epoch = slices.DeleteFunc(c.Epoch, func(e int) bool { return e > last })
	if len(c.Epoch) == 0 {
		return c, false
	}
	values := make([][]float64, len(c.Epoch)) // at each epoch, of the members that have begun
	least, most := math.Inf(1), math.Inf(-1)
	for _, m := range members {
		at := -1
		for i, epoch := range c.Epoch {
			for at+1 < len(m.Epoch) && m.Epoch[at+1] <= epoch {
				at++
			}
			if at < 0 || math.IsNaN(m.Curves[measure][at]) {
				continue
			}
			v := m.Curves[measure][at]
			values[i] = append(values[i], v)
			least, most = math.Min(least, v), math.Max(most, v)
		}
	}
	c.Geometric = len(members) > 1 && least > 0 && most > 10*least
	var epochs []int
	for i, epoch := range c.Epoch {
		if len(values[i]) < len(members) {
			continue // a mean of fewer would jump where one comes in
		}
		if c.Geometric {
			for j, v := range values[i] {
				values[i][j] = math.Log(v)
			}
		}
		mean, sd, _ := moments(values[i])
		epochs = append(epochs, epoch)
		lo, hi := mean-sd, mean+sd
		if c.Geometric {
			mean, lo, hi = math.Exp(mean), math.Exp(lo), math.Exp(hi)
		}
		c.Mean = append(c.Mean, mean)
		if len(members) > 1 {
			c.Lo, c.Hi = append(c.Lo, lo), append(c.Hi, hi)
		}
	}
	c.Epoch = epochs
	return c, len(epochs) > 0
}
