package data

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/export/npz"
)

// Names that arrays of pictures go by in .npz files, as Keras and NumPy users write them.
var (
	trainNames = [2][]string{{"x_train", "train_images", "images", "x", "X", "data"}, {"y_train", "train_labels", "labels", "y", "target"}}
	testNames  = [2][]string{{"x_test", "test_images"}, {"y_test", "test_labels"}}
)

// IsNPZ says whether a name is that of a .npz file.
func IsNPZ(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".npz") }

// ReadNPZ reads pictures and their labels from a .npz file of NumPy: bytes, pictures by rows by columns (or by pixels, where they
// are square), and whole numbers from 0 as labels; and the test part, if there are arrays of that name. classes are names by
// label; nil: numbers.
func ReadNPZ(text []byte, name string, classes []string) (*Table, error) {
	arrays, err := npz.Read(bytes.NewReader(text), int64(len(text)), npz.Limits{Bytes: MaxPictureBytes, Arrays: 100})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var parts [2]Pictures
	for i, names := range [][2][]string{trainNames, testNames} {
		x, hasX := oneOf(arrays, names[0])
		y, hasY := oneOf(arrays, names[1])
		if i == 1 && !hasX && !hasY {
			break
		}
		if !hasX || !hasY {
			return nil, fmt.Errorf("%s: no pictures or no labels among its arrays; call pictures one of %s, and labels one of %s", name, strings.Join(names[0], ", "), strings.Join(names[1], ", "))
		}
		if parts[i].Pictures, err = squares(x); err != nil {
			return nil, fmt.Errorf("%s: array %s: %w", name, x.Name, err)
		}
		if parts[i].Labels, err = labels(y); err != nil {
			return nil, fmt.Errorf("%s: array %s: %w", name, y.Name, err)
		}
	}
	return FromPictures(name, parts[0], parts[1], classes)
}

// NPZSize is what the headers of a .npz file say of its size, without reading the pictures: how many of how many pixels, its test
// part with them; 0 where they say nothing that can be read.
func NPZSize(text []byte) (rows, features int) {
	arrays := npz.Shapes(bytes.NewReader(text), int64(len(text)))
	for _, names := range [][2][]string{trainNames, testNames} {
		x, ok := oneOf(arrays, names[0])
		if !ok || len(x.Shape) < 2 {
			continue
		}
		pixels := 1
		for _, n := range x.Shape[1:] {
			pixels *= n
		}
		rows, features = rows+x.Shape[0], pixels
	}
	return rows, features
}

func oneOf(arrays []npz.Array, names []string) (npz.Array, bool) {
	for _, name := range names {
		if i := slices.IndexFunc(arrays, func(a npz.Array) bool { return a.Name == name }); i >= 0 {
			return arrays[i], true
		}
	}
	return npz.Array{}, false
}

// squares takes an array of bytes for pictures.
func squares(a npz.Array) (IDX, error) {
	grey, ok := a.Data.([]uint8)
	if !ok {
		return IDX{}, fmt.Errorf("pictures of other numbers than bytes; write them as uint8")
	}
	dims := slices.Clone(a.Shape)
	if len(dims) == 2 {
		side := 1
		for side*side < dims[1] {
			side++
		}
		if side*side != dims[1] {
			return IDX{}, fmt.Errorf("pictures of %d pixels are no squares; give the array three axes", dims[1])
		}
		dims = []int{dims[0], side, side}
	}
	if len(dims) != 3 || len(grey) == 0 {
		return IDX{}, fmt.Errorf("an array of the shape %v; pictures have three axes", a.Shape)
	}
	return IDX{Dims: dims, Data: grey}, nil
}

// labels takes an array of whole numbers for labels.
func labels(a npz.Array) (IDX, error) {
	if len(a.Shape) != 1 {
		return IDX{}, fmt.Errorf("an array of the shape %v; labels have one axis", a.Shape)
	}
	l := IDX{Dims: a.Shape}
	add := func(v int64) error {
		if v < 0 || v > 255 {
			return fmt.Errorf("a label of %d; labels are 0 to 255", v)
		}
		l.Data = append(l.Data, byte(v))
		return nil
	}
	switch data := a.Data.(type) {
	case []uint8:
		l.Data = data
	case []int32:
		for _, v := range data {
			if err := add(int64(v)); err != nil {
				return IDX{}, err
			}
		}
	case []int64:
		for _, v := range data {
			if err := add(v); err != nil {
				return IDX{}, err
			}
		}
	default:
		return IDX{}, fmt.Errorf("labels are no whole numbers; write them as uint8 or int64")
	}
	return l, nil
}
