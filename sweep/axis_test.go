package sweep_test

import (
	"testing"

	"github.com/elastrain/elastrain/sweep"
)

// Values are spread by logarithms where the word says so, or where their ends are positive and more than a factor of 10 apart.
func TestAxesInLogarithms(t *testing.T) {
	for word, want := range map[string]bool{
		"learn.rate=1e-3..1e-1": true, "learn.rate=0.01..0.05": false, "learn.rate=log:0.01..0.05": true, "learn.rate=lin:1e-3..1e-1": false,
		"learn.batch=4..64": true, "learn.batch=0..64": false, "learn.batch=4,64": true, "learn.batch=4,16": false, "learn.batch=4,64,all": false,
		"learn.rate=0,0.1,10": false, "learn.method=adam,momentum": false, "task.inputs[1].force=1..20 mN": true,
	} {
		a, err := sweep.ParseAxis(1, word, true)
		check(t, err)
		if a.Log() != want {
			t.Errorf("%s: in logarithms %v, want %v", word, a.Log(), want)
		}
	}
}
