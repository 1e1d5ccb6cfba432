package ingest

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

	"github.com/elastrain/elastrain/export/npz"
)

var npzFormat = Format{
	Name: "npz", Endings: []string{".npz"}, From: "Elastrain (network.npz, export), NumPy",
	Reads: arraysReads, Units: "SI where Elastrain wrote it, else `unit` and `stiffness_unit`",
	is:   func(text []byte) bool { return bytes.HasPrefix(text, []byte("PK\x03\x04")) },
	read: readNPZ,
}

const arraysReads = "arrays `positions` (or `nodes`, `pos`, `xy`, `coordinates`), `elements` (or `bonds`, `edges`, `springs`), edges of `triangles` (or `tri`, `faces`, `quads`, `tetrahedra`), and where they are there `stiffness` (`k`), `rest_length` (`l0`), `width`, `held`, `cut`"

// array is numbers of a file, row by row.
type array struct {
	name  string
	shape []int
	data  []float64
	other bool // what it holds are no real numbers; data is empty
}

func readNPZ(d *draft) error {
	list, err := npz.Read(bytes.NewReader(d.Data), int64(len(d.Data)), npz.Limits{Bytes: 4 * MostBytes})
	if err != nil {
		return &Error{Cause: err.Error(), Fix: "write it with numpy.savez, of plain arrays"}
	}
	var arrays []array
	for i := range list {
		a := &list[i]
		var numbers []float64
		switch data := a.Data.(type) {
		case []float64:
			numbers = data
		case []int32:
			for _, v := range data {
				numbers = append(numbers, float64(v))
			}
		case []int64:
			for _, v := range data {
				numbers = append(numbers, float64(v))
			}
		case []uint8:
			for _, v := range data {
				numbers = append(numbers, float64(v))
			}
		case []bool:
			for _, v := range data {
				if v {
					numbers = append(numbers, 1)
				} else {
					numbers = append(numbers, 0)
				}
			}
		default:
			arrays = append(arrays, array{name: a.Name, shape: a.Shape, other: true})
			continue
		}
		arrays = append(arrays, array{name: a.Name, shape: a.Shape, data: numbers})
	}
	return d.arrays(arrays)
}

// names of arrays, the most telling first.
var (
	positionArrays = []string{"positions", "position", "nodes", "node", "pos", "xy", "xyz", "coordinates", "coords", "vertices", "points", "P", "p", "X", "R"}
	bondArrays     = []string{"elements", "bonds", "edges", "springs", "links", "bars", "lines", "E", "EI", "bond", "edge"}
)

