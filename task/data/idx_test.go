package data

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"testing"
)

// idx writes an array as an IDX file.
func idx(data []byte, dims ...int) []byte {
	text := []byte{0, 0, 8, byte(len(dims))}
	for _, n := range dims {
		text = binary.BigEndian.AppendUint32(text, uint32(n))
	}
	return append(text, data...)
}

func zipped(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// drawn is n pictures of 4 x 6 pixels: a bright half, above or below by class, and noise.
func drawn(n int, seed uint64) Pictures {
	random := rand.New(rand.NewPCG(seed, 1))
	p := Pictures{IDX{Dims: []int{n, 6, 4}}, IDX{Dims: []int{n}}}
	for i := range n {
		class := i % 2
		for pixel := range 24 {
			v := byte(random.IntN(100))
			if pixel/12 == class {
				v += 150
			}
			p.Pictures.Data = append(p.Pictures.Data, v)
		}
		p.Labels.Data = append(p.Labels.Data, byte(class))
	}
	return p
}

func TestPicturesOfFiles(t *testing.T) {
	train, test := drawn(5, 1), drawn(3, 2)
	for _, pack := range []func([]byte) []byte{func(b []byte) []byte { return b }, func(b []byte) []byte { return zipped(t, b) }} {
		a, err := ReadIDX(pack(idx(train.Pictures.Data, 5, 6, 4)), "a")
		if err != nil {
			t.Fatal(err)
		}
		l, err := ReadIDX(pack(idx(train.Labels.Data, 5)), "b")
		if err != nil {
			t.Fatal(err)
		}
		table, err := FromPictures("p", Pictures{a, l}, test, nil)
		if err != nil {
			t.Fatal(err)
		}
		if table.Rows() != 8 || table.TestFrom != 5 || table.Wide != 4 || table.High != 6 || table.Full != 255 || table.Features[6] != "pixel r2 c3" {
			t.Errorf("%+v", table)
		}
		for i, v := range append(append([]byte(nil), train.Pictures.Data...), test.Pictures.Data...) {
			if got := table.At(i/24, i%24); got != float64(v) || table.Row(i / 24)[i%24] != got {
				t.Fatalf("pixel %d is %g, not %d", i, got, v)
			}
		}
		if table.Label[4] != 0 || table.Label[6] != 1 || strings.Join(table.Classes, " ") != "0 1" {
			t.Errorf("labels %v of %v", table.Label, table.Classes)
		}
		e, err := Fit(Pixel, table, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		x := []float64{255}
		e.Lo, e.Hi, e.Features = e.Lo[:1], e.Hi[:1], e.Features[:1]
		if e.Apply(x, x); x[0] != 1 {
			t.Errorf("the brightest pixel is %g", x[0])
		}
	}
}

func TestPooling(t *testing.T) {
	p := drawn(3, 4)
	table, err := FromPictures("p", p, Pictures{}, []string{"above", "below"})
	if err != nil {
		t.Fatal(err)
	}
	small, err := table.Pool(2)
	if err != nil {
		t.Fatal(err)
	}
	if small.Wide != 2 || small.High != 3 || small.Full != 255 || len(small.Features) != 6 || small.TestFrom != 0 {
		t.Errorf("%+v", small)
	}
	for i := range 3 {
		for j := range 6 {
			row, column := 2*(j/2), 2*(j%2)
			at := func(r, c int) float64 { return float64(p.Pictures.Data[24*i+4*r+c]) }
			if want := (at(row, column) + at(row, column+1) + at(row+1, column) + at(row+1, column+1)) / 4; small.At(i, j) != want {
				t.Errorf("picture %d, pixel %d: %g, not %g", i, j, small.At(i, j), want)
			}
		}
	}
	digits, err := Load("digits")
	if err != nil {
		t.Fatal(err)
	}
	half, err := digits.Pool(2)
	if err != nil {
		t.Fatal(err)
	}
	if want := (digits.At(7, 18) + digits.At(7, 19) + digits.At(7, 26) + digits.At(7, 27)) / 4; half.At(7, 5) != want || half.Full != 16 {
		t.Errorf("%g, not %g", half.At(7, 5), want)
	}
	iris, err := Load("iris")
	if err != nil {
		t.Fatal(err)
	}
	wine, err := Load("wine")
	if err != nil {
		t.Fatal(err)
	}
	for want, pool := range map[string]func() (*Table, error){
		"cannot be pooled by 3":              func() (*Table, error) { return digits.Pool(3) },
		"cannot be pooled by 0":              func() (*Table, error) { return digits.Pool(0) },
		"2 x 2 pixels cannot be pooled by 4": func() (*Table, error) { return iris.Pool(4) },
		"13 features are no square picture":  func() (*Table, error) { return wine.Pool(2) },
	} {
		if _, err := pool(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	if _, err := Fit(Pixel, iris, nil, nil); err == nil || !strings.Contains(err.Error(), "do not say what the brightest pixel is") {
		t.Error(err)
	}
}

func TestFilesThatAreNoPictures(t *testing.T) {
	good := idx(make([]byte, 24), 1, 6, 4)
	for want, text := range map[string][]byte{
		"does not begin with two zero": []byte("elastrain: 1"),
		"of type 0x0d":                 append([]byte{0, 0, 0x0d}, good[3:]...),
		"with 7 axes":                  append([]byte{0, 0, 8, 7}, good[4:]...),
		"with 0 axes":                  {0, 0, 8, 0},
		"within its header":            good[:9],
		"tells of 24 bytes and the":    good[:30],
		"has 25; get it":               append(bytes.Clone(good), 1),
		"axis 1 is 0 long":             idx(nil, 0, 6, 4),
		"axis 2 is 4294967295 long":    idx(nil, 2, 1<<32-1, 3),
		"damaged gzip":                 zipped(t, good)[:20],
		"more than 1000 bytes when":    zipped(t, make([]byte, 5000)),
	} {
		if _, err := readIDX(text, "p", 1000); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "p: ") {
			t.Errorf("%q: %v", want, err)
		}
	}
	a, b := drawn(4, 1), drawn(3, 1)
	for want, parts := range map[string][2]Pictures{
		"4 pictures in the training part, and 3 labels": {{a.Pictures, b.Labels}, {}},
		"1 axes of pictures and 1":                      {{a.Labels, a.Labels}, {}},
		"4 x 6 in the training part and 6 x 4 in":       {a, {IDX{[]int{3, 4, 6}, b.Pictures.Data}, b.Labels}},
		"every label is 0":                              {{IDX{[]int{1, 6, 4}, a.Pictures.Data[:24]}, IDX{[]int{1}, []byte{0}}}, {}},
	} {
		if _, err := FromPictures("p", parts[0], parts[1], nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	if _, err := FromPictures("p", a, Pictures{}, []string{"one"}); err == nil || !strings.Contains(err.Error(), "a label of 1; there are 1 classes") {
		t.Error(err)
	}
}

func TestNamesOfPictureFiles(t *testing.T) {
	for pictures, want := range map[string]string{"images/train-images-idx3-ubyte.gz": "images/train-labels-idx1-ubyte.gz", "my.images.idx3": "my.labels.idx1", "pictures.idx": ""} {
		if got := Labels(pictures); got != want {
			t.Errorf("labels of %s: %q", pictures, got)
		}
	}
	for name, want := range map[string]bool{"train-images-idx3-ubyte.gz": true, "a.idx3": true, "a.csv": false, "idx": false} {
		if IsIDX(name) != want {
			t.Error(name)
		}
	}
}

// Whatever a file holds, it is an array of the size that it says, or an error.
func FuzzReadIDX(f *testing.F) {
	f.Add(idx(make([]byte, 24), 1, 6, 4))
	f.Add(zipped(f, idx([]byte{1, 2}, 2)))
	f.Add([]byte{0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := readIDX(text, "p", 1<<16)
		if err != nil {
			return
		}
		size := 1
		for _, n := range a.Dims {
			size *= n
		}
		if size != len(a.Data) || size > 1<<16 {
			t.Errorf("%v holds %d", a.Dims, len(a.Data))
		}
		if len(a.Dims) == 3 {
			labels := IDX{Dims: a.Dims[:1], Data: make([]byte, a.Dims[0])}
			labels.Data[0] = 1
			if table, err := FromPictures("p", Pictures{a, labels}, Pictures{}, nil); err == nil && table.Rows() != a.Dims[0] {
				t.Errorf("%d rows", table.Rows())
			}
		}
	})
}

func TestTestParts(t *testing.T) {
	a, err := FromPictures("a", drawn(4, 1), Pictures{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := FromPictures("b", drawn(2, 2), Pictures{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	last := b.At(1, 23)
	if err := a.AddTest(b); err != nil || a.TestFrom != 4 || a.Rows() != 6 || a.At(5, 23) != last {
		t.Errorf("%+v, %v", a, err)
	}
	one, two := &Table{Name: "one", Features: []string{"x", "y"}, X: []float64{1, 2}, Label: []int{-1}}, &Table{Name: "two", Features: []string{"x", "z"}, X: []float64{1, 2}, Label: []int{-1}}
	for want, test := range map[string]*Table{"column 2 is `z`, and `y` in one": two, "b has 24 features, and one has 2": b} {
		if err := one.AddTest(test); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

func TestHoldingOut(t *testing.T) {
	p, err := FromPictures("p", drawn(50, 3), Pictures{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows := make([]int, 40)
	for i := range rows {
		rows[i] = i + 5
	}
	train, valid, err := HoldOut(p, rows, 6, true, false, 1)
	if err != nil || len(train) != 34 || valid[0] != 39 || valid[5] != 44 {
		t.Errorf("%v, %v", valid, err)
	}
	first := append([]int(nil), valid...)
	for seed := range uint64(20) {
		train, valid, err := HoldOut(p, rows, 7, false, true, seed)
		if err != nil || len(train)+len(valid) != 40 || len(valid) != 7 {
			t.Fatal(train, valid, err)
		}
		ones := 0
		for i, row := range valid {
			ones += p.Label[row]
			if i > 0 && valid[i-1] >= row {
				t.Errorf("%v are out of order", valid)
			}
		}
		if ones < 3 || ones > 4 {
			t.Errorf("%d of 7 are of the second class", ones)
		}
		if valid[0] != first[0] {
			first[0] = -1
		}
	}
	if first[0] != -1 {
		t.Error("the seed changes nothing")
	}
	if _, _, err := HoldOut(p, rows, 40, false, false, 1); err == nil {
		t.Error("nothing is left")
	}
}
