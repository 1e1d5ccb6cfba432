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
	out.WriteString("bond,a,b\n")
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
		out.Write(append(row, '\n'))
	}
	return out.Flush()
}
