package experiment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/spec"
)

// drawnPictures are n pictures of 4 x 4 pixels, bright above or below by class, as an IDX file and its labels.
func drawnPictures(n int, seed uint64) (pictures, labels []byte) {
	random := rand.New(rand.NewPCG(seed, 7))
	head := func(dims ...uint32) []byte {
		text := []byte{0, 0, 8, byte(len(dims))}
		for _, d := range dims {
			text = binary.BigEndian.AppendUint32(text, d)
		}
		return text
	}
	pictures, labels = head(uint32(n), 4, 4), head(uint32(n))
	for i := range n {
		for p := range 16 {
			v := random.IntN(120)
			if p/8 == i%2 {
				v += 130
			}
			pictures = append(pictures, byte(v))
		}
		labels = append(labels, byte(i%2))
	}
	return pictures, labels
}

// pictureFiles has 60 pictures to train and 20 to test, a CSV file of them, and what else testFiles has.
func pictureFiles(name string) ([]byte, error) {
	train, trainLabels := drawnPictures(60, 1)
	test, testLabels := drawnPictures(20, 2)
	switch name {
	case "train-images-idx3-ubyte":
		return train, nil
	case "train-labels-idx1-ubyte":
		return trainLabels, nil
	case "t10k-images-idx3-ubyte":
		return test, nil
	case "t10k-labels-idx1-ubyte":
		return testLabels, nil
	case "bad-images-ubyte", "bad-labels-ubyte":
		return []byte("elastrain: 1"), nil
	case "train.csv", "test.csv":
		pictures, labels := train, trainLabels
		if name == "test.csv" {
			pictures, labels = test, testLabels
		}
		text := "label"
		for p := range 16 {
			text += fmt.Sprintf(",pixel%d", p)
		}
		for i, l := range labels[8:] {
			text += fmt.Sprintf("\nc%d", l)
			for _, v := range pictures[16+16*i : 32+16*i] {
				text += fmt.Sprintf(",%d", v)
			}
		}
		return []byte(text + "\n"), nil
	}
	return nil, fs.ErrNotExist
}

const pictureSpec = `
elastrain: 1
network: {lattice: triangular, size: 4 x 5, spacing: 10 mm}
bonds: {stiffness: 20..500 N/m}
supports: {pinned: [17..20]}
task:
  kind: classification
  data: train-images-idx3-ubyte
  test: t10k-images-idx3-ubyte
  pool: 2
  encode: {by: pixel}
  validation: {count: 20, stratify: true}
  inputs:
    - {node: 1, along: x, feature: pixel r1 c1, force: 10 mN}
    - {node: 2, along: y, feature: pixel r1 c2, force: 10 mN}
    - {node: 3, along: x, feature: pixel r2 c1, force: 20 mN, complement: true}
    - {node: 4, along: y, feature: pixel r2 c2, force: 10 mN}
  outputs: [{node: 9, along: x, class: "0"}, {node: 10, along: x, class: "1"}]
learn: {method: adam, batch: 8, epochs: 3, augment: {shift: 1, erase: 20 %}, keep: best}
`

func buildPictures(text string, overrides ...string) (*Experiment, error) {
	file, err := spec.Parse("pictures.yaml", []byte(text), overrides...)
	if err != nil {
		return nil, err
	}
	return Build(file, pictureFiles, Options{})
}

