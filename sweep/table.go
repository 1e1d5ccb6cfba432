package sweep

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/export/npz"
)

// Rows calls each with every row that is there, in the order of the points, and returns how many chunks are not. One chunk is held at a time.
func (s *Sweep) Rows(each func(*Row) error) (missing int, err error) {
	for chunk := 1; chunk <= s.Chunks(); chunk++ {
		rows, found, _, err := s.ReadChunk(chunk)
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

// WriteCSV writes every row that is there.
func (s *Sweep) WriteCSV(w io.Writer) (missing int, err error) {
	axes, seeds := s.Plan.Varied(), s.seedColumn()
	out := csv.NewWriter(w)
	line := []string{"point"}
	for _, a := range axes {
		line = append(line, a.Header())
	}
	if seeds {
		line = append(line, SeedKey)
	}
	for _, c := range columns {
		line = append(line, c.name)
	}
	if err := out.Write(line); err != nil {
		return 0, err
	}
	missing, err = s.Rows(func(r *Row) error {
		line = append(line[:0], strconv.Itoa(r.Point))
		for i, a := range axes {
			line = append(line, a.cell(r.Values[i]))
		}
		if seeds {
			line = append(line, strconv.FormatUint(r.Seed, 10))
		}
		for _, c := range columns {
			text := ""
			if c.word != nil {
				text = c.word(r)
			} else if v := c.number(r); v != nil {
				text = decimal(*v)
			}
			line = append(line, text)
		}
		return out.Write(line)
	})
	if err != nil {
		return missing, err
	}
	out.Flush()
	return missing, out.Error()
}

// Arrays are the columns of the table as arrays, absent numbers as NaN, and the curves: all of one length, with NaN behind the end of a shorter one.
func (s *Sweep) Arrays() (arrays []npz.Array, missing int, err error) {
	axes := s.Plan.Varied()
	var points, seeds []float64
	texts, numbers := make([][]string, len(axes)), make([][]float64, len(axes))
	words, values := make([][]string, len(columns)), make([][]float64, len(columns))
	missing, err = s.Rows(func(r *Row) error {
		points, seeds = append(points, float64(r.Point)), append(seeds, float64(r.Seed))
		for i, a := range axes {
			v := a.Setting(r.Values[i])
			texts[i], numbers[i] = append(texts[i], v.Text), append(numbers[i], v.Number)
		}
		for i, c := range columns {
			if c.word != nil {
				words[i] = append(words[i], c.word(r))
			} else {
				values[i] = append(values[i], value(c.number(r)))
			}
		}
		return nil
	})
	if err != nil {
		return nil, missing, err
	}
	numbersAs := func(name string, data []float64) { arrays = append(arrays, npz.Float64s(name, data, len(data))) }
	wordsAs := func(name string, data []string) { arrays = append(arrays, npz.Strings(name, data, len(data))) }
	numbersAs("point", points)
	for i, a := range axes {
		if a.Number {
			numbersAs(a.Key, numbers[i])
		} else {
			wordsAs(a.Key, texts[i])
		}
	}
	if s.seedColumn() {
		numbersAs(SeedKey, seeds)
	}
	for i, c := range columns {
		if c.word != nil {
			wordsAs(c.name, words[i])
		} else {
			numbersAs(c.name, values[i])
		}
	}
	return arrays, missing, nil
}

// WriteJSON writes every row that is there as one object, a row a line.
func (s *Sweep) WriteJSON(w io.Writer) (missing int, err error) {
	axes := s.Plan.Varied()
	head := struct {
		Spec    string            `json:"spec"`
		Points  int               `json:"points"`
		Keys    []string          `json:"keys"`
		Units   map[string]string `json:"units"`
		Results int               `json:"results"`
	}{s.Manifest.Spec, s.Manifest.Points, s.Manifest.Keys, map[string]string{}, s.Manifest.Results}
	for _, a := range axes {
		if a.Quantity != "" && a.Quantity != "fraction" {
			head.Units[a.Key] = a.Quantity
		}
	}
	text, err := json.Marshal(head)
	if err != nil {
		return 0, err
	}
	if _, err := fmt.Fprintf(w, "%s,\"rows\":[", text[:len(text)-1]); err != nil {
		return 0, err
	}
	between := "\n"
	missing, err = s.Rows(func(r *Row) error {
		set := map[string]any{}
		for i, a := range axes {
			set[a.Key] = a.plain(r.Values[i])
		}
		text, err := json.Marshal(struct {
			*Row
			Values map[string]any `json:"values"`
		}{r, set})
		if err == nil {
			_, err = fmt.Fprintf(w, "%s%s", between, text)
		}
		between = ",\n"
		return err
	})
	if err != nil {
		return missing, err
	}
	_, err = io.WriteString(w, "\n]}\n")
	return missing, err
}

// WriteNPZ writes every row that is there as arrays.
func (s *Sweep) WriteNPZ(w io.Writer) (missing int, err error) {
	arrays, missing, err := s.Arrays()
	if err == nil {
		err = npz.Write(w, arrays)
	}
	return missing, err
}

// WriteTables writes table.csv, table.npz and table.json into the directory and returns their paths. They follow from the chunks alone.
func (s *Sweep) WriteTables() (paths []string, err error) {
	for _, t := range []struct {
		name  string
		write func(io.Writer) (int, error)
	}{{"table.csv", s.WriteCSV}, {"table.npz", s.WriteNPZ}, {"table.json", s.WriteJSON}} {
		path := filepath.Join(s.Dir, t.name)
		if err := atomicfile.WriteStream(s.fs, path, func(w io.Writer) error {
			_, err := t.write(w)
			return err
		}); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}
