package passport

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"path"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// Passport is one that was read, for a network.
type Passport struct {
	spec.Passport
	elements, nodes int
	fits            []fit
	lower           []*mat.TriDense // of the covariance of each, once it is needed; nil where all errors are single
}

// fit is one explanation of the measurements: unknowns are ln of the share of every bond, then the change of it in a day
// where bonds wander, then ln of every mark, in the order of the passport.
type fit struct {
	weight     float64
	mean       []float64
	covariance *mat.SymDense // nil: each by itself, but for what all bonds share
}

// Fit is one explanation, for New.
type Fit struct {
	Weight     float64
	Mean       []float64
	Covariance *mat.SymDense
}

// Specimen is a lattice that a passport allows. Shares are of the stiffness that is asked for.
type Specimen struct {
	Share []float64 // of every element; 0: it is cut; len elements
	Rate  []float64 // change of ln of it in a day; len elements
	Mark  []float64 // how far every node is seen to move by how far it moves; len nodes
}

// Hash names a network: its nodes, bonds and supports, cut bonds among them.
func Hash(net *network.Network) string {
	whole := net.Clone()
	for i := range whole.Elements {
		whole.Elements[i].Cut = false
	}
	sum := whole.Hash()
	return hex.EncodeToString(sum[:])
}

// most is the unknowns whose covariance a passport holds; of larger ones it holds what all bonds share.
const most = 1500

// wanders reports whether bonds change with time.
func (p *Passport) wanders() bool {
	for i := range p.Bonds {
		if p.Bonds[i].Wanders != 0 || p.Bonds[i].Wander != 0 {
			return true
		}
	}
	return false
}

// unknowns is how many there are.
func (p *Passport) unknowns() int {
	n := len(p.Bonds) + len(p.Marks)
	if p.wanders() {
		n += len(p.Bonds)
	}
	return n
}

// alone is the fit that the bonds and marks of the file say, each with its error.
func (p *Passport) alone() fit {
	f := fit{weight: 1, mean: make([]float64, 0, p.unknowns())}
	for _, b := range p.Bonds {
		v := math.Inf(-1)
		if b.Damage != "cut" {
			v = math.Log(b.Stiffness / b.Asked)
		}
		f.mean = append(f.mean, v)
	}
	if p.wanders() {
		for _, b := range p.Bonds {
			f.mean = append(f.mean, b.Wanders)
		}
	}
	for _, m := range p.Marks {
		f.mean = append(f.mean, math.Log(m.Gain))
	}
	return f
}

// sigmas are the deviations that belong to it.
func (p *Passport) sigmas() []float64 {
	s := make([]float64, 0, p.unknowns())
	for _, b := range p.Bonds {
		s = append(s, b.Sigma)
	}
	if p.wanders() {
		for _, b := range p.Bonds {
			s = append(s, b.Wander)
		}
	}
	for _, m := range p.Marks {
		s = append(s, m.Sigma)
	}
	return s
}

