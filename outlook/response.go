package outlook

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/mechanics"
)

// Response is the map S from inputs to outputs of a lattice of linear springs, at the start and in networks drawn at
// random from the ranges of what learns.
type Response struct {
	Networks int       `json:"networks"` // looked at
	Entries  int       `json:"entries"`
	Rank     int       `json:"rank"`            // the largest seen
	Singular []float64 `json:"singular_values"` // at the start, as shares of the largest
	Learn    int       `json:"stiffnesses_that_learn"`
	Movable  int       `json:"movable"` // rank of dS/dk: entries that stiffnesses move independently
	// How far the ranges move S along each independent direction, to first order, as shares of its size.
	Moves  []float64 `json:"moves,omitempty"`
	Signed int       `json:"entries_of_one_sign"` // in all networks
	Still  []string  `json:"outputs_never_moved,omitempty"`
	Unfelt []string  `json:"inputs_never_felt,omitempty"`
	Alike  []string  `json:"outputs_alike,omitempty"`
	Mixed  []string  `json:"inputs_alike,omitempty"`
	Equal  []string  `json:"reciprocal_entries,omitempty"`

	Bonds      int `json:"bonds"` // springs to ground among them
	Unknowns   int `json:"unknowns"`
	SelfStress int `json:"states_of_self_stress"`
}

// Bounds of the work on responses, in numbers of bonds times ports.
const (
	mostNetworks = 2e6 // up to which many networks are looked at
	mostEntries  = 600 // of S, up to which its derivative is taken
	vanishing    = 1e-11
)

// drawn are the stiffnesses of a network from the ranges, every one evenly in its logarithm.
func (l *looking) drawn(k []float64, random *rand.Rand) {
	d := l.x.Design
	d.Init(k)
	for _, i := range d.Free {
		lo, hi := d.Lo[i], d.Hi[i]
		if math.IsInf(hi, 1) {
			hi = 10 * d.Start[i]
		}
		if !(lo > 0) {
			lo = math.Min(d.Start[i], hi) / 10
		}
		k[i] = d.Gain[i] * lo * math.Pow(hi/lo, random.Float64())
	}
}

// response looks at S.
func (l *looking) response() error {
	x := l.x
	if x.Exact == nil {
		if !l.written() {
			l.fact("response", "what the map from inputs to outputs can be is told of lattices of linear springs that loads push, and this network is another")
		}
		return nil
	}
	p, q := len(x.In), len(x.Out)
	if p == 0 || q == 0 {
		return nil
	}
	r := &Response{Entries: p * q, Learn: x.Design.Dim()}
	l.report.Response = r
	count := x.Network.Maxwell()
	r.Bonds, r.Unknowns, r.SelfStress = count.Bars+count.Springs, count.Free, count.Balance
	networks := 33
	if float64(x.Eq.C.M)*float64(p+q) > mostNetworks {
		networks = 3
	}
	maps, err := l.maps(networks)
	if err != nil {
		return err
	}
	r.Networks = len(maps)
	for i, s := range maps {
		values := singular(s, q, p)
		rank := 0
		for _, v := range values {
			if v > 1e-9*values[0] {
				rank++
			}
		}
		r.Rank = max(r.Rank, rank)
		if i == 0 {
			for _, v := range values {
				r.Singular = append(r.Singular, v/math.Max(values[0], math.SmallestNonzeroFloat64))
			}
		}
	}
	l.tell(maps)
	if err := l.derivative(); err != nil {
		return err
	}
	l.selfStress()
	l.dead(maps)
	return l.withinReach(maps)
}

// maps are S at the start and in networks drawn at random; a drawn network that does not stand is passed over.
func (l *looking) maps(networks int) (list [][]float64, err error) {
	x := l.x
	random := rand.New(rand.NewPCG(x.Spec.Seed, streamMaps))
	k := make([]float64, x.Parameters())
	for n := range networks {
		if n == 0 {
			x.Design.Init(k)
		} else if x.Design.Dim() == 0 {
			break
		} else {
			l.drawn(k, random)
		}
		answers, err := l.respond(k)
		if err != nil {
			if n == 0 {
				return nil, err
			}
			continue
		}
		list = append(list, append([]float64(nil), answers.S...))
	}
	return list, nil
}

func (l *looking) respond(k []float64) (*mechanics.Responses, error) {
	if err := l.x.Rig.SetStiffness(k); err != nil {
		return nil, err
	}
	return l.x.Exact.Respond()
}

// singular values of a matrix, the largest first.
func singular(a []float64, rows, columns int) []float64 {
	most := 0.0
	for _, v := range a {
		most = math.Max(most, math.Abs(v))
	}
	if most == 0 {
		return make([]float64, min(rows, columns))
	}
	scaled := make([]float64, len(a))
	for i, v := range a {
		scaled[i] = v / most
	}
	var svd mat.SVD
	if !svd.Factorize(mat.NewDense(rows, columns, scaled), mat.SVDNone) {
		return make([]float64, min(rows, columns))
	}
	values := svd.Values(nil)
	for i := range values {
		values[i] *= most
	}
	return values
}

