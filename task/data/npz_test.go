package data

import (
	"bytes"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/export/npz"
)

func TestPicturesOfNumPy(t *testing.T) {
	write := func(arrays ...npz.Array) []byte {
		var b bytes.Buffer
		if err := npz.Write(&b, arrays); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	train, test := drawn(4, 1), drawn(2, 2)
	wide := func(l []byte) (v []int64) {
		for _, b := range l {
			v = append(v, int64(b))
		}
		return v
	}
	want, err := FromPictures("p", train, test, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadNPZ(write(npz.Array{Name: "x_test", Shape: []int{2, 6, 4}, Data: test.Pictures.Data}, npz.Array{Name: "y_test", Shape: []int{2}, Data: test.Labels.Data},
		npz.Array{Name: "x_train", Shape: []int{4, 6, 4}, Data: train.Pictures.Data}, npz.Array{Name: "y_train", Shape: []int{4}, Data: wide(train.Labels.Data)}), "p", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.TestFrom != 4 || got.Wide != 4 || got.High != 6 || got.At(5, 7) != want.At(5, 7) || got.Label[3] != want.Label[3] {
		t.Errorf("%+v", got)
	}
	flat := npz.Array{Name: "images", Shape: []int{6, 16}, Data: train.Pictures.Data}
	two := npz.Array{Name: "labels", Shape: []int{6}, Data: []int32{0, 1, 0, 1, 0, 1}}
	if got, err := ReadNPZ(write(flat, two), "p", nil); err != nil || got.Wide != 4 || got.High != 4 || got.Rows() != 6 {
		t.Errorf("%v", err)
	}
	for want, text := range map[string][]byte{
		"is this a .npz file":          []byte("elastrain: 1"),
		"no pictures or no labels":     write(flat),
		"24 pixels are no squares":     write(npz.Array{Name: "x", Shape: []int{4, 24}, Data: train.Pictures.Data}, two),
		"write them as uint8":          write(npz.Float64s("x", []float64{1}, 1, 1, 1), two),
		"pictures have three axes":     write(npz.Array{Name: "x", Shape: []int{96}, Data: train.Pictures.Data}, two),
		"labels are 0 to 255":          write(flat, npz.Array{Name: "y", Shape: []int{1}, Data: []int64{-1}}),
		"labels are no whole numbers":  write(flat, npz.Float64s("y", []float64{1}, 1)),
		"labels have one axis":         write(flat, npz.Array{Name: "y", Shape: []int{3, 2}, Data: []int32{0, 1, 0, 1, 0, 1}}),
		"training part, and 2 labels;": write(flat, npz.Array{Name: "y", Shape: []int{2}, Data: []int32{0, 1}}),
	} {
		if _, err := ReadNPZ(text, "p", nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
