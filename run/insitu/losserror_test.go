package insitu

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
)

// The error of a measured loss is the scatter of the loss over specimens that differ in nothing but the noise of the camera.
func TestMeasuredLossHasItsError(t *testing.T) {
	sketched(t)
	n, least, most := 20, 0.6, 1.7 // the scatter of 20 is known to 16 %
	if many, err := strconv.Atoi(os.Getenv("ELASTRAIN_LOSS_ERRORS")); err == nil {
		n, least, most = many, 1-3/math.Sqrt(2*float64(many)), 1+3/math.Sqrt(2*float64(many))
	}
	count := float64(n)
	for _, loads := range []string{"samples", "ports"} {
		var mean, square, said float64
		for seed := range n {
			dir := t.TempDir()
			if _, _, err := train(nil, dir, onTwin, fmt.Sprintf("seed=%d", seed+1), "lab.steps=1", "lab.protocol.loads="+loads, "lab.protocol.repeats=1",
				"lab.twin={noise: 6 um, quantum: 0 N, scatter: 0 %, deformation: linear}"); err != nil {
				t.Fatal(err)
			}
			r, err := Load(atomicfile.OS{}, filepath.Join(dir, "a"))
			if err != nil {
				t.Fatal(err)
			}
			loss, sigma, err := r.Lab.MeasuredLoss(r.Log, 0)
			if err != nil || math.Abs(loss-r.Log.Steps[0].Loss) > 1e-12*loss {
				t.Fatalf("loss %g, recorded %g, %v", loss, r.Log.Steps[0].Loss, err)
			}
			mean, square, said = mean+loss/count, square+loss*loss/count, said+sigma/count
		}
		scatter := math.Sqrt((square - mean*mean) * count / (count - 1))
		if ratio := said / scatter; !(ratio > least && ratio < most) {
			t.Errorf("loads %s: the loss scatters by %.3g, and its error is said to be %.3g", loads, scatter, said)
		}
		t.Logf("loads %s: loss %.4g, scatter %.3g, said %.3g", loads, mean, scatter, said)
	}
}
