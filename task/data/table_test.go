package data

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// checkTable reports whatever breaks the promises of Table.
func checkTable(t testing.TB, table *Table) {
	t.Helper()
	if len(table.X) != table.Rows()*len(table.Features) {
		t.Fatalf("%d values for %d rows of %d features", len(table.X), table.Rows(), len(table.Features))
	}
	for k, v := range table.X {
		j := k % len(table.Features)
		if refused := table.faults != nil && table.faults[j] != nil; math.IsInf(v, 0) || math.IsNaN(v) != refused {
			t.Fatalf("value %d is %v", k, v)
		}
	}
	for i, c := range table.Label {
		if c < -1 || c >= len(table.Classes) {
			t.Fatalf("row %d has class %d of %d", i, c, len(table.Classes))
		}
	}
}

func TestSelect(t *testing.T) {
	iris, err := Load("iris")
	if err != nil {
		t.Fatal(err)
	}
	s, err := iris.Select([]string{"petal width", "1", "petal width"})
	if err != nil {
		t.Fatal(err)
	}
	checkTable(t, s)
	if want := []string{"petal width", "sepal length", "petal width"}; !slices.Equal(s.Features, want) {
		t.Errorf("features %q, want %q", s.Features, want)
	}
	for i := range iris.Rows() {
		r := iris.Row(i)
		if want := []float64{r[3], r[0], r[3]}; !slices.Equal(s.Row(i), want) || s.Label[i] != iris.Label[i] {
			t.Fatalf("row %d is %v, want %v", i, s.Row(i), want)
		}
	}
	s.Label[0], s.X[0] = 2, 99
	if iris.Label[0] != 0 || iris.X[3] != 0.2 {
		t.Error("the selection shares memory with its table")
	}
}

func TestSelectErrors(t *testing.T) {
	iris, _ := Load("iris")
	digits, _ := Load("digits")
	for _, c := range []struct {
		table    *Table
		features []string
		want     string
	}{
		{iris, []string{"sepal length", "petal_width"}, "iris: no feature `petal_width`; there are `sepal length`, `sepal width`, `petal length`, `petal width`, or a number from 1 to 4"},
		{iris, []string{"0"}, "no feature `0`"},
		{iris, []string{"5"}, "no feature `5`"},
		{iris, nil, "iris: no feature selected; name at least one of `sepal length`"},
		{digits, []string{"x"}, "`pixel r2 c4` and 52 more, or a number from 1 to 64"},
	} {
		if _, err := c.table.Select(c.features); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Select(%q): error %v, want %q", c.features, err, c.want)
		}
	}
}

// A name wins over a number: a table made by hand may call its second column "1".
func TestColumnPrefersNames(t *testing.T) {
	table := &Table{Features: []string{"a", "1"}}
	if j, err := table.Column("1"); err != nil || j != 1 {
		t.Errorf("column %d, %v; want 1", j, err)
	}
}

func TestRowCannotGrowIntoTheNext(t *testing.T) {
	table := &Table{Features: []string{"a"}, X: []float64{1, 2}, Label: []int{-1, -1}}
	_ = append(table.Row(0), 9)
	if table.X[1] != 2 {
		t.Error("appending to a row overwrote the next")
	}
}
