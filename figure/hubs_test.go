package figure

import (
	"math"
	"strings"
	"testing"
)

// Hubs come first that move an output most, and what all of them look for is their sum.
func TestHubsOfAnOutput(t *testing.T) {
	p := Hubs{Width: 2, Height: 1, Outputs: []string{"a", "b"}, Hubs: []Hub{
		{Width: 2, Height: 1, Pixels: []int{0}, Values: []float64{3}, Links: []HubLink{{0, 1, 0.1}}},
		{Width: 2, Height: 1, Pixels: []int{0, 1}, Values: []float64{-1, 2}, Links: []HubLink{{0, 1, 0.5}, {1, 1, -1}}},
	}}
	rows := p.rows()
	if len(rows) != 2 || len(rows[0].hubs) != 2 || rows[0].hubs[0] != 1 || rows[0].links[0].Moves != 0.5 || len(rows[1].hubs) != 1 {
		t.Fatalf("rows %+v", rows)
	}
	all := p.together(&rows[0], 10) // 0.1 * 3 - 0.5 and 0.5 * 2
	if len(all.Values) != 2 || math.Abs(all.Values[0]+2) > 1e-12 || math.Abs(all.Values[1]-10) > 1e-12 {
		t.Errorf("together %v at %v", all.Values, all.Pixels)
	}
}

// What has no room is counted in the picture and in its legend.
func TestHubsSayWhatIsLeftOut(t *testing.T) {
	comb := hubSamples()[0].p.(Hubs)
	comb.Note = ""
	svg := mustSVG(t, comb, 8*cm, 7*cm)
	legend, err := comb.Legend(8*cm, 7*cm)
	if err != nil || len(legend.LeftOut) != 1 || !strings.HasSuffix(legend.LeftOut[0], "hubs of an output are drawn") {
		t.Fatalf("%v %v", legend, err)
	}
	if drawn := strings.TrimSuffix(legend.LeftOut[0], " are drawn"); !strings.Contains(svg, drawn) {
		t.Errorf("the picture does not say %q", drawn)
	}
	if legend.Min != -legend.Max || !(legend.High > 0.9) || !legend.Coloured {
		t.Errorf("legend %+v", legend)
	}
	if legend, err = comb.Legend(140*cm, 20*cm); err != nil || legend.LeftOut != nil {
		t.Errorf("left out of a poster: %v %v", legend.LeftOut, err)
	}
}

func TestHubsThatCannotBeDrawn(t *testing.T) {
	for want, p := range map[string]Picture{
		"0 x 0 pixels":  Hubs{},
		"2 values":      Hubs{Width: 1, Height: 1, Hubs: []Hub{{Pixels: []int{0}, Values: []float64{1, 2}}}},
		"pixel 3 of 1":  Hubs{Width: 1, Height: 1, Hubs: []Hub{{Pixels: []int{2}, Values: []float64{1}}}},
		"output 2 of 1": Hubs{Width: 1, Height: 1, Outputs: []string{"a"}, Hubs: []Hub{{Links: []HubLink{{Output: 1}}}}},
		"of 0 x 1":      Readings{Height: 1},
		"1 values for":  Readings{Width: 1, Height: 1, Rows: []Reading{{Picture: []float64{1}, Values: []float64{1}}}},
	} {
		if _, err := SVG(p, 5*cm, 5*cm); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	nan := Hubs{Width: 1, Height: 1, Outputs: []string{"a"}, Hubs: []Hub{{Pixels: []int{0}, Values: []float64{math.NaN()}, Links: []HubLink{{}}}}}
	for _, p := range []Picture{nan, Readings{Width: 1, Height: 1}} {
		if !strings.Contains(mustSVG(t, p, 5*cm, 5*cm), ">no data<") {
			t.Errorf("%T does not say that there is no data", p)
		}
	}
}
