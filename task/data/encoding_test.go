package data

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestEncodingByHand(t *testing.T) {
	table := &Table{
		Name:     "t",
		Features: []string{"a", "b", "c"},
		X: []float64{
			-4, 10, 0,
			2, 30, 5,
			1, 20, 99, // not fitted
		},
		Label: []int{-1, -1, -1},
	}
	for _, c := range []struct {
		by   string
		want Encoding
		out  []float64 // of c = 2.5, a = 8
	}{
		{Max, Encoding{Max, []string{"c", "a"}, []float64{0, 0}, []float64{5, 4}}, []float64{0.5, 2}},
		{MinMax, Encoding{MinMax, []string{"c", "a"}, []float64{0, -4}, []float64{5, 2}}, []float64{0.5, 2}},
		{Signed, Encoding{Signed, []string{"c", "a"}, []float64{0, -4}, []float64{5, 2}}, []float64{0, 3}},
	} {
		e, err := Fit(c.by, table, []int{0, 1}, []int{2, 0})
		if err != nil {
			t.Errorf("%s: %v", c.by, err)
			continue
		}
		if !reflect.DeepEqual(e, c.want) {
			t.Errorf("%s: %+v, want %+v", c.by, e, c.want)
		}
		x := []float64{2.5, 8} // 8 is beyond the fitted range and must not be clipped
		e.Apply(x, x)
		if !slices.Equal(x, c.out) {
			t.Errorf("%s: encoded %v, want %v", c.by, x, c.out)
		}
	}
}

func TestFitErrors(t *testing.T) {
	digits, _ := Load("digits")
	flat := &Table{Name: "t", Features: []string{"a", "flat"}, X: []float64{1, 7, 2, 7}, Label: []int{-1, -1}}
	wide := &Table{Name: "t", Features: []string{"a"}, X: []float64{-math.MaxFloat64, math.MaxFloat64}, Label: []int{-1, -1}}
	bad := &Table{Name: "t", Features: []string{"a"}, X: []float64{1, math.NaN()}, Label: []int{-1, -1}}
	for _, c := range []struct {
		by    string
		table *Table
		rows  []int
		cols  []int
		want  string
	}{
		{"mean", flat, nil, nil, "t: encode by `mean`: it must be max, min-max, signed, largest or pixel"},
		{Max, flat, []int{}, nil, "t: encode: no rows"},
		{Max, flat, nil, []int{}, "t: encode: no features"},
		{Max, digits, nil, nil, "digits: encode: feature `pixel r1 c1` is 0 in every row"},
		{MinMax, flat, nil, nil, "t: encode: feature `flat` is 7 in every row"},
		{Signed, flat, []int{0}, []int{0}, "t: encode: feature `a` is 1 in every row"},
		{MinMax, wide, nil, nil, "the range -1.79"},
		{Max, bad, nil, nil, "not finite"},
		{Signed, bad, nil, nil, "not finite"},
	} {
		if _, err := Fit(c.by, c.table, c.rows, c.cols); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Fit(%s): error %v, want %q", c.by, err, c.want)
		}
	}
	if _, err := Fit(Max, flat, nil, nil); err != nil {
		t.Errorf("by max a constant that is not 0 can be encoded: %v", err)
	}
}

func TestCheckAfterReading(t *testing.T) {
	for text, want := range map[string]string{
		`{"by":"max","features":["a"],"lo":[0],"hi":[2]}`:     "",
		`{"by":"Max","features":["a"],"lo":[0],"hi":[2]}`:     "encode by `Max`",
		`{"by":"max","features":["a"],"lo":[],"hi":[2]}`:      "1 features, but 0 lower and 1 upper ends",
		`{"by":"max","features":["a"],"lo":[1],"hi":[2]}`:     "feature `a`: by max the value 0 becomes 0, not 1",
		`{"by":"max","features":["a"],"lo":[0],"hi":[-2]}`:    "runs backwards",
		`{"by":"signed","features":["a"],"lo":[3],"hi":[2]}`:  "runs backwards",
		`{"by":"min-max","features":["a"],"lo":[3],"hi":[3]}`: "is 3 in every row",
		`{}`: "encode by ``",
	} {
		var e Encoding
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatal(err)
		}
		err := e.Check()
		if (want == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}

// Fitted rows land in the promised interval and reach its ends, and an
// encoding read back from JSON encodes bit for bit the same.
func TestEncodingProperties(t *testing.T) {
	value := rapid.Float64Range(-1e9, 1e9)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(2, 20).Draw(t, "rows")
		table := &Table{Name: "t", Features: []string{"a", "b"}, Label: make([]int, rows)}
		table.X = rapid.SliceOfN(value, 2*rows, 2*rows).Draw(t, "x")
		by := rapid.SampledFrom([]string{Max, MinMax, Signed}).Draw(t, "by")
		e, err := Fit(by, table, nil, nil)
		if err != nil {
			t.Skip(err)
		}
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var back Encoding
		if err := json.Unmarshal(text, &back); err != nil || back.Check() != nil {
			t.Fatal(err, back.Check())
		}
		lo := map[string]float64{Max: -1, MinMax: 0, Signed: -1}[by]
		low, high := []float64{9, 9}, []float64{-9, -9}
		out, again := make([]float64, 2), make([]float64, 2)
		for i := range rows {
			e.Apply(table.Row(i), out)
			back.Apply(table.Row(i), again)
			for k, v := range out {
				if v < lo || v > 1 {
					t.Fatalf("%s: %v is out of range", by, v)
				}
				if math.Float64bits(v) != math.Float64bits(again[k]) {
					t.Fatalf("%v after JSON, %v before", again[k], v)
				}
				low[k], high[k] = min(low[k], v), max(high[k], v)
			}
		}
		for k := range low {
			reached := low[k] == lo && high[k] == 1
			if by == Max {
				reached = max(-low[k], high[k]) == 1
			}
			if !reached {
				t.Fatalf("%s: encoded range %v to %v", by, low[k], high[k])
			}
		}
	})
}

func TestApplyDoesNotAllocate(t *testing.T) {
	e := Encoding{Signed, []string{"a", "b"}, []float64{0, 0}, []float64{1, 2}}
	x, out := []float64{1, 2}, make([]float64, 2)
	if a := testing.AllocsPerRun(100, func() { e.Apply(x, out) }); a != 0 {
		t.Errorf("%v allocations", a)
	}
}

func TestApplyMisuse(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a row of the wrong length was accepted")
		}
	}()
	e := Encoding{Max, []string{"a"}, []float64{0}, []float64{1}}
	e.Apply([]float64{1, 2}, []float64{1, 2})
}
