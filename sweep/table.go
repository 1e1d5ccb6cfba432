package sweep

import (
	"math"
	"strconv"
)

// Rows calls each with every row that is there, without its curve, in the order of the points, and returns how many chunks are not. One chunk is
// held at a time. Of a sweep by halving it goes rung by rung, and counts rungs.
func (s *Sweep) Rows(each func(*Row) error) (missing int, err error) { return s.rows(false, each) }

// Curves is Rows with the curves.
func (s *Sweep) Curves(each func(*Row) error) (missing int, err error) { return s.rows(true, each) }

func (s *Sweep) rows(curves bool, each func(*Row) error) (missing int, err error) {
	switch {
	case s.Plan.Way.Halving > 0:
		return s.rungRows(curves, each)
	case s.Plan.Way.Name == Asked:
		for i := range s.asked {
			if err := each(&s.asked[i]); err != nil {
				return 0, err
			}
		}
		return 0, nil
	}
	for chunk := 1; chunk <= s.Chunks(); chunk++ {
		rows, found, _, err := s.readChunk(chunk, curves)
		if err != nil {
			return missing, err
		}
		if !found {
			missing++
			continue
		}
		for i := range rows {
			if err := each(&rows[i]); err != nil {
				return missing, err
			}
		}
	}
	return missing, nil
}

// column is a column of the table behind those of the values.
type column struct {
	name   string
	number func(*Row) *float64 // nil for one of words
	word   func(*Row) string
}

func number(name string, of func(*Row) *float64) column { return column{name: name, number: of} }

func word(name string, of func(*Row) string) column { return column{name: name, word: of} }

func whole(v int) *float64 { f := float64(v); return &f }

func flag(v bool) *float64 {
	if v {
		return whole(1)
	}
	return whole(0)
}

// rungColumns come before them where settings are chosen rung by rung.
var rungColumns = []column{
	number("rung", func(r *Row) *float64 { return whole(r.Rung) }),
	number("kept", func(r *Row) *float64 { return flag(r.Kept) }),
}

// columns are those of the table of a sweep.
func (s *Sweep) columns() []column {
	if s.Plan.Way.Halving > 0 {
		return append(rungColumns[:2:2], columns...)
	}
	return columns
}

// columns are in groups: what was trained, how it went, scores by part, the verdict.
var columns = []column{
	word("state", func(r *Row) string { return r.State }),
	number("epochs", func(r *Row) *float64 { return whole(r.Epochs) }),
	number("steps", func(r *Row) *float64 { return whole(r.Steps) }),
	number("start_loss", func(r *Row) *float64 { return r.StartLoss }),
	number("least_loss", func(r *Row) *float64 { return r.LeastLoss }),
	number("loss", func(r *Row) *float64 { return r.Loss }),
	number("train_accuracy", func(r *Row) *float64 { return r.TrainAccuracy }),
	number("train_error", func(r *Row) *float64 { return r.TrainError }),
	number("validation_loss", func(r *Row) *float64 { return r.ValidLoss }),
	number("validation_accuracy", func(r *Row) *float64 { return r.ValidAccuracy }),
	number("validation_error", func(r *Row) *float64 { return r.ValidError }),
	number("test_loss", func(r *Row) *float64 { return r.TestLoss }),
	number("test_accuracy", func(r *Row) *float64 { return r.TestAccuracy }),
	number("test_error", func(r *Row) *float64 { return r.TestError }),
	number("best_epoch", func(r *Row) *float64 {
		if r.BestEpoch == nil {
			return nil
		}
		return whole(*r.BestEpoch)
	}),
	word("chosen_on", func(r *Row) string { return r.ChosenOn }),
	number("converged", func(r *Row) *float64 { return flag(r.Converged) }),
	number("kkt", func(r *Row) *float64 { return r.KKT }),
	word("feasible", func(r *Row) string { return r.Feasible }),
	word("goal", func(r *Row) string { return r.Goal }),
	number("at_chance", func(r *Row) *float64 { return flag(r.AtChance) }),
	word("reason", func(r *Row) string { return r.Reason }),
	word("error_code", func(r *Row) string { return r.Code }),
	word("key", func(r *Row) string { return r.Key }),
}

// Setting is the value of a key that varies: a number in SI units where the key takes one, and its text.
type Setting struct {
	Text   string
	Number float64 // NaN where it is none
}

// Setting is a value of the axis.
func (a *Axis) Setting(text string) Setting {
	v, err := a.number(text)
	if err != nil {
		v = math.NaN()
	}
	return Setting{Text: text, Number: v}
}

// Header is the name of the column of an axis: its key, and the unit of its numbers.
func (a *Axis) Header() string {
	switch a.Quantity {
	case "", "fraction":
		return a.Key
	}
	return a.Key + " (" + a.Quantity + ")"
}

// cell is the value as it stands in a table: a number where it is one.
func (a *Axis) cell(text string) string {
	if v := a.Setting(text); a.Quantity != "" && !math.IsNaN(v.Number) {
		return decimal(v.Number)
	}
	return text
}

// plain is the value as JSON has it: a number where it is one.
func (a *Axis) plain(text string) any {
	if n, err := strconv.ParseUint(text, 10, 64); err == nil && a.Whole {
		return n
	}
	if v := a.Setting(text); !math.IsNaN(v.Number) {
		return v.Number
	}
	return text
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// seedColumn reports whether the table has a column of seeds beside those of the values: where the seed does not vary.
func (s *Sweep) seedColumn() bool {
	for _, a := range s.Plan.Varied() {
		if a.Key == SeedKey {
			return false
		}
	}
	return true
}
