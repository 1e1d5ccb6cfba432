package linear

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/task/data"
)

func load(t testing.TB, name string) *data.Table {
	t.Helper()
	table, err := data.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// thirds holds out every third row, as testdata/make.py does.
func thirds(t testing.TB, name string) (train, test *Set) {
	t.Helper()
	table := load(t, name)
	var rest, held []int
	for i := range table.Rows() {
		if i%3 == 0 {
			held = append(held, i)
		} else {
			rest = append(rest, i)
		}
	}
	return Of(table, nil, rest), Of(table, nil, held)
}

// TestLikeScikitLearn holds weights and answers against those of scikit-learn 1.2.1 (testdata/make.py).
func TestLikeScikitLearn(t *testing.T) {
	text, err := os.ReadFile("testdata/sklearn.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Data    string
		Model   string
		Train   int `json:"train_right"`
		Test    int `json:"test_right"`
		Weights []float64
		Bias    []float64
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) != 12 {
		t.Fatalf("%d cases, not 12", len(cases))
	}
	for _, c := range cases {
		t.Run(c.Data+" "+c.Model, func(t *testing.T) {
			train, test := thirds(t, c.Data)
			var model *Classifier
			tolerance := 1e-6
			if kind, strength, ok := strings.Cut(c.Model, " "); ok && kind == "logistic" {
				value, err := strconv.ParseFloat(strength, 64)
				if err != nil {
					t.Fatal(err)
				}
				tolerance = 1e-4
				model, err = Logistic(train, value)
				if err != nil {
					t.Fatal(err)
				}
			} else if model, err = Discriminant(train); err != nil {
				t.Fatal(err)
			}
			if got := model.Right(train); got != c.Train {
				t.Errorf("%d training samples right, scikit-learn %d", got, c.Train)
			}
			if got := model.Right(test); got != c.Test {
				t.Errorf("%d test samples right, scikit-learn %d", got, c.Test)
			}
			weights, bias := centred(model)
			compare(t, "weights", weights[:len(c.Weights)], c.Weights, tolerance)
			compare(t, "bias", bias, c.Bias, tolerance)
		})
	}
}

// centred is weights and biases less their mean over classes.
func centred(c *Classifier) (weights, bias []float64) {
	weights, bias = slices.Clone(c.Weights), slices.Clone(c.Bias)
	for a := range c.P + 1 {
		column := func(k int) *float64 {
			if a == c.P {
				return &bias[k]
			}
			return &weights[k*c.P+a]
		}
		mean := 0.0
		for k := range c.Classes {
			mean += *column(k) / float64(c.Classes)
		}
		for k := range c.Classes {
			*column(k) -= mean
		}
	}
	return weights, bias
}

func compare(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	most, off := 0.0, 0.0
	for i, v := range want {
		most = max(most, math.Abs(v))
		off = max(off, math.Abs(got[i]-v))
	}
	if !(off <= tolerance*most) {
		t.Errorf("%s differ by %.2g of the largest", what, off/most)
	}
}

// TestSlopes holds the derivative of the loss against differences, with two classes and with three.
func TestSlopes(t *testing.T) {
	for _, name := range []string{"iris", "breast-cancer"} {
		train, _ := thirds(t, name)
		f, err := newFit(train)
		if err != nil {
			t.Fatal(err)
		}
		f.decay = 0.1
		for j := range f.x {
			f.x[j] = math.Sin(float64(3 * j))
		}
		g, none := make([]float64, len(f.x)), make([]float64, len(f.x))
		if _, err := f.Eval(f.x, g); err != nil {
			t.Fatal(err)
		}
		for j := range f.x {
			const h = 1e-5
			at := f.x[j]
			f.x[j] = at + h
			above, _ := f.Eval(f.x, none)
			f.x[j] = at - h
			below, _ := f.Eval(f.x, none)
			f.x[j] = at
			if d := (above - below) / (2 * h); math.Abs(d-g[j]) > 1e-8 {
				t.Errorf("%s: slope %d is %g, by differences %g", name, j, g[j], d)
			}
		}
	}
}

// TestExclusiveOr: no plane tells exclusive or apart, and one does once the product of both features is one too.
func TestExclusiveOr(t *testing.T) {
	xor := &Set{N: 4, P: 2, Classes: 2, X: []float64{0, 0, 0, 1, 1, 0, 1, 1}, Class: []int32{0, 1, 1, 0}}
	plain, err := Logistic(xor, 1e3)
	if err != nil {
		t.Fatal(err)
	}
	if right := plain.Right(xor); right > 3 {
		t.Errorf("a plane answers %d of 4 rows of exclusive or", right)
	}
	more, err := xor.WithProducts()
	if err != nil {
		t.Fatal(err)
	}
	square, err := Logistic(more, 1e3)
	if err != nil {
		t.Fatal(err)
	}
	if right := square.Right(more); right != 4 {
		t.Errorf("with products %d of 4 rows of exclusive or", right)
	}
}

// TestFolds: every sample is in one fold, and every class is dealt evenly.
func TestFolds(t *testing.T) {
	train, _ := thirds(t, "wine")
	folds, err := train.Folds(5, 7)
	if err != nil {
		t.Fatal(err)
	}
	seen := make([]int, train.N)
	for c := range train.Classes {
		least, most := train.N, 0
		for _, fold := range folds {
			n := 0
			for _, i := range fold {
				if int(train.Class[i]) == c {
					n++
					seen[i]++
				}
			}
			least, most = min(least, n), max(most, n)
		}
		if most-least > 1 {
			t.Errorf("class %d has %d to %d samples a fold", c, least, most)
		}
	}
	for i, n := range seen {
		if n != 1 {
			t.Fatalf("sample %d is in %d folds", i, n)
		}
	}
	if _, err := train.Folds(1, 7); err == nil {
		t.Error("one fold is taken")
	}
}

// TestCeilingOfIris: cross-validated ceilings of Iris are where the literature has them, and the same again.
func TestCeilingOfIris(t *testing.T) {
	table := load(t, "iris")
	rows := make([]int, table.Rows())
	for i := range rows {
		rows[i] = i
	}
	all := Of(table, nil, rows)
	lda, err := CrossValidate(all, 5, 1, Discriminant)
	if err != nil {
		t.Fatal(err)
	}
	if lda < 0.97 || lda > 0.99 {
		t.Errorf("cross-validated discriminant analysis of Iris: %.4f; 0.98 is known", lda)
	}
	c, logistic, err := ChooseC(all, Strengths, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	if logistic < 0.95 || logistic > 0.99 {
		t.Errorf("cross-validated logistic regression of Iris: %.4f with C = %g", logistic, c)
	}
	again, same, err := ChooseC(all, Strengths, 5, 1)
	if err != nil || again != c || same != logistic {
		t.Errorf("chosen again: C = %g, %.4f, %v; first %g, %.4f", again, same, err, c, logistic)
	}
}

// TestAbsent: a class without training samples is never answered; samples of one class are refused.
func TestAbsent(t *testing.T) {
	s := &Set{N: 5, P: 1, Classes: 4, X: []float64{0, 0.1, 1, 1.2, 1.1}, Class: []int32{1, 1, 3, 3, 3}}
	lda, err := Discriminant(s)
	if err != nil {
		t.Fatal(err)
	}
	logistic, err := Logistic(s, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*Classifier{lda, logistic} {
		for _, x := range []float64{-100, 0, 1, 100} {
			if k, _ := c.Predict([]float64{x}); k != 1 && k != 3 {
				t.Errorf("class %d is answered at %g", k, x)
			}
		}
		if c.Right(s) != 5 {
			t.Errorf("%d of 5 right", c.Right(s))
		}
	}
	if _, err := Logistic(s.Pick([]int{0, 1}), 1); err == nil {
		t.Error("one class is told apart")
	}
	if _, err := Discriminant(s.Pick([]int{0, 2})); err == nil {
		t.Error("one sample a class has a variance")
	}
	if _, err := Logistic(&Set{N: 2, P: 1, Classes: 2, X: []float64{0, math.NaN()}, Class: []int32{0, 1}}, 1); err == nil {
		t.Error("NaN is fitted")
	}
}
