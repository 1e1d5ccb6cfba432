package compare

import (
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/run/listing"
)

// course is a training with a loss at each epoch from 0 on.
func course(name string, over bool, keys [][2]string, loss ...float64) *Course {
	c := &Course{Name: name, Over: over, Keys: listing.Keys{Values: map[string]string{}}, Final: map[string]float64{}, Curves: map[string][]float64{}}
	for _, k := range keys {
		c.Keys.Names = append(c.Keys.Names, k[0])
		c.Keys.Values[k[0]] = k[1]
	}
	for epoch, v := range loss {
		c.see(epoch, epoch, &v)
	}
	return c
}

// Trainings that differ in the seed alone make a group, and those that differ in their titles alone do too; a key that one has and another has not
// is a difference.
func TestGroups(t *testing.T) {
	k := func(pairs ...string) (keys [][2]string) {
		for i := 0; i < len(pairs); i += 2 {
			keys = append(keys, [2]string{pairs[i], pairs[i+1]})
		}
		return keys
	}
	all := []*Course{
		course("a", true, k("title", "x", "seed", "1", "rate", "0.1"), 1),
		course("b", true, k("title", "y", "seed", "2", "rate", "0.1"), 3),
		course("c", true, k("title", "x", "seed", "1", "rate", "0.2", "memory", "20"), 5),
	}
	for _, c := range []struct {
		over   []string
		names  []string
		counts []int
	}{
		{[]string{"seed"}, []string{"rate=0.1", "c"}, []int{2, 1}},
		{nil, []string{"a", "b", "c"}, []int{1, 1, 1}},
		{[]string{"seed", "rate", "memory"}, []string{"all"}, []int{3}},
		{[]string{"seed", "rate"}, []string{"all", "c"}, []int{2, 1}},
	} {
		got := New(all, c.over)
		var names []string
		var counts []int
		for _, g := range got.Groups {
			names, counts = append(names, g.Name), append(counts, len(g.Members))
		}
		if !slices.Equal(got.Differ, []string{"title", "seed", "rate", "memory"}) || !slices.Equal(names, c.names) || !slices.Equal(counts, c.counts) {
			t.Errorf("over %v: %q differ, groups %q of %d", c.over, got.Differ, names, counts)
		}
	}
	mean, ok := New(all, []string{"seed"}).Groups[0].Final("loss")
	if !ok || mean.Mean != 2 || math.Abs(mean.Sd-math.Sqrt2) > 1e-15 || mean.N != 2 {
		t.Errorf("%+v", mean)
	}
	if _, ok := New(all, nil).Groups[0].Final("test_loss"); ok {
		t.Error("a mean of what nothing has")
	}
}

// A member that is over keeps what it came to; one that is not ends the mean; of a range of more than a decade the mean is geometric.
func TestCurve(t *testing.T) {
	group := func(members ...*Course) *Group { return &Group{Members: members} }
	near := func(got, want []float64) bool {
		return slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Abs(b) })
	}
	c, ok := group(course("a", true, nil, 4, 2), course("b", true, nil, 2, 2, 1, 1)).Curve("loss")
	if !ok || c.Geometric || !slices.Equal(c.Epoch, []int{0, 1, 2, 3}) || !near(c.Mean, []float64{3, 2, 1.5, 1.5}) || !near(c.Hi, []float64{3 + math.Sqrt2, 2, 1.5 + math.Sqrt2/2, 1.5 + math.Sqrt2/2}) {
		t.Errorf("%+v", c)
	}
	c, ok = group(course("a", false, nil, 4, 2), course("b", true, nil, 2, 2, 1, 1)).Curve("loss")
	if !ok || !slices.Equal(c.Epoch, []int{0, 1}) {
		t.Errorf("%+v", c)
	}
	c, ok = group(course("a", true, nil, 100, 1), course("b", true, nil, 1, 1)).Curve("loss")
	if spread := math.Exp(math.Log(100) / math.Sqrt2); !ok || !c.Geometric || !near(c.Mean, []float64{10, 1}) || !near(c.Hi, []float64{10 * spread, 1}) || !near(c.Lo, []float64{10 / spread, 1}) {
		t.Errorf("%+v", c)
	}
	c, ok = group(course("a", true, nil, 100, 1)).Curve("loss")
	if !ok || c.Geometric || c.Lo != nil || !near(c.Mean, []float64{100, 1}) {
		t.Errorf("%+v", c)
	}
	if c, ok = group(course("a", true, nil)).Curve("loss"); ok {
		t.Errorf("%+v", c)
	}
	// Epochs are recorded at different steps: each has what it had last.
	odd := course("a", true, nil, 8)
	v := 2.0
	odd.see(10, 10, &v)
	if c, ok = group(odd, course("b", true, nil, 4, 4)).Curve("loss"); !ok || !slices.Equal(c.Epoch, []int{0, 1, 10}) || !near(c.Mean, []float64{6, 6, 3}) {
		t.Errorf("%+v", c)
	}
}

// Equal values have no spread, whatever their sum is rounded to.
func TestEqualHaveNoSpread(t *testing.T) {
	values := slices.Repeat([]float64{0.15742917364129}, 300)
	if mean, sd, n := moments(values); mean != values[0] || sd != 0 || n != 300 {
		t.Errorf("%g, %g of %d", mean, sd, n)
	}
}