// Parse reads a passport for a network. Files reads what it names, beside it. Errors of the passport are spec.Errors.
func Parse(name string, text []byte, files func(name string) ([]byte, error), net *network.Network) (*Passport, error) {
	file, err := spec.ParsePassport(name, text)
	if err != nil {
		return nil, err
	}
	p := &Passport{Passport: file.Passport, elements: len(net.Elements), nodes: net.Nodes()}
	one := func(e *spec.Error) (*Passport, error) { return nil, spec.Errors{e} }
	if hash := Hash(net); p.Network != hash {
		return one(file.Errorf("E0907", "network", "this passport is of another lattice").WithLabel("the experiment has %s...", hash[:12]).
			WithHelp("nodes, bonds and supports must be those of the experiment that was measured; name the passport of this part, or identify it"))
	}
	has := make([]bool, p.elements)
	for i, b := range p.Bonds {
		if b.Bond > p.elements {
			return one(file.Errorf("E0907", fmt.Sprintf("bonds[%d].bond", i+1), "there is no bond %d", b.Bond).WithLabel("the bonds are 1 to %d", p.elements))
		}
		has[b.Bond-1] = true
	}
	for i, is := range has {
		if !is && !net.Elements[i].Cut {
			return one(file.Errorf("E0907", "bonds", "bond %d is missing", i+1).WithHelp("every bond that is not cut in the experiment needs its entry; identify the part again"))
		}
	}
	for i, m := range p.Marks {
		if m.Node > p.nodes {
			return one(file.Errorf("E0907", fmt.Sprintf("marks[%d].node", i+1), "there is no node %d", m.Node).WithLabel("the nodes are 1 to %d", p.nodes))
		}
	}
	if p.Joint.File == "" {
		p.fits = []fit{p.alone()}
		return p, nil
	}
	if path.Base(p.Joint.File) != p.Joint.File {
		return one(file.Errorf("E0907", "joint.file", "the arrays of a passport lie beside it").WithHelp("write the name of a file, without a directory"))
	}
	data, err := files(path.Join(path.Dir(name), p.Joint.File))
	if err != nil {
		return one(file.Errorf("E0907", "joint.file", "cannot read %s: %v", p.Joint.File, err).
			WithHelp("put it beside the passport; without `joint` every bond has its error by itself, and predictions have wider bars"))
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != p.Joint.SHA256 {
		return one(file.Errorf("E0907", "joint.sha256", "%s is not the file that belongs to this passport", p.Joint.File).WithLabel("its SHA-256 is %s...", got[:12]).
			WithHelp("put the right file there, or identify the part again"))
	}
	if err := p.arrays(data); err != nil {
		return one(file.Errorf("E0907", "joint.file", "%s: %v", p.Joint.File, err).WithHelp("identify the part again, or leave `joint` out where the numbers of the bonds are right"))
	}
	return p, nil
}

// mostLog is the largest logarithm of a share, or change of it in a day, that is believed.
var mostLog = math.Log(spec.MostShare) + 1

// arrays reads the joint probability.
func (p *Passport) arrays(data []byte) error {
	all, err := npz.Read(bytes.NewReader(data), int64(len(data)), npz.Limits{Bytes: 1 << 28, Arrays: 10})
	if err != nil {
		return err
	}
	n := p.unknowns()
	get := func(name string, shape ...int) ([]float64, error) {
		a, err := npz.Find(all, name)
		if err != nil {
			return nil, err
		}
		v, ok := a.Data.([]float64)
		if !ok || len(a.Shape) != len(shape)+1 || a.Shape[0] < 1 || a.Shape[0] > 100 {
			return nil, fmt.Errorf("the array %s has the shape %v, and not that of up to 100 fits of %d unknowns", name, a.Shape, n)
		}
		for i, s := range shape {
			if a.Shape[i+1] != s {
				return nil, fmt.Errorf("the array %s has the shape %v, and not that of up to 100 fits of %d unknowns", name, a.Shape, n)
			}
		}
		for _, x := range v {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return nil, fmt.Errorf("the array %s has numbers that are not finite", name)
			}
		}
		return v, nil
	}
	weight, err := get("weight")
	if err != nil {
		return err
	}
	mean, err := get("mean", n)
	if err != nil {
		return err
	}
	covariance, err := get("covariance", n, n)
	if err != nil {
		return err
	}
	count, total := len(weight), 0.0
	if len(mean) != count*n || len(covariance) != count*n*n {
		return fmt.Errorf("its arrays are of different numbers of fits")
	}
	for _, w := range weight {
		if !(w > 0) {
			return fmt.Errorf("the weight of a fit is %g; it is above 0", w)
		}
		total += w
	}
	for c := range count {
		f := fit{weight: weight[c] / total, mean: mean[c*n : (c+1)*n], covariance: mat.NewSymDense(n, nil)}
		for i := range n {
			for j := i; j < n; j++ {
				v, other := covariance[(c*n+i)*n+j], covariance[(c*n+j)*n+i]
				if math.Abs(v-other) > 1e-6*math.Abs(v) {
					return fmt.Errorf("the covariance of fit %d has %g for %s with %s, and %g the other way", c+1, v, p.called(i), p.called(j), other)
				}
				if own, its := covariance[(c*n+i)*n+i], covariance[(c*n+j)*n+j]; v*v > own*its*(1+1e-9) {
					return fmt.Errorf("the covariance of fit %d has %g for %s with %s, which vary by %g and %g alone", c+1, v, p.called(i), p.called(j), own, its)
				}
				f.covariance.SetSym(i, j, v)
			}
			if sd := f.covariance.At(i, i); !(sd >= 0 && sd <= 100) || !(math.Abs(f.mean[i]) <= mostLog) {
				return fmt.Errorf("fit %d has %g for %s with a variance of %g, which no part has", c+1, f.mean[i], p.called(i), sd)
			}
		}
		p.fits = append(p.fits, f)
	}
	alone, sigmas := p.alone(), p.sigmas()
	for i, v := range p.fits[0].mean {
		said := alone.mean[i]
		if i < len(p.Bonds) && p.Bonds[i].Damage == "cut" {
			continue
		}
		sd := math.Sqrt(p.fits[0].covariance.At(i, i))
		if math.Abs(v-said) > 1e-3*(sigmas[i]+1e-6)+2e-5 || !(math.Abs(sd-sigmas[i]) <= 1e-3*sigmas[i]+1e-9) {
			return fmt.Errorf("it has %g for %s with a deviation of %.4g, and the passport %g with %.4g", v, p.called(i), sd, said, sigmas[i])
		}
	}
	p.lower = make([]*mat.TriDense, len(p.fits))
	return nil
}

