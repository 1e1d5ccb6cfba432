package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/sweep"
)

// asking opens a sweep that is asked.
func asking(t *testing.T, dir string) (*sweep.Sweep, *sweep.Asker, func()) {
	t.Helper()
	q := request(t, "../examples/chain.yaml", dir, "learn={method: adam, rate: 0.1, epochs: 9}")
	q.Way = sweep.Way{Name: sweep.Asked}
	s, err := sweep.Open(context.Background(), q)
	check(t, err)
	a, err := s.Asker(experiment.Options{})
	check(t, err)
	return s, a, func() { check(t, errors.Join(a.Close(), s.Close())) }
}

func ask(t *testing.T, a *sweep.Asker, q sweep.Question) sweep.Found {
	t.Helper()
	q, err := a.Setting(q)
	check(t, err)
	found, err := a.Ask(context.Background(), q)
	check(t, err)
	return found
}

// An answer says what `train` of that setting says, to the last bit, also where it goes on from fewer epochs; what was asked before, in whatever words, is
// answered without training, by another process too; a journal that was cut anywhere answers what is left and trains the rest again, to the same.
func TestAsked(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	s, a, closes := asking(t, dir)
	questions := []sweep.Question{{ID: "1", Set: []string{"learn.rate=0.01"}, Epochs: 3}, {ID: "2", Set: []string{"learn.rate=0.02"}}, {ID: "1", Epochs: 7}, {ID: "1", Epochs: 5}}
	var answers []sweep.Found
	for i, q := range questions {
		found := ask(t, a, q)
		rate, epochs := []string{"0.01", "0.02", "0.01", "0.01"}[i], []int{3, 9, 7, 5}[i]
		at := s.Plan.At(0)
		at.Overrides = append(at.Overrides, "learn.rate="+rate, fmt.Sprintf("learn.epochs=%d", epochs))
		file, err := s.File(at)
		check(t, err)
		if alone := trainedAlone(t, file); found.Known || found.Row.Epochs != epochs || *found.Row.Loss != alone.Loss || found.Row.Point != i+1 {
			t.Errorf("question %d: %+v, and alone %g", i, found, alone.Loss)
		}
		answers = append(answers, found)
	}
	if answers[0].Run != answers[2].Run || answers[0].Run == answers[3].Run || answers[0].Run == answers[1].Run {
		t.Errorf("runs %s, %s, %s, %s", answers[0].Run, answers[1].Run, answers[2].Run, answers[3].Run)
	}
	if found := ask(t, a, sweep.Question{ID: `"x"`, Set: []string{"learn.rate=1e-2"}, Epochs: 7}); !found.Known || *found.Row.Loss != *answers[2].Row.Loss {
		t.Errorf("in other words: %+v", found)
	}
	closes()
	path := filepath.Join(dir, "asked.jsonl")
	text, err := os.ReadFile(path)
	check(t, err)
	for cut := len(text); cut >= 0; cut -= 1 + len(text)/7 {
		check(t, os.WriteFile(path, text[:cut], 0o666))
		_, a, closes := asking(t, dir)
		known := 0
		for i, q := range questions {
			q.Set = []string{"learn.rate=0.01"}
			if i == 1 {
				q.Set = []string{"learn.rate=0.02"}
			}
			found := ask(t, a, q)
			if found.Known {
				known++
			}
			if *found.Row.Loss != *answers[i].Row.Loss || found.Row.Epochs != answers[i].Row.Epochs || found.Row.Key != answers[i].Row.Key {
				t.Errorf("cut at %d, question %d: %+v, and before %+v", cut, i, found.Row, answers[i].Row)
			}
		}
		closes()
		if cut == len(text) != (known == len(questions)) {
			t.Errorf("cut at %d, %d are known", cut, known)
		}
	}
	table, err := sweep.LoadTable(nil, dir)
	check(t, err)
	n := 0
	_, err = table.Rows(func(r *sweep.Row) error {
		n++
		if r.Point != n || len(r.Values) != 1 {
			t.Errorf("row %d: %+v", n, r)
		}
		return nil
	})
	check(t, err)
	if n != len(questions) {
		t.Errorf("%d rows", n)
	}
}

// Asked for by many at once, each question is trained once.
func TestAskedAtOnce(t *testing.T) {
	_, a, closes := asking(t, filepath.Join(t.TempDir(), "s"))
	defer closes()
	var wait sync.WaitGroup
	var mu sync.Mutex
	trained, losses := map[string]int{}, map[string]float64{}
	for i := range 24 {
		wait.Go(func() {
			rate, epochs := []string{"0.1", "0.2", "0.3"}[i%3], 2+i%2*4
			found, err := a.Ask(context.Background(), sweep.Question{ID: fmt.Sprint(i), Set: []string{"learn.rate=" + rate}, Epochs: epochs})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			key := fmt.Sprint(rate, epochs)
			if !found.Known {
				trained[key]++
			}
			if was, ok := losses[key]; ok && was != *found.Row.Loss {
				t.Errorf("%s: %g and %g", key, was, *found.Row.Loss)
			}
			losses[key] = *found.Row.Loss
		})
	}
	wait.Wait()
	for key, n := range trained {
		if n != 1 {
			t.Errorf("%s is trained %d times", key, n)
		}
	}
	if len(trained) != 6 {
		t.Errorf("%v", trained)
	}
}

// What is wrong with a question is about that question: an id keeps its setting, a typing error may be mended, a failure is an answer.
func TestAskedWrongly(t *testing.T) {
	_, a, closes := asking(t, filepath.Join(t.TempDir(), "s"))
	defer closes()
	bad, err := a.Setting(sweep.Question{ID: "1", Set: []string{"learn.rat=1"}})
	check(t, err)
	var many spec.Errors
	if _, err := a.Ask(context.Background(), bad); !errors.As(err, &many) {
		t.Errorf("%v", err)
	}
	ask(t, a, sweep.Question{ID: "1", Set: []string{"learn.rate=0.3"}, Epochs: 1})
	var question *sweep.QuestionError
	if _, err := a.Setting(sweep.Question{ID: "1", Set: []string{"learn.rate=0.4"}}); !errors.As(err, &question) {
		t.Errorf("%v", err)
	}
	found := ask(t, a, sweep.Question{ID: "2", Set: []string{"bonds={stiffness: 20.. N/m}", "learn.rate=1e308"}})
	if found.Row.State != sweep.Failed || found.Row.Code != "E0702" {
		t.Errorf("%+v", found.Row)
	}
}
