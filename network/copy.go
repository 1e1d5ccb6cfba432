package network

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"math"
	"slices"
)

// Clone is a copy that shares no memory with n.
func (n *Network) Clone() *Network {
	return &Network{
		Dim:      n.Dim,
		Pos:      slices.Clone(n.Pos),
		Elements: slices.Clone(n.Elements),
		Held:     slices.Clone(n.Held),
		Cell:     slices.Clone(n.Cell),
		Arms:     slices.Clone(n.Arms),

		NodeNumbers: slices.Clone(n.NodeNumbers),
	}
}

// Equal reports whether two networks agree in every number, bit for bit: the
// same nodes and elements in the same order. Two equal networks have equal
// hashes.
func (n *Network) Equal(o *Network) bool {
	sameBits := func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }
	return n.Dim == o.Dim &&
		slices.EqualFunc(n.Pos, o.Pos, sameBits) &&
		slices.Equal(n.Held, o.Held) &&
		slices.EqualFunc(n.Arms, o.Arms, func(a, b [2][2]float64) bool {
			return slices.EqualFunc(a[0][:], b[0][:], sameBits) && slices.EqualFunc(a[1][:], b[1][:], sameBits)
		}) &&
		slices.EqualFunc(n.Cell, o.Cell, func(a, b [3]float64) bool { return slices.EqualFunc(a[:], b[:], sameBits) }) &&
		slices.EqualFunc(n.Elements, o.Elements, func(a, b Element) bool {
			return a.Kind == b.Kind && a.Cut == b.Cut && a.Nodes == b.Nodes && a.Shift == b.Shift &&
				slices.EqualFunc(a.Dir[:], b.Dir[:], sameBits)
		})
}

// Hash is the SHA-256 of the network, the same on every machine. It tells
// whether a checkpoint belongs to a network.
func (n *Network) Hash() [sha256.Size]byte {
	d := digest{sum: sha256.New()}
	d.word(uint64(n.Dim))
	d.word(uint64(len(n.Pos)))
	for _, x := range n.Pos {
		d.word(math.Float64bits(x))
	}
	d.word(uint64(len(n.Elements)))
	for i := range n.Elements {
		e := &n.Elements[i]
		d.word(uint64(e.Kind))
		d.flag(e.Cut)
		for _, node := range e.Nodes {
			d.word(uint64(node))
		}
		for _, x := range e.Dir {
			d.word(math.Float64bits(x))
		}
	}
	d.word(uint64(len(n.Held)))
	for _, held := range n.Held {
		d.flag(held)
	}
	for _, vector := range n.Cell { // those of networks that end have none, and their hash stays
		for _, x := range vector {
			d.word(math.Float64bits(x))
		}
	}
	for i := range n.Elements {
		if n.Cell == nil {
			break
		}
		for _, s := range n.Elements[i].Shift {
			d.word(uint64(s))
		}
	}
	for _, arms := range n.Arms { // likewise
		for _, arm := range arms {
			d.word(math.Float64bits(arm[0]))
			d.word(math.Float64bits(arm[1]))
		}
	}
	d.flush()
	return [sha256.Size]byte(d.sum.Sum(nil))
}

// digest gathers words into blocks: hashing eight bytes a call is slow.
type digest struct {
	sum hash.Hash
	buf []byte
}

func (d *digest) word(w uint64) {
	d.buf = binary.LittleEndian.AppendUint64(d.buf, w)
	if len(d.buf) >= 4096 {
		d.flush()
	}
}

func (d *digest) flag(set bool) {
	if set {
		d.word(1)
	} else {
		d.word(0)
	}
}

func (d *digest) flush() {
	d.sum.Write(d.buf)
	d.buf = d.buf[:0]
}
