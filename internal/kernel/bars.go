package kernel

// Bar is a row of C with values on a node of two unknowns, whose columns the panel of a front has, and perhaps on another one.
type Bar struct {
	Row, From    int32 // of its weight, and of the first of its two values, or four
	Both         int32 // 3 where it has four, else 0; whatever else is no bar
	Column, Next int32 // where row 0 of the two columns would be in the panel, ascending
	Own, Other   int32 // rows of its nodes: two from there on; Other is Own where it has one
}

// BarPadding is how many values there have to be after those of the last bar.
const BarPadding = 2

// AddBars adds to a panel weights[Row] v v^T of bars, in the columns of their first node, from the diagonal on. It stops before what is no bar and
// returns how many it did.
func AddBars(panel, weights, values []float64, bars []Bar) (done int) {
	if len(bars) == 0 {
		return 0
	}
	if len(panel) == 0 || len(weights) == 0 || len(values) == 0 {
		if bars[0].Both != 0 && bars[0].Both != 3 {
			return 0
		}
		misuse()
	}
	bad := 0
	switch level {
	case avx512:
		done, bad = addBars512(&panel[0], len(panel)-1, &weights[0], len(weights), &values[0], max(len(values)-3, 0), &bars[0], len(bars))
	case avx2:
		done, bad = addBars256(&panel[0], len(panel)-1, &weights[0], len(weights), &values[0], max(len(values)-3, 0), &bars[0], len(bars))
	default:
		done = addBarsGo(panel, weights, values, bars)
	}
	if bad != 0 {
		misuse()
	}
	return done
}

func addBarsGo(panel, weights, values []float64, bars []Bar) (done int) {
	for i := range bars {
		b := &bars[i]
		if b.Both != 0 && b.Both != 3 {
			return i
		}
		if b.Column > b.Next {
			misuse()
		}
		k, v := weights[b.Row], (*[4]float64)(values[b.From:])
		first, second := panel[b.Column:], panel[b.Next:]
		own := first[b.Own:][:2]
		kv, kw := k*v[0], k*v[1]
		own[0] += kv * v[0]
		own[1] += kv * v[1]
		second[b.Own+1] += kw * v[1]
		if b.Both == 3 {
			one, two := first[b.Other:][:2], second[b.Other:][:2]
			one[0] += kv * v[2]
			one[1] += kv * v[3]
			two[0] += kw * v[2]
			two[1] += kw * v[3]
		}
	}
	return len(bars)
}
