package passport

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// mostNumbers is how many a covariance array holds: 32 MB, of which fits that are less likely go first.
const mostNumbers = 1 << 22

// Written is a passport as files.
type Written struct {
	Text   []byte // of the passport itself
	Name   string // of the arrays beside it; "": it has none
	Arrays []byte
}

// Write makes the files of a passport of a network, whose arrays are called after stem. Stiffnesses and errors of bonds and
// marks are taken from the first of the fits; the file says everything else already.
func Write(about spec.Passport, net *network.Network, fits []Fit, stem string) (*Written, error) {
	p := &Passport{Passport: about, elements: len(net.Elements), nodes: net.Nodes()}
	p.Version, p.Network = spec.PassportVersion, Hash(net)
	p.Bonds, p.Marks = slices.Clone(p.Bonds), slices.Clone(p.Marks)
	n, first := len(p.Bonds), &fits[0]
	size := len(first.Mean)
	sd := func(i int) float64 { return six(math.Sqrt(first.Covariance.At(i, i))) }
	wanders := size == 2*n+len(p.Marks)
	for i := range p.Bonds {
		b := &p.Bonds[i]
		b.Sigma = sd(i)
		if b.Stiffness = six(b.Asked * math.Exp(first.Mean[i])); b.Damage == "cut" {
			b.Stiffness = 0
		}
		if wanders {
			b.Wanders, b.Wander = six(first.Mean[n+i]), sd(n+i)
		}
	}
	for i := range p.Marks {
		at := size - len(p.Marks) + i
		p.Marks[i].Gain, p.Marks[i].Sigma = six(math.Exp(first.Mean[at])), sd(at)
	}
	w := &Written{}
	if size > most {
		p.Joint = spec.PassportJoint{Common: six(shared(first.Covariance, n))}
		w.Text = p.Text()
		return w, nil
	}
	fits = fits[:min(len(fits), max(1, mostNumbers/(size*size)))]
	var weight, mean, covariance []float64
	for _, f := range fits {
		weight, mean = append(weight, f.Weight), append(mean, f.Mean...)
		for i := range size {
			for j := range size {
				covariance = append(covariance, f.Covariance.At(i, j))
			}
		}
	}
	var out bytes.Buffer
	if err := npz.Write(&out, []npz.Array{npz.Float64s("weight", weight, len(fits)), npz.Float64s("mean", mean, len(fits), size), npz.Float64s("covariance", covariance, len(fits), size, size)}); err != nil {
		return nil, fmt.Errorf("the arrays of the passport: %w", err)
	}
	sum := sha256.Sum256(out.Bytes())
	text := hex.EncodeToString(sum[:])
	w.Name, w.Arrays = stem+"-"+text[:8]+".npz", out.Bytes()
	p.Joint = spec.PassportJoint{File: w.Name, SHA256: text}
	w.Text = p.Text()
	return w, nil
}

// six is a number with six digits, as people read it; the arrays have all.
func six(v float64) float64 {
	out, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	if err != nil {
		return v
	}
	return out
}

// shared is the deviation of the error that n bonds share, from the mean of what hangs together.
func shared(covariance *mat.SymDense, n int) float64 {
	if n < 2 {
		return 0
	}
	sum := 0.0
	for i := range n {
		for j := range i {
			sum += covariance.At(i, j)
		}
	}
	return math.Sqrt(max(0, 2*sum/float64(n*(n-1))))
}
