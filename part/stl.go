package part

import (
	"bufio"
	"encoding/binary"
	"io"
	"math"
)

// WriteSTL writes a body as binary STL, whose numbers have no unit and are millimetres here.
func (m *Mesh) WriteSTL(w io.Writer, title string) error {
	out := bufio.NewWriterSize(w, 1<<16)
	head := make([]byte, 84)
	copy(head[:80], "elastrain, mm: "+title)
	binary.LittleEndian.PutUint32(head[80:], uint32(len(m.Triangles)))
	if _, err := out.Write(head); err != nil {
		return err
	}
	facet := make([]byte, 50)
	put := func(at int, v [3]float64) {
		for i := range v {
			binary.LittleEndian.PutUint32(facet[at+4*i:], math.Float32bits(float32(v[i])))
		}
	}
	for _, t := range m.Triangles {
		a, b, c := m.Points[t[0]], m.Points[t[1]], m.Points[t[2]]
		n := cross(minus(b, a), minus(c, a))
		if l := math.Sqrt(dot(n, n)); l > 0 {
			n = [3]float64{n[0] / l, n[1] / l, n[2] / l}
		}
		put(0, n)
		put(12, a)
		put(24, b)
		put(36, c)
		if _, err := out.Write(facet); err != nil {
			return err
		}
	}
	return out.Flush()
}
