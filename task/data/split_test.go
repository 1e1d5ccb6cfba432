package data

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// labelled is a table of one feature with the given number of rows in each class.
func labelled(counts ...int) *Table {
	t := &Table{Name: "t", Features: []string{"x"}}
	for c, n := range counts {
		t.Classes = append(t.Classes, fmt.Sprintf("c%d", c+1))
		for range n {
			t.X = append(t.X, float64(len(t.X)))
			t.Label = append(t.Label, c)
		}
	}
	return t
}

func countLabels(t *Table, rows []int) []int {
	count := make([]int, len(t.Classes))
	for _, i := range rows {
		count[t.Label[i]]++
	}
	return count
}

func TestSplitIris(t *testing.T) {
	iris, _ := Load("iris")
	for _, stratify := range []bool{false, true} {
		train, test, err := Split(iris, 0.7, stratify, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(train) != 105 || len(test) != 45 {
			t.Errorf("stratify %v: %d/%d rows, want 105/45", stratify, len(train), len(test))
		}
		if stratify && !slices.Equal(countLabels(iris, train), []int{35, 35, 35}) {
			t.Errorf("training classes %v, want 35 each", countLabels(iris, train))
		}
		if slices.IsSorted(train) {
			t.Error("the training rows are in the order of the file")
		}
	}
	a, _, _ := Split(iris, 0.7, false, 1)
	b, _, _ := Split(iris, 0.7, false, 2)
	if slices.Equal(a, b) {
		t.Error("two seeds gave the same split")
	}
}

// Published runs rest on this split; a change here changes their numbers.
func TestSplitIsFrozen(t *testing.T) {
	train, test, err := Split(labelled(5, 5), 0.6, false, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(train, test), "[0 8 1 6 2 3] [9 4 7 5]"; got != want {
		t.Errorf("split %s, want %s", got, want)
	}
}

func TestSplitLargestRemainder(t *testing.T) {
	for _, c := range []struct {
		counts   []int
		fraction float64
		want     []int
	}{
		{[]int{5, 5, 5}, 0.7, []int{4, 4, 3}},       // 3.5 each of 10.5, rounded to 11: ties go to the lower number
		{[]int{3, 7, 10}, 0.5, []int{2, 3, 5}},      // 1.5, 3.5, 5 of 10
		{[]int{59, 71, 48}, 0.7, []int{41, 50, 34}}, // 41.3, 49.7, 33.6 of 124.6: 125
		{[]int{4, 6}, 1, []int{4, 6}},
	} {
		table := labelled(c.counts...)
		train, test, err := Split(table, c.fraction, true, 9)
		if err != nil {
			t.Errorf("%v: %v", c.counts, err)
			continue
		}
		if got := countLabels(table, train); !slices.Equal(got, c.want) || len(train)+len(test) != table.Rows() {
			t.Errorf("%g of %v trains %v, want %v", c.fraction, c.counts, got, c.want)
		}
	}
}

func TestSplitErrors(t *testing.T) {
	hole := labelled(3, 3)
	hole.Label[4] = -1
	unseen := labelled(3, 3)
	unseen.Classes = append(unseen.Classes, "c3")
	numbers := &Table{Name: "t", Features: []string{"x"}, X: make([]float64, 4), Label: []int{-1, -1, -1, -1}}
	for _, c := range []struct {
		table    *Table
		fraction float64
		stratify bool
		want     string
	}{
		{labelled(), 0.7, false, "t: split: the table has no rows"},
		{labelled(5, 5), 0, false, "a training share of 0 is not within"},
		{labelled(5, 5), 1.5, false, "a training share of 1.5 is not within"},
		{labelled(5, 5), math.NaN(), false, "a training share of NaN is not within"},
		{labelled(5, 5), 0.01, false, "leaves no training row out of 10; raise it (0.1 trains on one row)"},
		{labelled(5, 5), 0.99, false, "leaves no test row out of 10; lower it, or use 1"},
		{labelled(999, 1), 0.1, false, "none of the 1 rows of class `c2` is among the 100 training rows; use stratify"},
		{labelled(9, 1), 0.4, true, "none of the 1 rows of class `c2` is among the 4 training rows; use a larger training share"},
		{unseen, 1, false, "none of the 0 rows of class `c3` is among the 6 training rows; add rows of it"},
		{numbers, 0.5, true, "no classes to stratify by"},
		{hole, 0.5, true, "row 5 has no class to stratify by"},
	} {
		train, test, err := Split(c.table, c.fraction, c.stratify, 1)
		if err == nil || !strings.Contains(err.Error(), c.want) || train != nil || test != nil {
			t.Errorf("Split(%g, %v) = %v, %v, %v; want error %q", c.fraction, c.stratify, train, test, err, c.want)
		}
	}
	if _, _, err := Split(numbers, 0.5, false, 1); err != nil {
		t.Errorf("regression data: %v", err)
	}
}

// Whatever the table: the parts cover the rows once, have the promised sizes,
// and stratified classes are off their exact share by less than one row.
func TestSplitProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.IntRange(1, 40), 1, 6).Draw(t, "counts")
		fraction := rapid.Float64Range(0.01, 1).Draw(t, "fraction")
		stratify := rapid.Bool().Draw(t, "stratify")
		seed := rapid.Uint64().Draw(t, "seed")
		table := labelled(counts...)
		n := table.Rows()
		train, test, err := Split(table, fraction, stratify, seed)
		if err != nil {
			t.Skip(err)
		}
		if want := int(math.Round(fraction * float64(n))); len(train) != want || len(test) != n-want {
			t.Fatalf("%d/%d rows, want %d/%d", len(train), len(test), want, n-want)
		}
		all := slices.Sorted(slices.Values(slices.Concat(train, test)))
		for i, r := range all {
			if r != i {
				t.Fatalf("rows %v are not each there once", all)
			}
		}
		if stratify {
			for c, got := range countLabels(table, train) {
				if exact := fraction * float64(counts[c]); math.Abs(float64(got)-exact) >= 1+1e-9 {
					t.Fatalf("class %d trains %d rows, exactly %g", c, got, exact)
				}
			}
		}
	})
}

func TestApportionIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.IntRange(0, 1000), 1, 50).Draw(t, "counts")
		fraction := rapid.Float64Range(0, 1).Draw(t, "fraction")
		n := 0
		for _, c := range counts {
			n += c
		}
		total := int(math.Round(fraction * float64(n)))
		sum := 0
		for c, q := range apportion(counts, fraction, total) {
			if q < 0 || q > counts[c] {
				t.Fatalf("quota %d of %d", q, counts[c])
			}
			sum += q
		}
		if sum != total {
			t.Fatalf("quotas add up to %d, want %d", sum, total)
		}
	})
}