// called names an unknown.
func (p *Passport) called(i int) string {
	switch n := len(p.Bonds); {
	case i < n:
		return fmt.Sprintf("ln of the share of bond %d", p.Bonds[i].Bond)
	case p.wanders() && i < 2*n:
		return fmt.Sprintf("the wandering of bond %d", p.Bonds[i-n].Bond)
	default:
		return fmt.Sprintf("ln of the mark of node %d", p.Marks[len(p.Marks)-(p.unknowns()-i)].Node)
	}
}

// Mean is the most probable specimen.
func (p *Passport) Mean() *Specimen { return p.specimen(p.fits[0].mean) }

// specimen is that of some unknowns.
func (p *Passport) specimen(v []float64) *Specimen {
	s := &Specimen{Share: make([]float64, p.elements), Rate: make([]float64, p.elements), Mark: make([]float64, p.nodes)}
	for i := range s.Share {
		s.Share[i] = 1
	}
	for i := range s.Mark {
		s.Mark[i] = 1
	}
	n := len(p.Bonds)
	for i, b := range p.Bonds {
		s.Share[b.Bond-1] = math.Exp(v[i])
		if b.Damage == "cut" {
			s.Share[b.Bond-1] = 0
		} else if p.wanders() {
			s.Rate[b.Bond-1] = v[n+i]
		}
	}
	for i, m := range p.Marks {
		s.Mark[m.Node-1] = math.Exp(v[len(v)-len(p.Marks)+i])
	}
	return s
}

// Draw is one of the specimens that the passport allows.
func (p *Passport) Draw(random *rand.Rand) (*Specimen, error) {
	c, at := 0, random.Float64()
	for c < len(p.fits)-1 && at >= p.fits[c].weight {
		at -= p.fits[c].weight
		c++
	}
	f := &p.fits[c]
	v := make([]float64, len(f.mean))
	if f.covariance == nil {
		shared := random.NormFloat64()
		for i, sd := range p.sigmas() {
			v[i] = f.mean[i]
			if i < len(p.Bonds) {
				common := min(p.Joint.Common, sd)
				v[i] += common * shared
				sd = math.Sqrt(sd*sd - common*common)
			}
			v[i] += sd * random.NormFloat64()
		}
		return p.specimen(v), nil
	}
	if p.lower[c] == nil {
		var chol mat.Cholesky
		if !chol.Factorize(f.covariance) {
			return nil, fmt.Errorf("the covariance in %s is not positive definite; identify the part again", p.Joint.File)
		}
		p.lower[c] = mat.NewTriDense(len(v), mat.Lower, nil)
		chol.LTo(p.lower[c])
	}
	z := make([]float64, len(v))
	for i := range z {
		z[i] = random.NormFloat64()
	}
	for i := range v {
		v[i] = f.mean[i]
		for j := range i + 1 {
			v[i] += p.lower[c].At(i, j) * z[j]
		}
	}
	return p.specimen(v), nil
}

// Unknowns names what the passport knows with errors.
func (p *Passport) Unknowns() []string {
	names := make([]string, p.unknowns())
	for i := range names {
		n := len(p.Bonds)
		switch {
		case i < n:
			names[i] = fmt.Sprintf("stiffness of bond %d", p.Bonds[i].Bond)
		case p.wanders() && i < 2*n:
			names[i] = fmt.Sprintf("wandering of bond %d", p.Bonds[i-n].Bond)
		default:
			names[i] = fmt.Sprintf("mark of node %d", p.Marks[len(p.Marks)-(len(names)-i)].Node)
		}
	}
	return names
}

// Covariance is that of all unknowns by the most probable fit.
func (p *Passport) Covariance() *mat.SymDense {
	if c := p.fits[0].covariance; c != nil {
		return c
	}
	s := p.sigmas()
	c := mat.NewSymDense(len(s), nil)
	for i, sd := range s {
		c.SetSym(i, i, sd*sd)
		for j := range min(i, len(p.Bonds)) {
			if i < len(p.Bonds) {
				c.SetSym(i, j, min(p.Joint.Common, sd)*min(p.Joint.Common, s[j]))
			}
		}
	}
	return c
}

// Beside is the most probable specimen with one unknown off by so much.
func (p *Passport) Beside(unknown int, off float64) *Specimen {
	v := append([]float64(nil), p.fits[0].mean...)
	v[unknown] += off
	return p.specimen(v)
}
