package npz

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// golden is what testdata/golden.py saves, except "many".
func golden() []Array {
	third := make([]float64, 8)
	for i := range third {
		third[i] = float64(i) / 3
	}
	ramp := make([]float64, 24)
	for i := range ramp {
		ramp[i] = float64(i)
	}
	return []Array{
		Float64s("positions", third, 4, 2),
		Int32s("bonds", []int32{1, 2, 2, 3, 3, 4, math.MinInt32, math.MaxInt32}, 4, 2),
		{"counts", []int{4}, []int64{0, -1, math.MaxInt64, math.MinInt64}},
		{"bytes", []int{2, 3}, []uint8{0, 1, 2, 3, 254, 255}},
		{"held", []int{2, 2, 2}, []bool{true, false, false, true, false, false, true, false}},
		Float64s("special", []float64{math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 5e-324, math.Float64frombits(0x7ff800000000beef)}, 5),
		{"scalar", []int{}, []float64{0.1}},
		Float64s("empty", []float64{}, 0, 3),
		Float64s("fortran", ramp, 2, 3, 4),
		Int32s("fortran_bonds", []int32{0, 1, 2, 3, 4, 5}, 2, 3),
		{"fortran_counts", []int{2, 3}, []int64{0, 1, 2, 3, 4, 5}},
		{"fortran_bytes", []int{2, 3}, []uint8{0, 1, 2, 3, 4, 5}},
		{"fortran_held", []int{2, 3}, []bool{false, true, false, true, false, true}},
		Float64s("single", []float64{float64(float32(0.1)), -2.5}, 2),
		Float64s("Größe θ", []float64{1}, 1),
	}
}

func read(t testing.TB, data []byte) ([]Array, error) {
	t.Helper()
	return Read(bytes.NewReader(data), int64(len(data)), Limits{})
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func written(t testing.TB, arrays []Array) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, arrays); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// equal compares bit by bit, for NaN is not equal to itself.
func equal(a, b Array) bool {
	x, isFloat := a.Data.([]float64)
	y, areFloat := b.Data.([]float64)
	if isFloat && areFloat && len(x) == len(y) {
		for i := range x {
			if math.Float64bits(x[i]) != math.Float64bits(y[i]) {
				return false
			}
		}
		b.Data = a.Data
		a.Data, b.Data = nil, nil
	}
	return reflect.DeepEqual(a, b)
}

func TestReadWhatNumPyWrote(t *testing.T) {
	for _, name := range []string{"savez.npz", "savez_compressed.npz"} {
		arrays, err := read(t, file(t, name))
		if err != nil {
			t.Fatal(name, err)
		}
		want := golden()
		if name == "savez_compressed.npz" {
			many := make([]float64, 10000)
			for i := range many {
				many[i] = float64(i)
			}
			want = append(want, Float64s("many", many, 10000))
		}
		if len(arrays) != len(want) {
			t.Fatalf("%s: %d arrays, want %d", name, len(arrays), len(want))
		}
		for i := range want {
			if !equal(arrays[i], want[i]) {
				t.Errorf("%s: got %v, want %v", name, arrays[i], want[i])
			}
		}
	}
}

