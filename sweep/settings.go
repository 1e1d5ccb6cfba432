package sweep

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/export/npz"
)

// Spread is a score over the trainings of a setting.
type Spread struct {
	N    int     `json:"n"` // trainings that have it
	Mean float64 `json:"mean"`
	Sd   float64 `json:"sd"` // standard deviation of a sample; 0 of one
	Best float64 `json:"best"`

	squares float64 // sum of squared deviations from the mean
}

// add takes one more value in, by Welford's way.
func (s *Spread) add(v float64, high bool) {
	s.N++
	if s.N == 1 {
		s.Best = v
	} else if high {
		s.Best = max(s.Best, v)
	} else {
		s.Best = min(s.Best, v)
	}
	off := v - s.Mean
	s.Mean += off / float64(s.N)
	s.squares += off * (v - s.Mean)
	if s.N > 1 {
		s.Sd = math.Sqrt(s.squares / float64(s.N-1))
	}
}

// Summary is what the trainings of one setting came to.
type Summary struct {
	Point    int       `json:"point"`  // the first of them, from 1
	Values   []string  `json:"values"` // of the keys that vary, but for that over which it is summed
	Finished int       `json:"finished"`
	Failed   int       `json:"failed"`
	Scores   []*Spread `json:"scores"` // by Scores; nil where no training has one
}

// Score is a number of a row by which settings are compared.
type Score struct {
	Name string
	High bool // more is better
	of   func(*Row) *float64
}

// Scores are those of every part. By which a setting may be chosen, Choose says.
var Scores = []Score{
	{"loss", false, func(r *Row) *float64 { return r.Loss }},
	{"train_accuracy", true, func(r *Row) *float64 { return r.TrainAccuracy }},
	{"train_error", false, func(r *Row) *float64 { return r.TrainError }},
	{"validation_loss", false, func(r *Row) *float64 { return r.ValidLoss }},
	{"validation_accuracy", true, func(r *Row) *float64 { return r.ValidAccuracy }},
	{"validation_error", false, func(r *Row) *float64 { return r.ValidError }},
	{"test_loss", false, func(r *Row) *float64 { return r.TestLoss }},
	{"test_accuracy", true, func(r *Row) *float64 { return r.TestAccuracy }},
	{"test_error", false, func(r *Row) *float64 { return r.TestError }},
}

// Settings is a table with a line a setting.
type Settings struct {
	Over    string // the key over which it is summed; "" for none: a line a training
	Axes    []*Axis
	List    []*Summary
	Missing int  // chunks without rows
	Open    bool // the test part was open in some training: scored while it trained

	without int // the value that is summed over; -1: none
	single  bool
	known   map[string]*Summary
}

// Over sums the rows that are there over a key, such as seed.
func (s *Sweep) Over(key string) (t *Settings, err error) {
	t = s.StartOver(key)
	t.Missing, err = s.Rows(func(r *Row) error {
		t.Add(r)
		return nil
	})
	return t, err
}

// StartOver is Over before any row is added.
func (s *Sweep) StartOver(key string) *Settings {
	t := &Settings{Over: key, without: -1, known: map[string]*Summary{}}
	for i, a := range s.Plan.Varied() {
		if a.Key == key {
			t.without = i
			continue
		}
		t.Axes = append(t.Axes, a)
	}
	t.single = t.without < 0 // each training is a setting of its own
	return t
}

// Add adds a row. Rows come in the order of the points.
func (t *Settings) Add(r *Row) {
	values := slices.Clone(r.Values)
	if t.without >= 0 {
		values = slices.Delete(values, t.without, t.without+1)
	}
	same := strings.Join(values, "\x00")
	if t.single {
		same = strconv.Itoa(r.Point)
	}
	sum := t.known[same]
	if sum == nil {
		sum = &Summary{Point: r.Point, Values: values, Scores: make([]*Spread, len(Scores))}
		t.known[same] = sum
		t.List = append(t.List, sum)
	}
	if r.State != Finished {
		sum.Failed++
		return
	}
	sum.Finished++
	t.Open = t.Open || r.TestLoss != nil && r.ChosenOn == ""
	for i, score := range Scores {
		if v := score.of(r); v != nil {
			if sum.Scores[i] == nil {
				sum.Scores[i] = new(Spread)
			}
			sum.Scores[i].add(*v, score.High)
		}
	}
}

// Choose is the score by which the settings may be compared, and the best of them by its mean: a score of the validation part, and without one a
// score of the training part. It is never one of the test part. A loss compares only where no key of the task varies, for then it is the same loss.
// Settings with trainings that failed do not count.
func (t *Settings) Choose() (score int, best *Summary) {
	score, _, best = t.choose()
	return score, best
}

// choose says also by which loss equals are told apart: -1 for none.
func (t *Settings) choose() (score, loss int, best *Summary) {
	names := comparedBy(t.Axes)
	score = -1
	for _, name := range names {
		if score = t.score(name); score >= 0 {
			break
		}
	}
	if score < 0 {
		return -1, -1, nil
	}
	loss = score // among equal accuracies the loss of the same part
	if Scores[score].Name == "validation_accuracy" && slices.Contains(names, "loss") {
		loss = t.score("validation_loss")
	}
	for _, s := range t.List {
		if s.Failed > 0 || s.Scores[score] == nil {
			continue
		}
		if best == nil || better(s, best, score) || loss >= 0 && !better(best, s, score) && better(s, best, loss) {
			best = s
		}
	}
	return score, loss, best
}

