package sweep

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/export/npz"
)

// form is a table that is being written: it takes one row after another.
type form interface {
	row(*Row) error
	end() error
}

// WriteCSV writes every row that is there, a line a training. It returns how many chunks are missing.
func (s *Sweep) WriteCSV(w io.Writer) (missing int, err error) { return s.write1(s.asCSV, w) }

// WriteJSON writes every row that is there as one object, a row a line.
func (s *Sweep) WriteJSON(w io.Writer) (missing int, err error) { return s.write1(s.asJSON, w) }

// WriteNPZ writes every row that is there as arrays, a column each; numbers that are absent are NaN.
func (s *Sweep) WriteNPZ(w io.Writer) (missing int, err error) { return s.write1(s.asNPZ, w) }

func (s *Sweep) write1(as func(io.Writer) (form, error), w io.Writer) (missing int, err error) {
	f, err := as(w)
	if err != nil {
		return 0, err
	}
	if missing, err = s.Rows(f.row); err == nil {
		err = f.end()
	}
	return missing, err
}

// WriteTables writes table.csv, table.npz and table.json into the directory in one pass and returns their paths. They follow from the chunks
// alone. Also (which may be nil) sees every row.
func (s *Sweep) WriteTables(also func(*Row)) (paths []string, err error) {
	forms := []struct {
		name string
		as   func(io.Writer) (form, error)
	}{{"table.csv", s.asCSV}, {"table.npz", s.asNPZ}, {"table.json", s.asJSON}}
	var open []form
	var write func() error
	write = func() error {
		if len(open) == len(forms) {
			_, err := s.Rows(func(r *Row) error {
				if also != nil {
					also(r)
				}
				for _, f := range open {
					if err := f.row(r); err != nil {
						return err
					}
				}
				return nil
			})
			return err
		}
		next := forms[len(open)]
		path := filepath.Join(s.Dir, next.name)
		paths = append(paths, path)
		return atomicfile.WriteStream(s.fs, path, func(w io.Writer) error {
			f, err := next.as(w)
			if err != nil {
				return err
			}
			open = append(open, f)
			if err := write(); err != nil {
				return err
			}
			return f.end()
		})
	}
	err = write()
	return paths, err
}

// csvForm is a table as CSV.
type csvForm struct {
	s     *Sweep
	out   *csv.Writer
	axes  []*Axis
	seeds bool
	line  []string
}

func (s *Sweep) asCSV(w io.Writer) (form, error) {
	f := &csvForm{s: s, out: csv.NewWriter(w), axes: s.Plan.Varied(), seeds: s.seedColumn(), line: []string{"point"}}
	for _, a := range f.axes {
		f.line = append(f.line, a.Header())
	}
	if f.seeds {
		f.line = append(f.line, SeedKey)
	}
	for _, c := range s.columns() {
		f.line = append(f.line, c.name)
	}
	return f, f.out.Write(f.line)
}

func (f *csvForm) row(r *Row) error {
	f.line = append(f.line[:0], strconv.Itoa(r.Point))
	for i, a := range f.axes {
		f.line = append(f.line, a.cell(r.Values[i]))
	}
	if f.seeds {
		f.line = append(f.line, strconv.FormatUint(r.Seed, 10))
	}
	for _, c := range f.s.columns() {
		text := ""
		if c.word != nil {
			text = c.word(r)
		} else if v := c.number(r); v != nil {
			text = decimal(*v)
		}
		f.line = append(f.line, text)
	}
	return f.out.Write(f.line)
}

func (f *csvForm) end() error {
	f.out.Flush()
	return f.out.Error()
}

// npzForm is a table as arrays.
type npzForm struct {
	s             *Sweep
	w             io.Writer
	axes          []*Axis
	points, seeds []float64
	texts, words  [][]string
	settings      [][]float64
	numbers       [][]float64
}

func (s *Sweep) asNPZ(w io.Writer) (form, error) {
	axes := s.Plan.Varied()
	return &npzForm{s: s, w: w, axes: axes, texts: make([][]string, len(axes)), settings: make([][]float64, len(axes)),
		words: make([][]string, len(s.columns())), numbers: make([][]float64, len(s.columns()))}, nil
}

func (f *npzForm) row(r *Row) error {
	f.points, f.seeds = append(f.points, float64(r.Point)), append(f.seeds, float64(r.Seed))
	for i, a := range f.axes {
		v := a.Setting(r.Values[i])
		f.texts[i], f.settings[i] = append(f.texts[i], v.Text), append(f.settings[i], v.Number)
	}
	for i, c := range f.s.columns() {
		if c.word != nil {
			f.words[i] = append(f.words[i], c.word(r))
		} else {
			f.numbers[i] = append(f.numbers[i], value(c.number(r)))
		}
	}
	return nil
}

func (f *npzForm) end() error {
	var arrays []npz.Array
	number := func(name string, data []float64) { arrays = append(arrays, npz.Float64s(name, data, len(data))) }
	word := func(name string, data []string) { arrays = append(arrays, npz.Strings(name, data, len(data))) }
	number("point", f.points)
	for i, a := range f.axes {
		if a.Number {
			number(a.Key, f.settings[i])
		} else {
			word(a.Key, f.texts[i])
		}
	}
	if f.s.seedColumn() {
		number(SeedKey, f.seeds)
	}
	for i, c := range f.s.columns() {
		if c.word != nil {
			word(c.name, f.words[i])
		} else {
			number(c.name, f.numbers[i])
		}
	}
	return npz.Write(f.w, arrays)
}

// jsonForm is a table as one JSON object.
type jsonForm struct {
	w       io.Writer
	axes    []*Axis
	between string
}

func (s *Sweep) asJSON(w io.Writer) (form, error) {
	f := &jsonForm{w: w, axes: s.Plan.Varied(), between: "\n"}
	head := struct {
		Spec    string            `json:"spec"`
		Points  int               `json:"points"`
		Keys    []string          `json:"keys"`
		Units   map[string]string `json:"units"`
		Results int               `json:"results"`
	}{s.Manifest.Spec, s.Manifest.Points, s.Manifest.Keys, map[string]string{}, s.Manifest.Results}
	for _, a := range f.axes {
		if a.Quantity != "" && a.Quantity != "fraction" {
			head.Units[a.Key] = a.Quantity
		}
	}
	text, err := json.Marshal(head)
	if err == nil {
		_, err = fmt.Fprintf(w, "%s,\"rows\":[", text[:len(text)-1])
	}
	return f, err
}

func (f *jsonForm) row(r *Row) error {
	set := map[string]any{}
	for i, a := range f.axes {
		set[a.Key] = a.plain(r.Values[i])
	}
	text, err := json.Marshal(struct {
		*Row
		Values map[string]any `json:"values"`
	}{r, set})
	if err == nil {
		_, err = fmt.Fprintf(f.w, "%s%s", f.between, text)
	}
	f.between = ",\n"
	return err
}

func (f *jsonForm) end() error {
	_, err := io.WriteString(f.w, "\n]}\n")
	return err
}