func TestPicturesOfFiles(t *testing.T) {
	x, err := buildPictures(pictureSpec)
	if err != nil {
		t.Fatal(err)
	}
	if x.Train.N != 40 || x.Valid.N != 20 || x.Test.N != 20 {
		t.Fatalf("%d, %d and %d samples", x.Train.N, x.Valid.N, x.Test.N)
	}
	count := [2]int{}
	for _, c := range x.Valid.Class {
		count[c]++
	}
	if count != [2]int{10, 10} {
		t.Errorf("the validation part has %v of the classes", count)
	}
	seen := map[int]bool{}
	for _, rows := range [][]int{x.TrainRow, x.ValidRow, x.TestRow} {
		for _, row := range rows {
			if seen[row] {
				t.Errorf("row %d is in two parts", row)
			}
			seen[row] = true
		}
	}
	raw, _ := drawnPictures(20, 2)
	for i, row := range x.TestRow {
		at := func(p int) float64 { return float64(raw[16+16*(row-60)+p]) }
		mean := (at(8) + at(9) + at(12) + at(13)) / 4 / 255
		if got, want := x.Test.Force(i)[2], 0.02*(1-mean); math.Abs(got-want) > 1e-15 {
			t.Fatalf("row %d pushes with %g, not %g", row, got, want)
		}
	}
	plan, err := x.Plan()
	if err != nil {
		t.Fatal(err)
	}
	if plan.Test.N != 0 || plan.Valid != x.Valid || !plan.KeepBest || plan.Augment == nil || x.ChosenOn() != "validation" {
		t.Errorf("%+v", plan)
	}
	// What comes in is dark: no force where the pixel pushes, all of it where the complement does.
	to := make([]float64, 4)
	dark := 0
	for sample := range 100 {
		plan.Augment.Sample(1, 1, sample, x.Train.Force(0), to)
		if to[0] == 0 && to[2] == 0.02 {
			dark++
		}
	}
	if dark < 10 {
		t.Errorf("%d of 100 shifts bring in darkness", dark)
	}
	last, err := buildPictures(pictureSpec, "task.validation={share: 25 %, from: last}")
	if err != nil || last.Valid.N != 15 || last.ValidRow[0] != 45 || last.TrainRow[44] != 44 {
		t.Errorf("%v, %v", last.ValidRow, err)
	}
	table, err := buildPictures(pictureSpec, "task.data=train.csv", "task.test=test.csv", "task.label=label", "task.encode={by: pixel, full: 255}",
		`task.outputs=[{node: 9, along: x, class: c0}, {node: 10, along: x, class: c1}]`)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range x.Test.F {
		if table.Test.F[i] != v {
			t.Fatalf("as CSV the files give another force: %g, not %g", table.Test.F[i], v)
		}
	}
}

func TestPicturesThatCannotBe(t *testing.T) {
	for want, overrides := range map[string][]string{
		"E0417|cannot be pooled by 3":                {"task.pool=3"},
		"E0506|every step takes all samples":         {"learn.batch=all"},
		"E0506|nothing is to happen":                 {"learn.augment={}"},
		"E0506|a grey is not the same":               {"task.encode.by=min-max"},
		"E0507|is chosen on a validation part":       {"task.validation=~"},
		"E0405|how many rows":                        {"task.validation={from: last}"},
		"E0405|out of 60 of the training part":       {"task.validation={count: 60}"},
		"E0412|`stratify` is for classes":            {"task.validation={count: 20, from: last, stratify: true}"},
		"E0412|has a test part of its own":           {"task.split=50 %"},
		"E0402|cannot read other-images":             {"task.test=other-images-idx3-ubyte"},
		"E0402|no IDX file":                          {"task.data=bad-images-ubyte"},
		"E0402|which file has the labels":            {"task.data=pictures.idx"},
		"E0408|do not say what the brightest":        {"task.data=train.csv", "task.test=test.csv", "task.label=label", `task.outputs=[{node: 9, along: x, class: c0}, {node: 10, along: x, class: c1}]`},
		"E0401|mnist, fashion-mnist, penguins or li": {"task.data=mnits", "task.test=~"},
	} {
		_, err := buildPictures(pictureSpec, overrides...)
		var list spec.Errors
		if !errors.As(err, &list) {
			t.Errorf("%s: %v", want, err)
			continue
		}
		code, text, _ := strings.Cut(want, "|")
		if list[0].Code != code || !strings.Contains(list.Render(false), text) {
			t.Errorf("%s:\n%s", want, list.Render(false))
		}
	}
}
