package insitu

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/vision"
)

// In a lattice no node moves by itself: its bonds take its neighbours along. One that does has
// lost its mark, or the file that shows it is damaged.

const (
	movedBy = 6 // standard deviations of a displacement, and more
	stillBy = 3 // standard deviations, and less
	apart   = 4 // times as far as any neighbour
)

// neighbours are the nodes to which each is joined by a bond and that can move.
func neighbours(net *network.Network) [][]int {
	free := func(node int) bool {
		for axis := range net.Dim {
			if !net.Held[node*net.Dim+axis] {
				return true
			}
		}
		return false
	}
	of := make([][]int, net.Nodes())
	for i := range net.Elements {
		el := &net.Elements[i]
		a, b := el.Nodes[0], el.Nodes[1]
		if el.Cut || a == b {
			continue
		}
		if free(b) {
			of[a] = append(of[a], b)
		}
		if free(a) {
			of[b] = append(of[b], a)
		}
	}
	return of
}

// Alone warns of nodes that moved between two readings while none of their neighbours did.
// unchecked says that the later file has no checksums.
func (s *Sight) Alone(before, now *vision.Reading, unchecked bool) (warnings []string) {
	if before == nil || now == nil || before == now {
		return nil
	}
	moved := func(node int) (size, sigma float64, seen bool) {
		a, b := &before.Nodes[node], &now.Nodes[node]
		return math.Hypot(b.X[0]-a.X[0], b.X[1]-a.X[1]), math.Hypot(a.Sigma, b.Sigma), a.Seen && b.Seen
	}
	for node, others := range s.neighbours {
		size, sigma, seen := moved(node)
		if !seen || size <= movedBy*sigma {
			continue
		}
		still := 0
		for _, other := range others {
			far, its, seen := moved(other)
			if seen && (far > stillBy*its || size < apart*far) {
				still = -1
				break
			}
			if seen {
				still++
			}
		}
		if still <= 0 {
			continue
		}
		why := "its mark may have slipped"
		if unchecked {
			why += ", or the file is damaged, which a TIFF without checksums does not show: copy or save it again"
		}
		warnings = append(warnings, fmt.Sprintf("node %d moved by %.0f um, and no node that is joined to it did: %s; look at it, and photograph again", node+1, 1e6*size, why))
	}
	return warnings
}

// unchecked reports whether a photograph is a TIFF whose pixels no checksum guards: all but those
// compressed by deflate.
func unchecked(data []byte) bool {
	var order binary.ByteOrder
	switch {
	case len(data) < 8:
		return false
	case string(data[:4]) == "II*\x00":
		order = binary.LittleEndian
	case string(data[:4]) == "MM\x00*":
		order = binary.BigEndian
	default:
		return false
	}
	const compression, entry = 259, 12
	at := uint64(order.Uint32(data[4:]))
	if at+2 > uint64(len(data)) {
		return true
	}
	for i := range uint64(order.Uint16(data[at:])) {
		from := at + 2 + entry*i
		if from+entry > uint64(len(data)) {
			break
		}
		if order.Uint16(data[from:]) == compression {
			kind := order.Uint16(data[from+8:])
			return kind != 8 && kind != 32946
		}
	}
	return true
}
