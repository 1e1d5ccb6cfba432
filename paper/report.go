package paper

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/run"
)

// Row is one number of the paper and ours.
type Row struct {
	Figure    string   `json:"figure"`
	Kind      Kind     `json:"kind"`
	Quantity  string   `json:"quantity"`
	Published *float64 `json:"published"` // nil: the paper gives none, ours stands alone
	Ours      Number   `json:"ours"`      // NaN: there is none, and Mechanism says why
	Unit      string   `json:"unit"`
	Tolerance float64  `json:"tolerance"` // largest |ours - published| that counts as agreement
	Agrees    bool     `json:"agrees"`
	Note      string   `json:"note"`
	Mechanism string   `json:"mechanism,omitempty"` // what moves freely, so that there is no answer
	Left      string   `json:"left_out,omitempty"`  // why it was not computed here, and what would help
	Known     string   `json:"known,omitempty"`     // of one that does not agree: the page that says why, and that ours was what it is now
}

// Kind is what a row is held against.
type Kind string

// Kinds of rows.
const (
	Agreement Kind = "agreement" // a published number, within a tolerance
	Goal      Kind = "goal"      // a bar that ours is to clear
	Listed    Kind = "listed"    // nothing; it is only told
	Recorded  Kind = "recorded"  // a number of docs/records.md
)

// Number is a number of ours; NaN is null in JSON.
type Number float64

// MarshalJSON implements json.Marshaler.
func (n Number) MarshalJSON() ([]byte, error) { return json.Marshal(run.Number(float64(n))) }

// Report is a figure of the paper recomputed: its rows and its pictures.
type Report struct {
	Rows     []Row
	Pictures []run.Picture
}

// add compares ours with a published number within an absolute tolerance.
func (r *Report) add(figure, quantity string, published, ours float64, unit string, tolerance float64, note string) {
	r.Rows = append(r.Rows, Row{Figure: figure, Kind: Agreement, Quantity: quantity, Published: &published, Ours: Number(ours), Unit: unit,
		Tolerance: tolerance, Agrees: math.Abs(ours-published) <= tolerance, Note: note})
}

// goal notes a number that the paper does not have, with the bar it must clear.
func (r *Report) goal(figure, quantity string, ours float64, unit string, met bool, note string) {
	r.Rows = append(r.Rows, Row{Figure: figure, Kind: Goal, Quantity: quantity, Ours: Number(ours), Unit: unit, Agrees: met, Note: note})
}

// beat compares ours with a published number that it is to reach or surpass.
func (r *Report) beat(figure, quantity string, published, ours float64, unit string, met bool, note string) {
	r.Rows = append(r.Rows, Row{Figure: figure, Kind: Goal, Quantity: quantity, Published: &published, Ours: Number(ours), Unit: unit, Agrees: met, Note: note})
}

// list tells a number that is held against nothing.
func (r *Report) list(figure, quantity string, ours float64, unit, note string) {
	r.Rows = append(r.Rows, Row{Figure: figure, Kind: Listed, Quantity: quantity, Ours: Number(ours), Unit: unit, Agrees: true, Note: note})
}

// mechanism tells that there is no answer, because what is left moves freely.
func (r *Report) mechanism(figure, quantity, unit, why string) {
	r.Rows = append(r.Rows, Row{Figure: figure, Kind: Listed, Quantity: quantity, Ours: Number(math.NaN()), Unit: unit, Agrees: true,
		Mechanism: why, Note: "what is left is a mechanism and cannot carry a load: " + why})
}

// Verdict says in one line what the rows of a figure come to.
type Verdict struct {
	Figure    string `json:"figure"`
	Published int    `json:"published"` // numbers held against published ones
	Agree     int    `json:"agree"`
	Goals     int    `json:"goals"`
	Met       int    `json:"met"`
	Listed    int    `json:"listed"` // told, and held against nothing
	Text      string `json:"text"`
}

// Verdict sums the report of a figure up.
func (r *Report) Verdict(figure string) Verdict {
	v := Verdict{Figure: figure}
	missed := ""
	for _, row := range r.Rows {
		switch row.Kind {
		case Agreement, Recorded:
			v.Published++
			if row.Agrees {
				v.Agree++
			}
		case Goal:
			v.Goals++
			if row.Agrees {
				v.Met++
			}
		default:
			v.Listed++
		}
		if !row.Agrees && missed == "" {
			missed = row.Quantity
		}
	}
	word := "reproduced in part"
	switch {
	case v.Published > 0 && v.Agree == v.Published:
		word = "reproduced"
	case v.Agree == 0:
		word = "not reproduced"
	}
	v.Text = fmt.Sprintf("%s: %d of %d published numbers agree", word, v.Agree, v.Published)
	if v.Goals > 0 {
		v.Text += fmt.Sprintf(", %d of %d goals of ours are met", v.Met, v.Goals)
	}
	if missed != "" {
		v.Text += "; the first that does not: " + missed
	}
	return v
}
