package serve

import (
	"slices"
	"strconv"
)

// File is a file that a request carries: an array of bytes by its name, or the table that arrays of numbers make. `positions` is
// nodes.csv, and `bonds`, with `stiffness` or `width` where each starts, is bonds.csv.
func (q *Request) File(name string) ([]byte, bool) {
	if a := q.array(name); a != nil && a.Type == "u1" {
		return a.U1, true
	}
	switch name {
	case "nodes.csv":
		if a := q.array("positions"); a != nil && len(a.Shape) == 2 && a.Shape[1] >= 1 && a.Shape[1] <= 3 && a.Type == "f8" {
			return nodes(a), true
		}
	case "bonds.csv":
		if a := q.array("bonds"); a != nil && len(a.Shape) == 2 && a.Shape[1] == 2 && a.Type == "i4" {
			return q.bonds(a), true
		}
	}
	return nil, false
}

// nodes is the table of positions, m.
func nodes(a *Array) []byte {
	dim := a.Shape[1]
	text := []byte("node," + "x,y,z"[:2*dim-1] + "\n")
	for node := range a.Shape[0] {
		text = strconv.AppendInt(text, int64(node+1), 10)
		for _, v := range a.F8[node*dim : (node+1)*dim] {
			text = strconv.AppendFloat(append(text, ','), v, 'g', -1, 64)
		}
		text = append(text, '\n')
	}
	return text
}

// bonds is the table of pairs of nodes, which count from 0 in arrays and from 1 in tables.
func (q *Request) bonds(a *Array) []byte {
	text, with := []byte("bond,a,b"), []*Array{}
	for _, name := range []string{"stiffness", "width"} {
		if b := q.array(name); b != nil && b.Type == "f8" && slices.Equal(b.Shape, a.Shape[:1]) {
			text, with = append(append(text, ','), name...), append(with, b)
		}
	}
	text = append(text, '\n')
	for bond := range a.Shape[0] {
		text = strconv.AppendInt(text, int64(bond+1), 10)
		for _, node := range a.I4[2*bond : 2*bond+2] {
			text = strconv.AppendInt(append(text, ','), int64(node)+1, 10)
		}
		for _, b := range with {
			text = strconv.AppendFloat(append(text, ','), b.F8[bond], 'g', -1, 64)
		}
		text = append(text, '\n')
	}
	return text
}

// tables refuses arrays of open that are no table and no file.
func (q *Request) tables() error {
	rows := -1
	if b := q.array("bonds"); b != nil {
		if err := shape(b, "i4", -1, 2); err != nil {
			return err
		}
		rows = b.Shape[0]
	}
	for i := range q.Arrays {
		a := &q.Arrays[i]
		switch a.Name {
		case "positions":
			if a.Type != "f8" || len(a.Shape) != 2 || a.Shape[1] < 1 || a.Shape[1] > 3 {
				return refuse("", "array positions has type %s and shape %v; it is f8 of a row for every node and one to three columns", a.Type, a.Shape)
			}
		case "bonds":
		case "stiffness", "width":
			if err := shape(a, "f8", rows); err != nil {
				return err
			}
		default:
			if a.Type != "u1" || len(a.Shape) != 1 {
				return refuse("files are arrays of bytes", "open takes no array %q of type %s and shape %v", a.Name, a.Type, a.Shape)
			}
		}
	}
	return nil
}
