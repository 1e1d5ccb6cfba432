package kernel

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

// odd are numbers that loops treat by rules of their own.
var odd = []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 5e-324, -1e-310, 1e300, -1e300, 1e-300}

// rowsWith are random rows, of which a share of the numbers are odd.
func rowsWith(r *rand.Rand, n int, share float64) []Row {
	list := make([]Row, n)
	for i := range list {
		for lane := range list[i] {
			list[i][lane] = r.NormFloat64() * math.Pow(2, float64(r.IntN(12)-6))
			if r.Float64() < share {
				list[i][lane] = odd[r.IntN(len(odd))]
			}
		}
	}
	return list
}

// profile is a random one of n rows.
func profile(r *rand.Rand, n int) *Profile {
	first := make([]int32, n)
	for i := 1; i < n; i++ {
		first[i] = first[i-1] + int32(r.IntN(i-int(first[i-1])+1))/int32(1+r.IntN(4))
	}
	return NewProfile(first)
}

// pair is what a loop is given: slices that it may write to first.
type pair [][]Row

func (p pair) clone() pair {
	list := make(pair, len(p))
	for i, rows := range p {
		list[i] = append([]Row(nil), rows...)
	}
	return list
}

// sameNumbers says whether two lists have the same bits, any NaN being as good as another.
func sameNumbers(a, b pair) bool {
	for i := range a {
		for j := range a[i] {
			for lane, v := range a[i][j] {
				w := b[i][j][lane]
				if math.Float64bits(v) != math.Float64bits(w) && !(v != v && w != w) {
					return false
				}
			}
		}
	}
	return true
}

