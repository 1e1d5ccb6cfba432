package kernel

import "testing"

// TestFrontMisuse: slices that are too short by one, and sizes that are none, panic at every level.
func TestFrontMisuse(t *testing.T) {
	some := func(n int) []float64 { return make([]float64, n) }
	stack := Operand{Ld: 40, Taper: 8, Step: TileRows} // 17 columns end at 8*40 + 8*32 - 2*8 + 40
	const k, end = 17, 8*39 + 8*31
	packed := Operand{Ld: TileRows, Step: TileRows * 3}
	index := make([]int32, 16)
	for l, name := range levelName {
		for _, c := range []struct {
			name string
			f    func()
		}{
			{"Update c", func() { Update(some(3*40+31), 40, some(999), some(999), stack, k, 32, 4, false) }},
			{"Update a", func() { Update(some(160), 40, some(end+31), some(999), stack, k, 32, 4, false) }},
			{"Update b", func() { Update(some(160), 40, some(999), some(end+3), stack, k, 32, 4, false) }},
			{"Update packed", func() { Update(some(160), 40, some(72+2*24+7), some(999), packed, 3, 32, 4, false) }},
			{"Update n", func() { Update(some(999), 40, some(999), some(999), stack, k, 32, 9, false) }},
			{"Update no n", func() { Update(some(999), 40, some(999), some(999), stack, k, 32, 0, false) }},
			{"Update rows", func() { Update(some(999), 40, some(999), some(999), stack, k, 31, 4, false) }},
			{"Update minus rows", func() { Update(some(999), 40, some(999), some(999), stack, k, -8, 4, false) }},
			{"Update k", func() { Update(some(999), 40, some(999), some(999), stack, -1, 32, 4, false) }},
			{"Update ldc", func() { Update(some(999), -1, some(999), some(999), stack, k, 32, 4, false) }},
			{"Update ld", func() { Update(some(999), 40, some(999), some(999), Operand{8, 8, 24}, k, 32, 4, false) }},
			{"Update minus ld", func() { Update(some(999), 40, some(999), some(999), Operand{-1, 0, 24}, k, 32, 4, false) }},
			{"Update taper", func() { Update(some(999), 40, some(999), some(999), Operand{40, -8, 24}, k, 32, 4, false) }},
			{"Update step", func() { Update(some(999), 40, some(999), some(999), Operand{40, 8, 23}, k, 32, 4, false) }},
			{"UpdateSolve c", func() { UpdateSolve(some(3*40+31), 40, nil, nil, Operand{}, 0, 32, 4, some(999), 8) }},
			{"UpdateSolve t", func() { UpdateSolve(some(160), 40, nil, nil, Operand{}, 0, 32, 4, some(27), 8) }},
			{"UpdateSolve ldt", func() { UpdateSolve(some(160), 40, nil, nil, Operand{}, 0, 32, 4, some(999), -8) }},
			{"Factor t", func() { Factor(some(31), 8, 4, some(8), 1, 1) }},
			{"Factor diagonal", func() { Factor(some(32), 8, 4, some(3), 1, 1) }},
			{"Factor n", func() { Factor(some(99), 8, 9, some(9), 1, 1) }},
			{"FactorStack l", func() { FactorStack(some(24*8+16*3-1), 24, 11, 24, some(11), 1, 1) }},
			{"FactorStack diagonal", func() { FactorStack(some(999), 24, 11, 24, some(10), 1, 1) }},
			{"FactorStack rows", func() { FactorStack(some(999), 24, 11, 32, some(11), 1, 1) }},
			{"FactorStack few rows", func() { FactorStack(some(999), 24, 11, 8, some(11), 1, 1) }},
			{"FactorStack odd rows", func() { FactorStack(some(999), 24, 11, 23, some(11), 1, 1) }},
			{"FactorStack ld", func() { FactorStack(some(999), 25, 11, 24, some(11), 1, 1) }},
			{"FactorStack n", func() { FactorStack(some(999), 24, -1, 24, some(11), 1, 1) }},
			{"UpdateStack c", func() { UpdateStack(some(24*8+16*3-1), 11, 24, some(999), 40, 9, false) }},
			{"UpdateStack a", func() { UpdateStack(some(999), 11, 24, some(8*40-8+23), 40, 9, false) }},
			{"UpdateStack no k", func() { UpdateStack(some(999), 11, 24, some(23), 40, 0, true) }},
			{"UpdateStack k", func() { UpdateStack(some(999), 11, 24, some(999), 40, -1, true) }},
			{"UpdateStack n", func() { UpdateStack(some(999), 25, 24, some(999), 40, 9, false) }},
			{"UpdateStack rows", func() { UpdateStack(some(999), 11, 25, some(999), 40, 9, false) }},
			{"UpdateStack ld", func() { UpdateStack(some(999), 11, 24, some(9999), 39, 9, false) }},
			{"AddStack src", func() { AddStack(some(999), 24, some(24*8+16*2-1), 24, []Run{{0, 0, 20}}, 5, 10, 0) }},
			{"AddStack dst", func() { AddStack(some(24*8+16*2-1), 24, some(999), 24, []Run{{0, 0, 20}}, 5, 10, 0) }},
			{"AddStack src rows", func() { AddStack(some(999), 24, some(999), 16, []Run{{0, 0, 17}}, 5, 10, 0) }},
			{"AddStack dst rows", func() { AddStack(some(999), 24, some(999), 24, []Run{{0, 8, 17}}, 5, 10, 0) }},
			{"AddStack odd rows", func() { AddStack(some(999), 25, some(999), 24, []Run{{0, 0, 17}}, 5, 10, 0) }},
			{"AddStack minus src", func() { AddStack(some(999), 24, some(999), 24, []Run{{-1, 0, 17}}, 0, 10, 0) }},
			{"AddStack minus dst", func() { AddStack(some(999), 24, some(999), 24, []Run{{0, -1, 17}}, 0, 10, 0) }},
			{"AddStack minus length", func() { AddStack(some(999), 24, some(999), 24, []Run{{0, 0, 5}, {5, 5, -1}}, 0, 4, 0) }},
			{"AddStack order", func() { AddStack(some(999), 24, some(999), 24, []Run{{0, 0, 5}, {5, 4, 1}}, 0, 4, 0) }},
			{"AddStack gap", func() { AddStack(some(999), 24, some(999), 24, []Run{{0, 0, 5}, {7, 7, 2}}, 0, 8, 0) }},
			{"AddStack few runs", func() { AddStack(some(999), 24, some(999), 24, []Run{{0, 0, 5}}, 0, 6, 0) }},
			{"AddStack shift", func() { AddStack(some(999), 24, some(999), 24, []Run{{0, 5, 5}}, 0, 4, 6) }},
			{"AddStack minus shift", func() { AddStack(some(999), 24, some(999), 24, []Run{{0, 5, 5}}, 0, 4, -1) }},
			{"AddStack from", func() { AddStack(some(999), 24, some(999), 24, []Run{{0, 5, 5}}, -1, 4, 0) }},
			{"AddBars panel", func() { AddBars(some(29), some(1), some(4), []Bar{{0, 0, 3, 0, 10, 0, 18}}) }},
			{"AddBars own", func() { AddBars(some(29), some(1), some(4), []Bar{{0, 0, 0, 0, 10, 18, 0}}) }},
			{"AddBars order", func() { AddBars(some(99), some(1), some(4), []Bar{{0, 0, 3, 10, 0, 0, 18}}) }},
			{"AddBars weight", func() { AddBars(some(99), some(1), some(4), []Bar{{1, 0, 3, 0, 10, 0, 2}}) }},
			{"AddBars minus weight", func() { AddBars(some(99), some(1), some(4), []Bar{{-1, 0, 3, 0, 10, 0, 2}}) }},
			{"AddBars values", func() { AddBars(some(99), some(1), some(5), []Bar{{0, 2, 3, 0, 10, 0, 2}}) }},
			{"AddBars minus column", func() { AddBars(some(99), some(1), some(5), []Bar{{0, 0, 3, -9, -1, 9, 20}}) }},
			{"AddBars nothing", func() { AddBars(nil, nil, nil, make([]Bar, 1)) }},
			{"TakeRows dst", func() { TakeRows(some(15), some(32), []int32{0, 1}) }},
			{"TakeRows src", func() { TakeRows(some(16), some(31), []int32{0, 3}) }},
			{"TakeRows minus", func() { TakeRows(some(16), some(31), []int32{0, -3}) }},
			{"GiveRows src", func() { GiveRows(some(32), some(15), []int32{0, 1}) }},
			{"GiveRows dst", func() { GiveRows(some(31), some(16), []int32{0, 3}) }},
			{"GiveRows minus", func() { GiveRows(some(31), some(16), []int32{0, -3}) }},
			{"Weigh e", func() { Weigh(some(3), some(22), 8, 4, 3, some(12), 1) }},
			{"Weigh w", func() { Weigh(some(3), some(24), 8, 4, 3, some(11), 1) }},
			{"Weigh stride", func() { Weigh(some(3), some(99), 6, 4, 3, some(12), 1) }},
			{"Weigh p", func() { Weigh(some(3), some(99), 8, -1, 3, some(12), 1) }},
			{"SlabTimes x", func() { SlabTimes(some(99), []int32{0, 1, 2, 3, 4, 5, 6, 12}, some(99), 8, 3, some(99)) }},
			{"SlabTimes minus", func() { SlabTimes(some(99), []int32{0, -1, 2, 3, 4, 5, 6, 7}, some(99), 8, 3, some(99)) }},
			{"SlabTimes l", func() { SlabTimes(some(99), index, some(47), 16, 3, some(24)) }},
			{"SlabTimes y", func() { SlabTimes(some(99), index, some(48), 16, 3, some(23)) }},
			{"SlabTimes idx", func() { SlabTimes(some(99), index[:15], some(48), 16, 3, some(24)) }},
			{"SlabTimes n", func() { SlabTimes(some(99), index, some(999), 16, 9, some(99)) }},
			{"SlabTransposed x", func() { SlabTransposed(some(99), some(99), 8, 3, some(99), []int32{0, 1, 2, 3, 4, 5, 6, 12}) }},
			{"SlabTransposed minus", func() { SlabTransposed(some(99), some(99), 8, 3, some(99), []int32{0, 1, 2, -3, 4, 5, 6, 7}) }},
			{"SlabTransposed l", func() { SlabTransposed(some(24), some(47), 16, 3, some(99), index) }},
			{"TriangleForward t", func() { TriangleForward(some(24), some(18), 8, 3) }},
			{"TriangleForward y", func() { TriangleForward(some(30)[:23], some(19), 8, 3) }},
			{"TriangleBackward t", func() { TriangleBackward(some(24), some(18), 8, 3) }},
			{"TriangleBackward y", func() { TriangleBackward(some(30)[:23], some(19), 8, 3) }},
			{"Pack dst", func() { Pack(some(24*k+16*24+7), some(999), stack, k, 32) }},
			{"Pack a", func() { Pack(some(999), some(end+31), stack, k, 32) }},
			{"Pack rows", func() { Pack(some(999), some(999), stack, k, 31) }},
		} {
			atLevel(l, func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s in %s did not panic", c.name, name)
					}
				}()
				c.f()
			})
		}
		// What just fits, and nothing at all.
		atLevel(l, func() {
			Update(some(3*40+32), 40, some(end+32), some(end+4), stack, k, 32, 4, false)
			Update(some(3*40+32), 40, some(72+2*24+8), some(2*24+4), packed, 3, 32, 4, false)
			Update(nil, 0, nil, nil, Operand{}, 0, 0, 1, true)
			UpdateSolve(some(152), 40, nil, nil, Operand{}, 0, 32, 4, some(28), 8)
			UpdateSolve(nil, 0, nil, nil, Operand{}, 5, 0, 1, some(1), 0)
			Factor(some(32), 8, 4, some(4), 1, 1)
			FactorStack(some(24*8+16*3), 24, 11, 24, some(11), 1, 1)
			FactorStack(nil, 0, 0, 0, nil, 1, 1)
			UpdateStack(some(24*8+16*3), 11, 24, some(8*40-8+24), 40, 9, false)
			UpdateStack(nil, 0, 0, nil, 0, 0, true)
			AddStack(some(24*8+16*2), 24, some(24*8+16*2), 24, []Run{{0, 0, 20}}, 5, 10, 0)
			AddStack(nil, 0, nil, 0, nil, 0, 0, 0)
			AddBars(some(30), some(1), some(4), []Bar{{0, 0, 3, 0, 10, 0, 18}})
			AddBars(nil, nil, nil, nil)
			AddBars(nil, nil, nil, []Bar{{Both: -1}})
			TakeRows(some(16), some(32), []int32{0, 3})
			TakeRows(nil, nil, nil)
			GiveRows(some(32), some(16), []int32{0, 3})
			GiveRows(nil, nil, nil)
			Weigh(some(4), some(31), 8, 4, 3, some(12), 1)
			Weigh(nil, nil, 8, 0, 0, nil, 1)
			SlabTimes(some(96), []int32{0, 1, 2, 3, 4, 5, 6, 11}, some(24), 8, 3, some(24))
			SlabTimes(nil, nil, nil, 0, 1, some(8))
			SlabTransposed(some(24), some(24), 8, 3, some(96), []int32{0, 1, 2, 3, 4, 5, 6, 11})
			SlabTransposed(some(8), nil, 0, 1, nil, nil)
			TriangleForward(some(24), some(19), 8, 3)
			TriangleBackward(some(24), some(19), 8, 3)
			Pack(some(24*k+16*24+8), some(end+32), stack, k, 32)
			Pack(nil, nil, Operand{}, 0, 8)
		})
	}
}
