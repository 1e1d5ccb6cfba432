package rule

import (
	"encoding/binary"
	"math"
	"math/rand/v2"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/task"
)

// SPSA is simultaneous perturbation (Spall 1992): every parameter is made a little larger or smaller at random, all at once, and
// then the other way round; the difference of the two losses, shared out to all, is dL/dtheta on average over the draws. It
// reads outputs alone and costs two loads a sample, however many parameters there are, but M parameters take about M draws.
type SPSA struct {
	Step float64 // change as a share of a parameter, or of what the rig measures it by; 0: 0.01
	Seed uint64

	step   int
	k, try []float64
}

var (
	_ learn.Stepping = (*SPSA)(nil)
	_ learn.Changing = (*SPSA)(nil)
)

// Name implements learn.Rule.
func (*SPSA) Name() string { return "simultaneous perturbation" }

// AtStep implements learn.Stepping: a step has its own draw, whatever was drawn before.
func (r *SPSA) AtStep(step int) { r.step = step }

// Looks implements learn.Changing.
func (*SPSA) Looks(int) (loads, settings int) { return 2, 2 }

// Gradient implements learn.Rule. The loss that it returns is the mean of the two.
func (r *SPSA) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	share := r.Step
	if share == 0 {
		share = 0.01
	}
	r.k = append(r.k[:0], rig.Stiffness()...)
	r.try = append(r.try[:0], r.k...)
	var seed [32]byte
	binary.LittleEndian.PutUint64(seed[:], r.Seed)
	binary.LittleEndian.PutUint64(seed[8:], uint64(r.step))
	random := rand.New(rand.NewChaCha8(seed))
	units := learn.Units(rig)
	for i := range units {
		if units[i] *= share; random.Uint64()&1 == 0 {
			units[i] = -units[i]
		}
	}
	var value [2]float64
	for side, sign := range [2]float64{1, -1} {
		for i, k := range r.k {
			r.try[i] = learn.Within(rig, i, k+sign*units[i])
		}
		err := rig.SetStiffness(r.try)
		if err == nil {
			value[side], err = learn.MeanLoss(rig, loss, batch)
		}
		if err != nil {
			return 0, err
		}
	}
	for i, d := range units {
		apart := 2 * d
		if _, ranged := rig.(learn.Ranged); ranged {
			apart = learn.Within(rig, i, r.k[i]+d) - learn.Within(rig, i, r.k[i]-d)
		}
		if g[i] = 0; apart != 0 {
			g[i] = (value[0] - value[1]) / apart
		}
	}
	if err := rig.SetStiffness(r.k); err != nil {
		return 0, err
	}
	if middle := (value[0] + value[1]) / 2; !math.IsNaN(middle) {
		return middle, nil
	}
	return math.NaN(), task.ErrStill
}