// TestManySameBits: every instruction set gives the bits of the definitions, for numbers of all kinds.
func TestManySameBits(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 2))
	for trial := range 300 {
		n, stride, samples := 1+r.IntN(30), 1+r.IntN(12), 1+r.IntN(20)
		p := 1 + r.IntN(stride)
		q := 2 + r.IntN(4)
		share := []float64{0, 0, 0.02, 0.3}[trial%4]
		rows := func(n int) []Row { return rowsWith(r, n, share) }
		ptr, col, val := []int32{0}, []int32{}, []float64{}
		for range n {
			for range r.IntN(5) {
				col, val = append(col, int32(r.IntN(n))), append(val, r.NormFloat64())
			}
			ptr = append(ptr, int32(len(col)))
		}
		prof := profile(r, n)
		l := rows(prof.Entries())
		for i := range n {
			for lane := range Lanes {
				if r.IntN(20) > 0 {
					l[prof.Diag[i]][lane] = 100 + math.Abs(r.NormFloat64()) // mostly a matrix that has a factor
				}
			}
		}
		class := make([]Row, samples)
		for i := range class {
			for lane := range Lanes {
				class[i][lane] = float64(r.IntN(q))
			}
		}
		mode := make([]int32, n)
		for j, i := range r.Perm(n) {
			mode[j] = int32(i)
		}
		m := &Map{Mode: mode, Lo: rows(n), Hi: rows(n), Width: rows(n), Gain: rows(n), Speed: rows(n)}
		lo, hi := rows(n), rows(n)
		for i := range lo {
			for lane := range Lanes {
				lo[i][lane], hi[i][lane] = -math.Abs(lo[i][lane])*float64(r.IntN(2)), math.Abs(hi[i][lane])
				if lo[i][lane] == 0 {
					lo[i][lane] = 0 // and not -0, which is no bound
				}
				if lo[i][lane] != lo[i][lane] || hi[i][lane] != hi[i][lane] {
					lo[i][lane], hi[i][lane] = 0, 1
				}
			}
		}
		boxed := [][]Row{nil, lo}[r.IntN(2)]
		top := hi[:len(boxed)]
		fours, slopes := rows(4), rows(n)
		four := (*[4]Row)(fours)
		steps := rows(2)
		full := []float64{1e280, 10}[r.IntN(2)]
		// stops goes on where loops stop, and mends what they stop at.
		stops := func(do func(at *[2]int), end int, mend func(lane, at int) (next int)) {
			var at [2]int
			for round := 0; at[0] < end || at[1] < end; round++ {
				do(&at)
				for h := range at {
					next := 0
					for lane := 4 * h; lane < 4*h+4; lane++ {
						next = mend(lane, at[h])
					}
					at[h] = min(next, end)
				}
				if round > 2*end+2 {
					t.Fatal("a loop has no end")
				}
			}
		}
		// log counts how often a product was too large, in place of its logarithm.
		log := func(product, count *Row) func(lane, at int) int {
			return func(lane, at int) int {
				if product[lane] > full {
					product[lane], count[lane] = 1, count[lane]+1
				}
				return at
			}
		}
		for _, c := range []struct {
			name string
			data pair
			do   func(pair)
		}{
			{"SumRows", pair{rows(n * stride), rows(n * stride)}, func(d pair) { SumRows(d[0], d[1], stride, ptr, col, val) }},
			{"ForwardRows", pair{rows(n * stride), rows(n), l}, func(d pair) { ForwardRows(d[0], stride, d[2], prof, d[1]) }},
			{"BackwardRows", pair{rows(n * stride), rows(n), l}, func(d pair) { BackwardRows(d[0], stride, d[2], prof, d[1]) }},
			{"OutputRows", pair{rows(samples * q), rows(q * stride), rows(samples * p)}, func(d pair) { OutputRows(d[0], d[1], stride, d[2], samples, q, p) }},
			{"WeighRows", pair{rows(q * p), rows(samples * q), rows(samples * p)}, func(d pair) { WeighRows(d[0], d[1], d[2], samples, q, p) }},
			{"ContractRows", pair{rows(n), rows(n * (p + q)), rows(q * p), rows(1)}, func(d pair) { ContractRows(d[0], d[1], p+q, d[2], &d[3][0], q, p) }},
			{"OddsRows", pair{rows(samples * q), rows(samples * q), rowsOf(r, 1), make([]Row, 1)}, func(d pair) {
				stops(func(at *[2]int) { OddsRows(d[0], d[1], class, &d[2][0], full, q, at) }, samples, log(&d[2][0], &d[3][0]))
			}},
			{"ScoreRows", pair{rows(samples * q), rowsOf(r, 1), make([]Row, 3)}, func(d pair) {
				stops(func(at *[2]int) { ScoreRows(d[0], class, &d[1][0], full, &d[2][0], &d[2][1], q, at) }, samples, log(&d[1][0], &d[2][2]))
				for lane, size := range d[2][1] {
					if size-size != 0 {
						d[2][0][lane] = 0 // counts mean nothing where outputs are no numbers
					}
				}
			}},
			{"FactorRows", pair{append([]Row(nil), l...), rows(n), rows(n)}, func(d pair) {
				stops(func(at *[2]int) { FactorRows(d[0], prof, d[1], d[2], 1e-3, at) }, n, func(lane, at int) int {
					if at < n {
						d[1][at][lane] = 1 / math.Sqrt(d[1][at][lane])
					}
					return at + 1
				})
			}},
			{"AdamMoments", pair{rows(n), rows(n), rows(n), make([]Row, 1)}, func(d pair) { AdamMoments(d[0], d[1], d[2], four, &d[3][0]) }},
			{"AdamMove", pair{rows(n), rows(n), rows(n)}, func(d pair) { AdamMove(d[0], d[1], d[2], four, boxed, top) }},
			{"MomentumMove", pair{rows(n), rows(n), rows(n)}, func(d pair) { MomentumMove(d[0], d[1], d[2], (*[2]Row)(steps), boxed, top) }},
			{"LinearRows", pair{rows(n), rows(n)}, func(d pair) { LinearRows(d[0], d[1], m) }},
			{"SigmoidRows", pair{rows(n), rows(n), rows(n)}, func(d pair) { SigmoidRows(d[0], d[1], d[2], m, 5) }},
			{"ChainRows", pair{rows(n), rows(n), make([]Row, 1)}, func(d pair) { ChainRows(d[0], d[1], mode, slopes[:n*(trial%2)], &d[2][0]) }},
		} {
			want := c.data.clone()
			atLevel(pureGo, func() { c.do(want) })
			for _, set := range []int{avx2, avx512} {
				got := c.data.clone()
				if atLevel(set, func() { c.do(got) }) && !sameNumbers(got, want) {
					t.Fatalf("trial %d, %s, level %d, n %d, stride %d: other bits", trial, c.name, set, n, stride)
				}
			}
		}
		k := rowsWith(r, n, share/10)
		var spans [3]Span
		for set := range spans {
			if !atLevel(set, func() { spans[set] = SpanRows(k) }) {
				continue
			}
			for lane, zero := range spans[set].Finite {
				if (zero == 0) != (spans[0].Finite[lane] == 0) || zero == 0 && (spans[set].Least[lane] != spans[0].Least[lane] || spans[set].Most[lane] != spans[0].Most[lane]) {
					t.Fatalf("SpanRows, level %d: %v, not %v", set, spans[set], spans[0])
				}
			}
		}
	}
}

