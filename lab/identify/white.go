package identify

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// whitening takes errors that all displacements of a case share out of residuals, which were divided by the error that each has
// by itself: with W the shared ones, so divided, it is (I + W W^T)^(-1/2) = I - U c U^T.
type whitening struct {
	u *mat.Dense // orthonormal columns; seen x shared
	c []float64
}

// whiten is that of a case, nil where it shares no errors.
func (f *fit) whiten(c *Case, seen []int, sigma []float64) *whitening {
	if len(c.Shared) == 0 || len(seen) == 0 {
		return nil
	}
	w := mat.NewDense(len(seen), len(c.Shared), nil)
	row := 0
	for i, unknown := range f.m.eq.C.Unknown {
		if unknown >= 0 && !math.IsNaN(c.Moved[i]) {
			for at, shared := range c.Shared {
				w.Set(row, at, shared[i]/sigma[row])
			}
			row++
		}
	}
	var svd mat.SVD
	if !svd.Factorize(w, mat.SVDThin) {
		return nil // not of finite numbers, which check sees to
	}
	out := &whitening{u: new(mat.Dense)}
	svd.UTo(out.u)
	for _, s := range svd.Values(nil) {
		out.c = append(out.c, 1-1/math.Sqrt(1+s*s))
	}
	return out
}

// vector whitens residuals.
func (w *whitening) vector(r *mat.VecDense) {
	var along, off mat.VecDense
	along.MulVec(w.u.T(), r)
	for i, c := range w.c {
		along.SetVec(i, c*along.AtVec(i))
	}
	off.MulVec(w.u, &along)
	r.SubVec(r, &off)
}

// rows whitens derivatives of residuals.
func (w *whitening) rows(j *mat.Dense) {
	if w == nil {
		return
	}
	var along, off mat.Dense
	along.Mul(w.u.T(), j)
	_, n := along.Dims()
	for i, c := range w.c {
		for at := range n {
			along.Set(i, at, c*along.At(i, at))
		}
	}
	off.Mul(w.u, &along)
	j.Sub(j, &off)
}
