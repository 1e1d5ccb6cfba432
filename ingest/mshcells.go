package ingest

import (
	"fmt"
	"math"
	"strconv"
)

// nodes reads the nodes, of both versions.
func (m *msh) nodes() error {
	if m.version == 0 {
		return m.fail("$Nodes stands before $MeshFormat", "the file is damaged")
	}
	if m.version < 4 {
		n, err := m.count()
		if err != nil {
			return err
		}
		for range n {
			var number int
			var x [3]float64
			if m.binary {
				if number, err = m.int32(); err == nil {
					x, err = m.doubles()
				}
			} else if w, e := m.words(); e != nil {
				err = e
			} else if number, err = m.whole(w, 1); err == nil {
				x, err = m.point(w, 2, 3)
			}
			if err == nil {
				err = m.node(strconv.Itoa(number), x, m.where())
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	head, err := m.counts(4)
	if err != nil {
		return err
	}
	for range head[0] {
		block, err := m.block() // dimension, number, parametric; count
		if err != nil {
			return err
		}
		if block[2] != 0 {
			return m.fail("nodes with parameters of their surface are not read", "save the mesh without `Mesh.SaveParametric`")
		}
		numbers := make([]int, 0, min(block[3], 1<<16))
		for range block[3] {
			one, err := m.counts(1)
			if err != nil {
				return err
			}
			numbers = append(numbers, one[0])
		}
		for _, number := range numbers {
			var x [3]float64
			if m.binary {
				x, err = m.doubles()
			} else if w, e := m.words(); e != nil {
				err = e
			} else {
				x, err = m.point(w, 1, 3)
			}
			if err == nil {
				err = m.node(strconv.Itoa(number), x, m.where())
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// where is the line read last; 0 where the file is binary.
func (m *msh) where() int {
	if m.binary {
		return 0
	}
	return m.line
}

// block is the head of a block of nodes or elements of version 4: three small numbers and a count.
func (m *msh) block() (head [4]int, err error) {
	if !m.binary {
		list, err := m.counts(4)
		if err == nil {
			copy(head[:], list)
		}
		return head, err
	}
	for i := range 3 {
		if head[i], err = m.int32(); err != nil {
			return head, err
		}
	}
	n, err := m.counts(1)
	if err == nil {
		head[3] = n[0]
	}
	return head, err
}

// counts reads a line of so many numbers, 8 bytes each where the file is binary.
func (m *msh) counts(n int) (list []int, err error) {
	if m.binary {
		for range n {
			raw, err := m.bytes(8)
			if err != nil {
				return nil, err
			}
			v := m.order.Uint64(raw)
			if v > math.MaxInt32 {
				return nil, m.fail(fmt.Sprintf("a count of %d", v), "the file is damaged")
			}
			list = append(list, int(v))
		}
		return list, nil
	}
	w, err := m.words()
	if err != nil {
		return nil, err
	}
	for i := range n {
		v, err := m.whole(w, i+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (m *msh) bytes(n int) ([]byte, error) {
	if len(m.text) < n {
		return nil, m.fail("the file ends in its numbers", "it is cut off")
	}
	raw := []byte(m.text[:n])
	m.text = m.text[n:]
	return raw, nil
}

func (m *msh) int32() (int, error) {
	raw, err := m.bytes(4)
	if err != nil {
		return 0, err
	}
	return int(int32(m.order.Uint32(raw))), nil
}

func (m *msh) doubles() (x [3]float64, err error) {
	raw, err := m.bytes(24)
	if err != nil {
		return x, err
	}
	for axis := range x {
		x[axis] = math.Float64frombits(m.order.Uint64(raw[8*axis:]))
		if math.IsNaN(x[axis]) || math.IsInf(x[axis], 0) {
			return x, m.fail("a coordinate that is no number", "the file is damaged")
		}
	}
	return x, nil
}

// elements reads the elements, of both versions.
func (m *msh) elements() error {
	if m.version < 4 {
		return m.elements22()
	}
	head, err := m.counts(4)
	if err != nil {
		return err
	}
	for range head[0] {
		block, err := m.block() // dimension, number, type; count
		if err != nil {
			return err
		}
		shape, known := shapes[block[2]]
		if !known && m.binary {
			return m.fail(fmt.Sprintf("elements of type %d are not known here", block[2]), "save elements of first order, or the file as text")
		}
		var groups [][2]int
		for _, number := range m.groups[[2]int{block[0], block[1]}] {
			groups = append(groups, [2]int{block[0], max(number, -number)})
		}
		for range block[3] {
			var list []int
			if m.binary {
				list, err = m.counts(1 + shape.nodes)
			} else if w, e := m.words(); e != nil {
				err = e
			} else {
				list, err = m.allWhole(w)
			}
			if err != nil {
				return err
			}
			if err := m.cell(list[0], block[2], groups, list[1:]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *msh) allWhole(w []string) (list []int, err error) {
	for i := range w {
		v, err := m.whole(w, i+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (m *msh) elements22() error {
	n, err := m.count()
	if err != nil {
		return err
	}
	if m.binary {
		return m.binary22(n)
	}
	for range n {
		w, err := m.words()
		if err != nil {
			return err
		}
		list, err := m.allWhole(w)
		if err != nil {
			return err
		}
		if len(list) < 3 || list[2] < 0 || len(list) < 3+list[2] {
			return m.fail("an element without its tags", "the line is cut off")
		}
		var tag int
		if list[2] > 0 {
			tag = list[3]
		}
		if err := m.cell22(list[0], list[1], tag, list[3+list[2]:]); err != nil {
			return err
		}
	}
	return nil
}

// binary22 reads blocks of elements of one type.
func (m *msh) binary22(n int) error {
	for read := 0; read < n; {
		var head [3]int // type, count, tags
		for i := range head {
			var err error
			if head[i], err = m.int32(); err != nil {
				return err
			}
		}
		shape, known := shapes[head[0]]
		if !known || head[1] < 1 || head[2] < 0 || head[2] > 100 {
			return m.fail(fmt.Sprintf("elements of type %d are not known here", head[0]), "save elements of first order, or the file as text")
		}
		for range head[1] {
			var list []int
			for range 1 + head[2] + shape.nodes {
				v, err := m.int32()
				if err != nil {
					return err
				}
				list = append(list, v)
			}
			tag := 0
			if head[2] > 0 {
				tag = list[1]
			}
			if err := m.cell22(list[0], head[0], tag, list[1+head[2]:]); err != nil {
				return err
			}
			read++
		}
	}
	return nil
}

func (m *msh) cell22(number, typ, tag int, nodes []int) error {
	var groups [][2]int
	if tag != 0 {
		groups = [][2]int{{shapes[typ].dim, max(tag, -tag)}}
	}
	return m.cell(number, typ, groups, nodes)
}

func (m *msh) cell(number, typ int, groups [][2]int, nodes []int) error {
	if shape, known := shapes[typ]; known && shape.nodes != len(nodes) {
		return m.fail(fmt.Sprintf("an element of type %d with %d nodes", typ, len(nodes)), "the line is cut off")
	}
	for _, g := range groups {
		m.grouped[g] = true
	}
	c := mshCell{number: number, typ: typ, line: m.where(), groups: groups}
	for _, v := range nodes {
		c.nodes = append(c.nodes, strconv.Itoa(v))
	}
	m.cells = append(m.cells, c)
	return nil
}

// entities reads which physical groups the entities of version 4 are in.
func (m *msh) entities() error {
	counts, err := m.counts(4)
	if err != nil {
		return err
	}
	m.surfaces = counts[2]
	for dim, n := range counts {
		for range n {
			if m.binary {
				if err := m.binaryEntity(dim); err != nil {
					return err
				}
				continue
			}
			w, err := m.words()
			if err != nil {
				return err
			}
			number, err := m.whole(w, 1)
			if err != nil {
				return err
			}
			at := 5 // behind three coordinates, or a box
			if dim > 0 {
				at = 8
			}
			tags, err := m.whole(w, at)
			if err != nil {
				return err
			}
			for i := range tags {
				tag, err := m.whole(w, at+1+i)
				if err != nil {
					return err
				}
				m.groups[[2]int{dim, number}] = append(m.groups[[2]int{dim, number}], tag)
			}
		}
	}
	return nil
}

func (m *msh) binaryEntity(dim int) error {
	number, err := m.int32()
	if err != nil {
		return err
	}
	coordinates := 3
	if dim > 0 {
		coordinates = 6
	}
	if _, err := m.bytes(8 * coordinates); err != nil {
		return err
	}
	lists := 1
	if dim > 0 {
		lists = 2 // groups, and entities around
	}
	for list := range lists {
		n, err := m.counts(1)
		if err != nil {
			return err
		}
		for range n[0] {
			tag, err := m.int32()
			if err != nil {
				return err
			}
			if list == 0 {
				m.groups[[2]int{dim, number}] = append(m.groups[[2]int{dim, number}], tag)
			}
		}
	}
	return nil
}
