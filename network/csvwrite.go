package network

import (
	"bufio"
	"io"
	"strconv"
)

// WriteCSV writes the network as a table of nodes and a table of bonds that
// ReadCSV reads back to the same bits (if there is a bond at all: an empty table
// is refused as a slip). Supports, springs to ground and cuts
// belong to the experiment and are not written; a bond that is cut is, for it
// keeps its number.
func (n *Network) WriteCSV(nodes, bonds io.Writer) error {
	if err := n.WriteNodesCSV(nodes); err != nil {
		return err
	}
	return n.WriteBondsCSV(bonds)
}

// WriteNodesCSV writes the columns node, x, y, z (as many as there are axes):
// numbers from 1, metres. Its errors are those of w.
func (n *Network) WriteNodesCSV(w io.Writer) error {
	out := bufio.NewWriter(w)
	out.WriteString([]string{"node,x\n", "node,x,y\n", "node,x,y,z\n"}[n.Dim-1])
	var row []byte
	for node := range n.Nodes() {
		row = strconv.AppendInt(row[:0], int64(node+1), 10)
		for _, x := range n.At(node) {
			row = append(row, ',')
			row = strconv.AppendFloat(row, x, 'g', -1, 64)
		}
		out.Write(append(row, '\n'))
	}
	return out.Flush() // keeps the first error of all writes
}

// WriteBondsCSV writes the columns bond, a, b: numbers from 1. Its errors are
// those of w.
func (n *Network) WriteBondsCSV(w io.Writer) error {
	out := bufio.NewWriter(w)
	out.WriteString("bond,a,b" + n.shiftHead() + "\n")
	var row []byte
	for i := range n.Elements {
		e := &n.Elements[i]
		if e.Kind != Bar {
			continue // bars come first, so their numbers have no gaps
		}
		row = strconv.AppendInt(row[:0], int64(i+1), 10)
		for _, node := range e.Nodes {
			row = append(row, ',')
			row = strconv.AppendInt(row, int64(node+1), 10)
		}
		out.Write(append(n.appendShift(row, e), '\n'))
	}
	return out.Flush()
}

// shiftHead and appendShift are the columns of the shifts of a periodic cell.
func (n *Network) shiftHead() string {
	if n.Cell == nil {
		return ""
	}
	return ",shift1,shift2"
}

func (n *Network) appendShift(row []byte, e *Element) []byte {
	if n.Cell == nil {
		return row
	}
	for _, s := range e.Shift[:2] {
		row = strconv.AppendInt(append(row, ','), int64(s), 10)
	}
	return row
}

// WriteBondTable writes what the bonds are made to be: their ends, length, stiffness
// (N/m; len elements) and width (m; nil where nobody has one). It is a table that ReadBonds reads,
// the stiffness or width as the start. A bond that is cut keeps its row, without
// either. Springs to ground are no bonds. Its errors are those of w.
func (n *Network) WriteBondTable(w io.Writer, stiffness, width []float64) error {
	out := bufio.NewWriter(w)
	out.WriteString("bond,a,b" + n.shiftHead() + ",length (m),stiffness (N/m)")
	if width != nil {
		out.WriteString(",width (mm)")
	}
	out.WriteByte('\n')
	var row []byte
	for i := range n.Elements {
		e := &n.Elements[i]
		if e.Kind != Bar {
			continue
		}
		row = strconv.AppendInt(row[:0], int64(i+1), 10)
		for _, node := range e.Nodes {
			row = append(row, ',')
			row = strconv.AppendInt(row, int64(n.NodeNumber(node)), 10)
		}
		row = append(n.appendShift(row, e), ',')
		row = strconv.AppendFloat(row, n.BondLength(i), 'g', -1, 64)
		row = append(row, ',')
		if !e.Cut {
			row = strconv.AppendFloat(row, stiffness[i], 'g', -1, 64)
		}
		if width != nil {
			row = append(row, ',')
			if !e.Cut {
				row = strconv.AppendFloat(row, 1e3*width[i], 'g', 12, 64) // what a machine could make of it
			}
		}
		out.Write(append(row, '\n'))
	}
	return out.Flush()
}