// tell says what the maps have in common.
func (l *looking) tell(maps [][]float64) {
	x, r := l.x, l.report.Response
	p, q := len(x.In), len(x.Out)
	text := fmt.Sprintf("S has %s (%s by %s) and rank %d in %s from the ranges", count(r.Entries, "entry"), count(q, "output"), count(p, "input"), r.Rank, count(r.Networks, "network"))
	if full := min(p, q); r.Rank < full {
		l.limit("response", "push and read at more places, or at places that more than one path of bonds joins", "%s: only %s of %d combinations of the inputs reach the outputs", text, fmt.Sprint(r.Rank), full)
	} else {
		l.fact("response", "%s", text)
	}
	for e := range r.Entries {
		positive, negative := true, true
		for _, s := range maps {
			positive, negative = positive && s[e] > 0, negative && s[e] < 0
		}
		if positive || negative {
			r.Signed++
		}
	}
	if r.Signed > 0 && len(maps) > 1 {
		same := ""
		if x.Network.Dim == 1 && r.Signed == r.Entries {
			same = ": along one line a push moves everything the same way, so no input can speak against an output"
		}
		l.fact("response", "entries that have one sign in all of these networks: %d of %d%s", r.Signed, r.Entries, same)
	}
}

// derivative is the rank of dS/dk at the start, and how far the ranges move S.
func (l *looking) derivative() error {
	x, r := l.x, l.report.Response
	d, n := x.Design, x.Design.Dim()
	if n == 0 || r.Entries > mostEntries || float64(r.Entries)*float64(n) > 2e7 {
		return nil
	}
	k := make([]float64, x.Parameters())
	d.Init(k)
	answers, err := l.respond(k)
	if err != nil {
		return err
	}
	size := norm(answers.S)
	if size == 0 {
		return nil
	}
	// Rows are entries of S; columns stiffnesses, each by half its range.
	slope := mat.NewDense(r.Entries, n, nil)
	for j, i := range d.Free {
		half := k[i]
		if !math.IsInf(d.Hi[i], 1) {
			half = d.Gain[i] * (d.Hi[i] - d.Lo[i]) / 2
		}
		e := answers.E[int(i)*answers.Stride:]
		for o := range answers.Q {
			for a := range answers.P {
				slope.Set(o*answers.P+a, j, -e[answers.P+o]*e[a]*half/size)
			}
		}
	}
	var gram mat.SymDense
	gram.SymOuterK(1, slope)
	var eigen mat.EigenSym
	if !eigen.Factorize(&gram, false) {
		return nil
	}
	values := eigen.Values(nil) // from small to large
	largest := values[len(values)-1]
	for i := len(values) - 1; i >= 0; i-- {
		if values[i] > 1e-14*largest && values[i] > 0 {
			r.Moves = append(r.Moves, math.Sqrt(values[i]))
		}
	}
	r.Movable = len(r.Moves)
	if r.Movable == 0 {
		l.limit("response", "begin with `start: random` in bonds, or choose other ports", "no stiffness that learns moves any entry of S at the start")
		return nil
	}
	text := fmt.Sprintf("%s move %d of %d entries of S independently; within the ranges by about %s of its size along the easiest direction and %s along the hardest",
		stiffnesses(n), r.Movable, r.Entries, percent(r.Moves[0]), tiny(r.Moves[r.Movable-1]))
	if r.Movable < r.Entries {
		l.limit("response", "let more bonds learn, or expect some combinations of entries to stay as they are", "%s", text)
	} else {
		l.fact("response", "%s", text)
	}
	return nil
}

func stiffnesses(n int) string {
	if n == 1 {
		return "1 stiffness that learns"
	}
	return fmt.Sprintf("%d stiffnesses that learn", n)
}

// tiny is a share that may be very small.
func tiny(v float64) string { return fmt.Sprintf("%.2g %%", 100*v) }

func norm(v []float64) float64 {
	sum := 0.0
	for _, e := range v {
		sum = math.Hypot(sum, e)
	}
	return sum
}

// selfStress says what equilibrium leaves to stiffnesses.
func (l *looking) selfStress() {
	r := l.report.Response
	if r.SelfStress == 0 {
		l.fact("self-stress", "no state of self-stress: %s, %s, no mechanism. Equilibrium alone decides the tension in every bond; stiffnesses only weigh what each bond adds to an output", count(r.Bonds, "bond"), count(r.Unknowns, "unknown"))
		return
	}
	l.fact("self-stress", "%s: %s less %s, no mechanism (Maxwell and Calladine). So many of the combinations of tensions are for stiffnesses to decide; equilibrium decides the others",
		count(r.SelfStress, "state")+" of self-stress", count(r.Bonds, "bond"), count(r.Unknowns, "unknown"))
}