// arrays makes a network of arrays, be they of NumPy or of MATLAB.
func (d *draft) arrays(all []array) error {
	find := func(columns func(int) bool, names ...string) *array {
		for _, name := range names {
			for i := range all {
				a := &all[i]
				if a.name == name && !a.other && len(a.shape) == 2 && columns(a.shape[1]) {
					return a
				}
			}
		}
		return nil
	}
	pos := find(func(n int) bool { return n >= 1 && n <= 3 }, positionArrays...)
	ends := find(func(n int) bool { return n == 2 }, bondArrays...)
	faces := arrayFaces(all, ends != nil)
	if ends == nil && faces != nil {
		ends = &array{name: faces.name, shape: []int{0, 2}}
	}
	if pos == nil || ends == nil {
		var there []string
		for _, a := range all {
			if a.other {
				continue
			}
			there = append(there, fmt.Sprintf("%s (%s)", a.name, shapeOf(a.shape)))
		}
		what := "no array of positions, nodes x 2 or 3, such as `positions`"
		if pos != nil {
			what = "no array of bonds, bonds x 2, such as `elements`, nor of faces, such as `triangles`"
		}
		if there == nil {
			return &Error{Cause: "there is " + what + ": there are no arrays of numbers", Fix: "save them as arrays of their own, not in a struct or a list"}
		}
		return &Error{Cause: fmt.Sprintf("there is %s: there are %s", what, words(there)), Fix: "name the arrays so"}
	}
	dim := pos.shape[1]
	d.short = dim < 3
	own := false // of this house: it says how far each held node is held, and counts from 1
	byName := map[string]*array{}
	for i := range all {
		byName[all[i].name] = &all[i]
	}
	if byName["held"] != nil && byName["cut"] != nil && pos.name == "positions" && ends.name == "elements" {
		own = true
		if err := d.say(1, "metres", 0); err != nil {
			return err
		}
		if err := d.sayStiffness(1, "N/m", 0); err != nil {
			return err
		}
	}
	d.shifted = own && byName["strain"] != nil
	if own && byName["theta"] != nil {
		d.note("the file is of other elements than linear springs: the ends of its bonds and beams are read, and what they are belongs into `elements`")
	}
	numbers := byName["node_numbers"]
	for i := range pos.shape[0] {
		var x [3]float64
		copy(x[:], pos.data[i*dim:(i+1)*dim])
		for _, v := range x {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return &Error{Cause: fmt.Sprintf("`%s`, row %d: a coordinate that is no number", pos.name, i+1), Fix: "mend the array"}
			}
		}
		name := strconv.Itoa(i + 1)
		if numbers != nil && own && i < len(numbers.data) {
			name = strconv.FormatFloat(numbers.data[i], 'f', -1, 64)
		}
		if err := d.node(name, x, 0); err != nil {
			return err
		}
	}
	from, err := d.first(ends, faces, own)
	if err != nil {
		return err
	}
	if from == 0 {
		d.note("`%s` counts the nodes from 0: what is 0 there is node 1 here", ends.name)
	}
	var wrong error // about what stands where numbers of bonds are due
	column := func(names ...string) *array {
		for _, name := range names {
			a := byName[name]
			if a == nil || a.other && own {
				continue
			}
			switch {
			case a.other:
				wrong = &Error{Cause: fmt.Sprintf("`%s` is no array of real numbers", name), Fix: fmt.Sprintf("write a number for each of the %d bonds, or leave the array out", ends.shape[0])}
			case len(a.data) == ends.shape[0]:
				return a
			case len(a.data) > 1 && !own && wrong == nil:
				wrong = &Error{Cause: fmt.Sprintf("`%s` is %s, and there are %d bonds", name, shapeOf(a.shape), ends.shape[0]), Fix: "write a number for each bond, or leave the array out"}
			}
		}
		return nil
	}
	k, rest, width, cut := column("stiffness", "k", "K", "springs_k", "theta_stiffness"), column("rest_length", "rest_lengths", "restlength", "l0", "L0"), column("width", "widths", "w"), column("cut")
	if wrong != nil {
		return wrong
	}
	cuts := 0
	for i := range ends.shape[0] {
		a, b := ends.data[2*i]-from, ends.data[2*i+1]-from
		for _, v := range []float64{a, b} {
			if v != math.Trunc(v) || v < 0 || v >= float64(len(d.pos)) {
				return &Error{Cause: fmt.Sprintf("`%s`, row %d: node %g does not exist", ends.name, i+1, v+from), Fix: fmt.Sprintf("`%s` has %d rows, which are nodes and count from %g", pos.name, len(d.pos), from)}
			}
		}
		if cut != nil && cut.data[i] != 0 {
			cuts++
			continue
		}
		if own && a == b {
			d.note("row %d of `elements` is a spring to ground, which belongs to `supports`: left out", i+1)
			continue
		}
		one, err := d.bar(int(a), int(b), 0)
		if err != nil {
			return &Error{Cause: fmt.Sprintf("`%s`, row %d: %v", ends.name, i+1, err)}
		}
		for _, from := range []struct {
			a  *array
			to *float64
		}{{rest, &one.rest}, {width, &one.width}} {
			if from.a == nil || math.IsNaN(from.a.data[i]) {
				continue
			}
			if *from.to = from.a.data[i]; !(*from.to > 0) || math.IsInf(*from.to, 0) {
				return &Error{Cause: fmt.Sprintf("`%s`, row %d: %g", from.a.name, i+1, *from.to), Fix: "a length is larger than zero; NaN leaves it open"}
			}
		}
		if k != nil && !math.IsNaN(k.data[i]) {
			if err := d.stiffness(one, k.data[i], 0); err != nil {
				return &Error{Cause: fmt.Sprintf("`%s`, row %d: %v", k.name, i+1, err)}
			}
		}
	}
	if faces != nil {
		if err := d.facesOfArray(faces, from, dim); err != nil {
			return err
		}
	}
	if cuts > 0 {
		d.note("bonds that are cut are left out, %d of them, so bonds behind them have other numbers", cuts)
	}
	if held := byName["held"]; held != nil && len(held.data) == len(pos.data) {
		for i := range d.pos {
			for axis := range dim {
				if held.data[i*dim+axis] != 0 {
					d.set("held "+"xyz"[axis:axis+1], i)
				}
			}
		}
	}
	return nil
}

// first is what the numbers of bonds count from.
func (d *draft) first(ends, faces *array, own bool) (float64, error) {
	least, most := math.Inf(1), math.Inf(-1)
	for _, a := range []*array{ends, faces} {
		if a == nil {
			continue
		}
		for _, v := range a.data {
			least, most = min(least, v), max(most, v)
		}
	}
	if least >= 1 && (own || d.format.Name == "mat") { // everything there counts from 1
		return 1, nil
	}
	from, err := countFrom(least, most, len(d.pos))
	return float64(from), err
}

func shapeOf(shape []int) string {
	text := ""
	for i, n := range shape {
		if i > 0 {
			text += " x "
		}
		text += strconv.Itoa(n)
	}
	return text
}
