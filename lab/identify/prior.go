package identify

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Prior is what is known of the stiffnesses before anything is measured: ln k is
// normal around ln Design.
type Prior struct {
	Design []float64 // N/m; len M
	Own    float64   // standard deviation of ln k of each bond by itself: 0.05 is about 5 %
	Common float64   // of an error that all bonds share, such as that of the modulus; may be 0

	Wander float64 // of the rate of ln k of each bond since it was set, 1/h; 0: it stays
	Marks  float64 // of ln of how far each mark is seen to move by how far it moves; 0: as far
	// Spreads are values for Own, each as likely as another before anything is measured; nil: it is known.
	Spreads []float64

	Crack float64 // chance that a bond is cracked: then ln k is normal around ln 0.3 with 1.2; 0: none is

	Watch func(Progress) // is told of every fit, where there are several; nil: nobody waits
}

// Progress is how far an estimate is that takes several fits. How many cracks are looked for is not known before.
type Progress struct {
	Round   int // from 1; displacements that are not small take more than one
	Spread  int // spreads that are done
	Spreads int // of so many
	Fits    int // of this round, so far
	Cracked int // bonds that the last fit took to be cracked
}

// SomeSpreads are those of printers and machines, from 1.5 to 15 %.
func SomeSpreads() []float64 { return []float64{0.015, 0.025, 0.04, 0.06, 0.1, 0.15} }

const (
	crackLeft   = 0.3 // of the stiffness of a bond that cracked, most likely
	crackSpread = 1.2 // standard deviation of ln of it: 0.03 to 3 times its design, by two of them
)

func (p *Prior) check(modes int) error {
	if len(p.Design) != modes {
		panic(fmt.Sprintf("identify: %d design stiffnesses for %d modes", len(p.Design), modes))
	}
	for i, k := range p.Design {
		if !(k > 0) || math.IsInf(k, 1) {
			return fmt.Errorf("the design stiffness of bond %d is %v N/m: a stiffness is positive and finite", i+1, k)
		}
	}
	if !(p.Own > 0) || p.Own > 10 || !(p.Common >= 0) || p.Common > 10 {
		return fmt.Errorf("the design is trusted to %v for each bond and %v for all together: give shares, such as 0.1 for 10 %%, the first above 0", p.Own, p.Common)
	}
	for _, own := range p.Spreads {
		if !(own > 0) || own > 10 {
			return fmt.Errorf("the spread of the bonds may be %v: give shares above 0, such as 0.1 for 10 %%", own)
		}
	}
	if !(p.Wander >= 0) || p.Wander > 10 || !(p.Marks >= 0) || p.Marks > 1 || !(p.Crack >= 0) || p.Crack > 0.5 {
		return fmt.Errorf("bonds wander by %v in an hour, marks are off by %v and %v of the bonds are cracked: give shares from 0, of the marks to 1 and of cracks to 0.5", p.Wander, p.Marks, p.Crack)
	}
	return nil
}

// precision is the inverse covariance of ln k of n bonds: each by itself and an error that all share (Sherman and Morrison).
// Bonds that cracked have a spread of their own.
func (p *Prior) precision(n int, cracked []int) *mat.SymDense {
	h := mat.NewSymDense(n, nil)
	own, common := 1/(p.Own*p.Own), 0.0
	if p.Common > 0 {
		ratio := p.Common * p.Common * own
		common = own * ratio / (1 + float64(n)*ratio)
	}
	if cracked != nil {
		return p.uneven(h, own, cracked)
	}
	for i := range n {
		for j := i; j < n; j++ {
			v := -common
			if i == j {
				v += own
			}
			h.SetSym(i, j, v)
		}
	}
	return h
}

// uneven is precision with bonds that cracked.
func (p *Prior) uneven(h *mat.SymDense, own float64, cracked []int) *mat.SymDense {
	n := h.SymmetricDim()
	w, sum := make([]float64, n), 0.0
	for i := range w {
		w[i] = own
	}
	for _, i := range cracked {
		w[i] = 1 / (crackSpread * crackSpread)
	}
	for _, v := range w {
		sum += v
	}
	shared := 0.0
	if p.Common > 0 {
		shared = 1 / (1/(p.Common*p.Common) + sum)
	}
	for i := range n {
		for j := i; j < n; j++ {
			v := -shared * w[i] * w[j]
			if i == j {
				v += w[i]
			}
			h.SetSym(i, j, v)
		}
	}
	return h
}

// unknowns is the whole prior: ln k of n bonds, then their rates, then ln of the marks; how many of each there are, its
// inverse covariance and its mean.
func (p *Prior) unknowns(n, marks int, cracked []int) (precision *mat.SymDense, mean []float64) {
	k := p.precision(n, cracked)
	size := n
	if p.Wander > 0 {
		size += n
	}
	if p.Marks > 0 {
		size += marks
	}
	mean = make([]float64, size)
	for _, i := range cracked {
		mean[i] = math.Log(crackLeft)
	}
	if size == n {
		return k, mean
	}
	precision = mat.NewSymDense(size, nil)
	for i := range n {
		for j := i; j < n; j++ {
			precision.SetSym(i, j, k.At(i, j))
		}
	}
	for i := n; i < size; i++ {
		sd := p.Marks
		if p.Wander > 0 && i < 2*n {
			sd = p.Wander
		}
		precision.SetSym(i, i, 1/(sd*sd))
	}
	return precision, mean
}