// TestManyMisuse: slices that do not fit together panic at every level.
func TestManyMisuse(t *testing.T) {
	short, p, at := make([]Row, 1), NewProfile([]int32{0, 0, 1}), [2]int{}
	calls := []func(){
		func() { SumRows(short, short, 1, []int32{0, 1, 2}, []int32{0, 0}, []float64{1, 1}) },
		func() { SumRows(short, short, 1, []int32{0, 2}, []int32{0}, []float64{1}) },
		func() { FactorRows(short, p, make([]Row, 3), make([]Row, 3), 0, &at) },
		func() { ForwardRows(short, 1, make([]Row, 5), p, make([]Row, 3)) },
		func() { BackwardRows(short, 1, make([]Row, 5), p, make([]Row, 3)) },
		func() { OutputRows(short, short, 1, short, 2, 1, 1) },
		func() { WeighRows(short, short, short, 1, 2, 1) },
		func() { ContractRows(short, short, 2, short, &short[0], 1, 1) },
		func() { OddsRows(short, short, short, &short[0], 1, 2, &at) },
		func() { ScoreRows(short, short, &short[0], 1, &short[0], &short[0], 2, &at) },
		func() { AdamMoments(short, nil, short, new([4]Row), &short[0]) },
		func() { AdamMove(short, short, short, new([4]Row), make([]Row, 1), nil) },
		func() { MomentumMove(short, nil, short, new([2]Row), nil, nil) },
		func() { LinearRows(short, short, &Map{Mode: []int32{0}}) },
		func() {
			SigmoidRows(short, nil, short, &Map{Mode: []int32{0}, Lo: short, Hi: short, Width: short, Gain: short, Speed: short}, 1)
		},
		func() { ChainRows(nil, short, []int32{0}, nil, &short[0]) },
		func() { SpanRows(nil) },
		func() { NewProfile([]int32{0, 1, 0}) },
	}
	for _, set := range []int{pureGo, avx2, avx512} {
		for i, call := range calls {
			atLevel(set, func() {
				defer func() {
					if recover() == nil {
						t.Errorf("call %d of %d did not panic", i, len(calls))
					}
				}()
				call()
			})
		}
	}
}

// TestProfile: a full matrix and one of a single diagonal by hand.
func TestProfile(t *testing.T) {
	p := NewProfile([]int32{0, 0, 0})
	if !reflect.DeepEqual(p.Diag, []int32{0, 2, 5}) || !reflect.DeepEqual(p.Down, []int32{4, 1, 3}) || !reflect.DeepEqual(p.Tall, []int32{0, 1, 2}) || p.Entries() != 6 || p.At(2, 1) != 4 {
		t.Errorf("full: %+v", p)
	}
	if p = NewProfile([]int32{0, 1}); p.Entries() != 2 || len(p.Down) != 0 {
		t.Errorf("diagonal: %+v", p)
	}
}