// comparedBy are the names of the scores by which settings of some axes may be compared, the best first.
func comparedBy(axes []*Axis) []string {
	if slices.ContainsFunc(axes, func(a *Axis) bool { return strings.HasPrefix(a.Key, "task") }) {
		return []string{"validation_accuracy", "validation_error", "train_accuracy", "train_error"}
	}
	return []string{"validation_accuracy", "validation_error", "validation_loss", "loss", "train_accuracy", "train_error"}
}

// score is the number of a score that some setting has, -1 for none.
func (t *Settings) score(name string) int {
	i := slices.IndexFunc(Scores, func(s Score) bool { return s.Name == name })
	if !slices.ContainsFunc(t.List, func(s *Summary) bool { return s.Scores[i] != nil }) {
		return -1
	}
	return i
}

func better(a, b *Summary, score int) bool {
	x, y := a.Scores[score], b.Scores[score]
	if x == nil || y == nil {
		return x != nil
	}
	if Scores[score].High {
		return x.Mean > y.Mean
	}
	return x.Mean < y.Mean
}

// Shown are the scores that some setting has.
func (t *Settings) Shown() (list []int) {
	for i := range Scores {
		if slices.ContainsFunc(t.List, func(s *Summary) bool { return s.Scores[i] != nil }) {
			list = append(list, i)
		}
	}
	return list
}

// WriteCSV writes a line a setting.
func (t *Settings) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	line := []string{"point"}
	for _, a := range t.Axes {
		line = append(line, a.Header())
	}
	line = append(line, "finished", "failed")
	shown := t.Shown()
	for _, i := range shown {
		line = append(line, Scores[i].Name+"_mean", Scores[i].Name+"_sd", Scores[i].Name+"_best")
	}
	if err := out.Write(line); err != nil {
		return err
	}
	for _, s := range t.List {
		line = append(line[:0], strconv.Itoa(s.Point))
		for i, a := range t.Axes {
			line = append(line, a.cell(s.Values[i]))
		}
		line = append(line, strconv.Itoa(s.Finished), strconv.Itoa(s.Failed))
		for _, i := range shown {
			v := s.Scores[i]
			switch {
			case v == nil:
				line = append(line, "", "", "")
			case v.N == 1:
				line = append(line, decimal(v.Mean), "", decimal(v.Best))
			default:
				line = append(line, decimal(v.Mean), decimal(v.Sd), decimal(v.Best))
			}
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Arrays are its columns as arrays.
func (t *Settings) Arrays() (arrays []npz.Array) {
	column := func(of func(*Summary) float64) []float64 {
		list := make([]float64, len(t.List))
		for i, s := range t.List {
			list[i] = of(s)
		}
		return list
	}
	add := func(name string, data []float64) { arrays = append(arrays, npz.Float64s(name, data, len(data))) }
	add("point", column(func(s *Summary) float64 { return float64(s.Point) }))
	for i, a := range t.Axes {
		if a.Number {
			add(a.Key, column(func(s *Summary) float64 { return a.Setting(s.Values[i]).Number }))
			continue
		}
		texts := make([]string, len(t.List))
		for j, s := range t.List {
			texts[j] = s.Values[i]
		}
		arrays = append(arrays, npz.Strings(a.Key, texts, len(texts)))
	}
	add("finished", column(func(s *Summary) float64 { return float64(s.Finished) }))
	add("failed", column(func(s *Summary) float64 { return float64(s.Failed) }))
	for _, i := range t.Shown() {
		of := func(get func(*Spread) float64) []float64 {
			return column(func(s *Summary) float64 {
				if s.Scores[i] == nil {
					return math.NaN()
				}
				return get(s.Scores[i])
			})
		}
		add(Scores[i].Name+"_mean", of(func(v *Spread) float64 { return v.Mean }))
		add(Scores[i].Name+"_sd", of(func(v *Spread) float64 {
			if v.N < 2 {
				return math.NaN()
			}
			return v.Sd
		}))
		add(Scores[i].Name+"_best", of(func(v *Spread) float64 { return v.Best }))
	}
	return arrays
}

// WriteJSON writes it as one object.
func (t *Settings) WriteJSON(w io.Writer) error {
	type line struct {
		Point    int                `json:"point"`
		Set      map[string]any     `json:"set"`
		Finished int                `json:"finished"`
		Failed   int                `json:"failed"`
		Scores   map[string]*Spread `json:"scores"`
	}
	out := struct {
		Over     string `json:"over"`
		Best     int    `json:"best_point,omitempty"` // its setting is the best
		By       string `json:"best_by,omitempty"`    // this score
		Open     bool   `json:"test_part_open"`
		Missing  int    `json:"chunks_missing"`
		Settings []line `json:"settings"`
	}{Over: t.Over, Open: t.Open, Missing: t.Missing, Settings: []line{}}
	if score, best := t.Choose(); best != nil {
		out.Best, out.By = best.Point, Scores[score].Name
	}
	for _, s := range t.List {
		l := line{Point: s.Point, Set: map[string]any{}, Finished: s.Finished, Failed: s.Failed, Scores: map[string]*Spread{}}
		for i, a := range t.Axes {
			l.Set[a.Key] = a.plain(s.Values[i])
		}
		for i, v := range s.Scores {
			if v != nil {
				l.Scores[Scores[i].Name] = v
			}
		}
		out.Settings = append(out.Settings, l)
	}
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}
