package figure

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/plot/vg"
)

// A bar of two to four values marks each of them, at whatever end it is; more values, or values that are too near to each other, have round ticks.
func TestBarsOfLevels(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   []string
	}{
		{[]float64{103.125, 171.875, 103.125}, []string{"103", "172"}},
		{[]float64{1, 2120, 2300, 1}, []string{"1000", "2000"}}, // 2120 and 2300 have no room side by side
		{[]float64{1, 1150, 2300}, []string{"1", "1150", "2300"}},
		{[]float64{1, 2, 3, 4, 5}, []string{"1", "2", "3", "4", "5"}},
		{[]float64{100, 100 * (1 + 1e-9), 170}, []string{"100", "170"}},
	} {
		bar := colourBar{values: newScale(c.values, 0, 0, false), level: true}
		bar.mark(150)
		var got []string
		for _, tick := range bar.ticks {
			got = append(got, tick.label)
		}
		if !strings.HasPrefix(strings.Join(got, " "), strings.Join(c.want, " ")) {
			t.Errorf("%v: ticks at %v, not %v", c.values, got, c.want)
		}
	}
}

// Names stand on an axis where they have room, and numbers where they have none.
func TestNamesOnAnAxis(t *testing.T) {
	curves := func(names ...string) Curves {
		return Curves{Series: []Series{{Name: "a", X: []float64{0, 1, 2}, Y: []float64{1, 2, 3}}}, XTicks: names}
	}
	for _, c := range []struct {
		names []string
		fits  bool
	}{{[]string{"none yet", "wine", "iris"}, true}, {[]string{strings.Repeat("long ", 20), strings.Repeat("long ", 20), "iris"}, false}} {
		svg, err := SVG(curves(c.names...), 10*vg.Centimeter, 6*vg.Centimeter)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(svg, []byte(">"+c.names[2])) != c.fits {
			t.Errorf("%.20q: on the axis %v", c.names, !c.fits)
		}
	}
}

// A title, a name or a label of some hundred thousand letters is cut to its room as one of a hundred is, and as quickly.
func TestTextsWithoutEnd(t *testing.T) {
	width := 20 * vg.Centimeter
	for _, letter := range []string{"x", "i", "x ", "\u200b", "^{x}", "é"} {
		some, many := strings.Repeat(letter, 3000), strings.Repeat(letter, 300000)
		began := time.Now()
		short, rows := shorten(many, textSize, false, width), wrap(many, headSize, true, width, 2)
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%q: %v", letter, took)
		}
		if want := shorten(some, textSize, false, width); letter != "\u200b" && letter != "^{x}" && short != want {
			t.Errorf("%q: %q, not %q", letter, short, want)
		}
		for _, row := range rows {
			if textWidth(row, headSize, true) > width {
				t.Errorf("%q: a row is too wide", letter)
			}
		}
		if len(rows) == 0 && strings.TrimSpace(letter) != "" && letter != "\u200b" {
			t.Errorf("%q: no title is left", letter)
		}
	}
}
