package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
)

// Networks that answer together answer by the mean of their logits, computed here from what each says by itself.
func TestEvalTogether(t *testing.T) {
	t.Chdir(t.TempDir())
	ask := func(into any, want int, words ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := Main(append(words, "--json"), strings.NewReader(""), &out, &errs); code != want {
			t.Fatalf("%v: exit code %d\n%s", words, code, errs.String())
		}
		if err := json.Unmarshal(out.Bytes(), into); err != nil {
			t.Fatal(err)
		}
		return errs.String()
	}
	if err := os.WriteFile("hubs.yaml", []byte(`elastrain: 1
hubs: {number: 10, branches: 4, features: 13, outputs: 6}
task: {kind: classification, data: wine, loss: softmax, sharpness: 0.5 /mm, split: 50 %}
learn: {scale: log, rate: 0.1, batch: 20, epochs: 3}
`), 0o666); err != nil {
		t.Fatal(err)
	}
	var none any
	sharpness := []float64{500, 2000}
	ask(&none, 0, "train", "hubs.yaml", "--no-figures", "--out", "a")
	ask(&none, 0, "train", "hubs.yaml", "task.sharpness=2 /mm", "hubs.number=20", "learn.rate=0.2", "--no-figures", "--out", "b")
	ask(&none, 0, "train", "hubs.yaml", "seed=2", "learn.epochs=1", "--no-figures", "--out", "c")
	var alone [2]evaluated
	ask(&alone[0], 0, "eval", "a", "--rows")
	ask(&alone[1], 0, "eval", "b", "--rows")
	right, loss := 0, 0.0
	for i := range alone[0].Rows {
		z, sum, class := make([]float64, 3), 0.0, 0
		for c := range z {
			for r := range alone {
				z[c] += sharpness[r] * math.Abs(alone[r].Rows[i].Outputs[c]) / 2
			}
			if z[c] > z[class] {
				class = c
			}
		}
		truth := alone[0].Rows[i].True
		for c := range z {
			sum += math.Exp(z[c] - z[class])
		}
		for c, name := range alone[0].Classes {
			if name == truth {
				loss += (math.Log(sum) + z[class] - z[c]) / float64(len(alone[0].Rows))
			}
		}
		if alone[0].Classes[class] == truth {
			right++
		}
	}
	var both evaluated
	ask(&both, 0, "eval", "a", "b")
	if want := float64(right) / float64(len(alone[0].Rows)); *both.Accuracy != want || math.Abs(*both.Loss-loss) > 1e-12 {
		t.Errorf("together %g with a loss of %g, not %g and %g", *both.Accuracy, *both.Loss, want, loss)
	}
	if both.Each[0] != *alone[0].Accuracy || both.Each[1] != *alone[1].Accuracy || len(both.Together) != 2 {
		t.Errorf("each %v of %v, and alone %g and %g", both.Each, both.Together, *alone[0].Accuracy, *alone[1].Accuracy)
	}
	if *alone[0].Loss == *alone[1].Loss {
		t.Error("both runs are the same")
	}
	if said := ask(&none, 2, "eval", "a", "c"); !strings.Contains(said, "other test samples") {
		t.Errorf("a run of another split is not refused by what it has: %s", said)
	}
}