// members returns the files of an archive by name.
func members(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if all[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestWriteWhatNumPyWrites(t *testing.T) {
	numpy := members(t, file(t, "savez.npz"))
	ours := members(t, written(t, golden()))
	compared := 0
	for name, want := range numpy {
		if strings.HasPrefix(name, "fortran") || name == "single.npy" {
			continue // written in another order or type
		}
		compared++
		if !bytes.Equal(ours[name], want) {
			t.Errorf("%s:\ngot  %q\nwant %q", name, ours[name], want)
		}
	}
	if compared != 9 {
		t.Errorf("compared %d arrays", compared)
	}
}

func TestEqualArraysGiveEqualBytes(t *testing.T) {
	a, b := written(t, golden()), written(t, golden())
	if !bytes.Equal(a, b) {
		t.Error("two files of the same arrays differ")
	}
	archive, err := zip.NewReader(bytes.NewReader(a), int64(len(a)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.File {
		if f.Modified.Year() != 1980 || f.Method != zip.Store || f.Flags&8 != 0 {
			t.Errorf("%s: time %v, method %d, flags %x", f.Name, f.Modified, f.Method, f.Flags)
		}
	}
}

// random returns arrays of any type and shape.
func random(r *rand.Rand) []Array {
	arrays := make([]Array, r.IntN(5))
	for i := range arrays {
		shape := make([]int, r.IntN(5))
		n := 1
		for axis := range shape {
			shape[axis] = r.IntN(6)
			n *= shape[axis]
		}
		a := Array{Name: fmt.Sprintf("a%d", i), Shape: shape}
		switch r.IntN(5) {
		case 0:
			data := make([]float64, n)
			for i := range data {
				data[i] = math.Float64frombits(r.Uint64())
			}
			a.Data = data
		case 1:
			data := make([]int64, n)
			for i := range data {
				data[i] = int64(r.Uint64())
			}
			a.Data = data
		case 2:
			data := make([]int32, n)
			for i := range data {
				data[i] = int32(r.Uint32())
			}
			a.Data = data
		case 3:
			data := make([]uint8, n)
			for i := range data {
				data[i] = uint8(r.Uint32())
			}
			a.Data = data
		case 4:
			data := make([]bool, n)
			for i := range data {
				data[i] = r.IntN(2) == 1
			}
			a.Data = data
		}
		arrays[i] = a
	}
	return arrays
}

func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	cases := [][]Array{{}, {Float64s("long", make([]float64, 100_000), 1000, 100)}}
	for range 500 {
		cases = append(cases, random(r))
	}
	for _, want := range cases {
		data := written(t, want)
		got, err := read(t, data)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("%d arrays became %d", len(want), len(got))
		}
		for i := range want {
			if !equal(got[i], want[i]) {
				t.Fatalf("got %v, want %v", got[i], want[i])
			}
		}
	}
}

func TestFortranOrder(t *testing.T) {
	// An element tells its own index: 100 i + 10 j + k.
	shape := []int{3, 4, 5}
	var fortran, c []float64
	for k := range 5 {
		for j := range 4 {
			for i := range 3 {
				fortran = append(fortran, float64(100*i+10*j+k))
			}
		}
	}
	for i := range 3 {
		for j := range 4 {
			for k := range 5 {
				c = append(c, float64(100*i+10*j+k))
			}
		}
	}
	if got := toC(fortran, shape); !reflect.DeepEqual(got, c) {
		t.Errorf("got %v", got)
	}
}

func TestWriteRefuses(t *testing.T) {
	one := []float64{1}
	for _, c := range []struct {
		arrays []Array
		want   string
	}{
		{[]Array{Float64s("", one, 1)}, "a name must be 1 to 255"},
		{[]Array{Float64s(strings.Repeat("n", 256), one, 1)}, "a name must be 1 to 255"},
		{[]Array{Float64s("\xff", one, 1)}, "a name must be 1 to 255"},
		{[]Array{Float64s("../a", one, 1)}, "slashes"},
		{[]Array{Float64s(`a\b`, one, 1)}, "slashes"},
		{[]Array{Float64s("a\n", one, 1)}, "control"},
		{[]Array{Float64s("a", one, 1), Float64s("a", one, 1)}, `two arrays are named "a"`},
		{[]Array{{"a", []int{1}, []float32{1}}}, "its data is a []float32; want []float64"},
		{[]Array{{"a", []int{1}, nil}}, "its data is a <nil>"},
		{[]Array{Float64s("a", one, 2)}, "has 1 numbers, but its shape [2] wants 2"},
		{[]Array{Float64s("a", one, -1)}, "negative"},
		{[]Array{Float64s("a", one, math.MaxInt, 2)}, "too large"},
		{[]Array{Float64s("a", one, make([]int, 65)...)}, "65 dimensions"},
	} {
		var b bytes.Buffer
		if err := Write(&b, c.arrays); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
		if b.Len() > 0 {
			t.Errorf("%s: wrote %d bytes nevertheless", c.want, b.Len())
		}
	}
}

// limitedWriter fails after n bytes.
type limitedWriter int

var errFull = errors.New("full")

func (w *limitedWriter) Write(p []byte) (int, error) {
	if len(p) > int(*w) {
		n := int(*w)
		*w = 0
		return n, errFull
	}
	*w -= limitedWriter(len(p))
	return len(p), nil
}

func TestWriteReportsAFullDisk(t *testing.T) {
	arrays := append(golden(), Float64s("long", make([]float64, 10_000), 10_000), Array{"flags", []int{9000}, make([]bool, 9000)})
	size := len(written(t, arrays))
	for n := 0; n < size; n += 1009 {
		w := limitedWriter(n)
		if err := Write(&w, arrays); !errors.Is(err, errFull) {
			t.Fatalf("full after %d of %d bytes: %v", n, size, err)
		}
	}
	w := limitedWriter(size)
	if err := Write(&w, arrays); err != nil {
		t.Error(err)
	}
}

func TestFind(t *testing.T) {
	arrays := golden()
	if a, err := Find(arrays, "bonds"); err != nil || a.Name != "bonds" {
		t.Error(a.Name, err)
	}
	if _, err := Find(arrays, "k"); err == nil || !strings.Contains(err.Error(), "only positions, bonds") {
		t.Error(err)
	}
	if _, err := Find(nil, "k"); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Error(err)
	}
}

func Example() {
	var b bytes.Buffer
	err := Write(&b, []Array{
		Float64s("positions", []float64{0, 0, 0.016, 0, 0.008, 0.0139}, 3, 2),
		Int32s("bonds", []int32{1, 2, 2, 3, 3, 1}, 3, 2),
	})
	if err != nil {
		fmt.Println(err)
	}
	arrays, err := Read(bytes.NewReader(b.Bytes()), int64(b.Len()), Limits{})
	for _, a := range arrays {
		fmt.Println(a.Name, a.Shape, a.Data)
	}
	fmt.Println(err)
	// Output:
	// positions [3 2] [0 0 0.016 0 0.008 0.0139]
	// bonds [3 2] [1 2 2 3 3 1]
	// <nil>
}
