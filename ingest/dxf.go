package ingest

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
)

var dxfFormat = Format{
	Name: "dxf", Endings: []string{".dxf"}, From: "AutoCAD, LibreCAD, FreeCAD, Rhino, ezdxf",
	Reads: "LINE, LWPOLYLINE and POLYLINE entities, edges of 3DFACE and polyface meshes: ends that meet within 1e-6 of the drawing are nodes, layers named sets",
	Units: "of $INSUNITS, else `unit`",
	is: func(text []byte) bool {
		f := bytes.Fields(text[:min(len(text), 400)])
		return len(f) > 1 && string(f[0]) == "0" && string(f[1]) == "SECTION" || len(f) > 1 && string(f[0]) == "999"
	},
	read: readDXF,
}

// insunits are the units of a drawing, metres.
var insunits = map[int]struct {
	metre float64
	name  string
}{1: {0.0254, "inches"}, 2: {0.3048, "feet"}, 4: {1e-3, "mm"}, 5: {1e-2, "cm"}, 6: {1, "m"}, 7: {1e3, "km"}, 9: {2.54e-5, "mil"}, 13: {1e-6, "um"}, 11: {1e-10, "Å"}, 12: {1e-9, "nm"}, 14: {0.1, "dm"}}

// segment is a line of the drawing, or a face with its edges.
type segment struct {
	ends  [][3]float64
	edges [][2]int // of a face; nil: a line
	layer string
	line  int
}

// drawing is a .dxf file on its way.
type drawing struct {
	*draft
	*lines
	segments []segment
	others   []string
	curved   int
	hidden   int // edges of faces
}

// pair reads a group: a code, and its value on the next line.
func (x *drawing) pair() (code int, value string, ok bool, err error) {
	first, ok := x.next()
	if !ok || strings.TrimSpace(first) == "" && strings.TrimSpace(x.text) == "" {
		return 0, "", false, nil
	}
	if code, err = strconv.Atoi(strings.TrimSpace(first)); err != nil {
		return 0, "", false, x.fail(fmt.Sprintf("%.20q stands where the code of a group is due", strings.TrimSpace(first)), "the file is damaged, or a binary DXF: save it as text")
	}
	value, ok = x.next()
	if !ok {
		return 0, "", false, x.fail("the file ends within a group", "it is cut off")
	}
	return code, strings.TrimSpace(value), true, nil
}

func readDXF(d *draft) error {
	if bytes.HasPrefix(d.Data, []byte("AutoCAD Binary DXF")) {
		return &Error{Cause: "this is a binary DXF", Fix: "save it as text (ASCII DXF)"}
	}
	text, err := textOf(d.Data)
	if err != nil {
		return err
	}
	x := &drawing{draft: d, lines: text}
	d.twice, d.counted = true, true
	section, kind, variable := "", "", ""
	var points [][3]float64 // of the entity
	var layer string
	var closed, bulged, ended bool
	begun := 0
	var broken error
	flags := 0
	var vertices []vertex // of a POLYLINE that is a mesh
	flush := func() {
		switch {
		case section != "ENTITIES":
		case kind == "3DFACE":
			x.face3D(points, flags, layer, begun)
			kind = ""
		case kind == "POLYLINE" && flags&polyface != 0:
			if err := x.polyface(points, vertices, layer, begun); err != nil {
				broken = err
			}
			kind = ""
		case kind == "POLYLINE" && flags&polygonMesh != 0:
			x.others = append(x.others, "POLYLINE of a polygon mesh")
			kind = ""
		}
		if kind != "LINE" && kind != "LWPOLYLINE" && kind != "POLYLINE" || section != "ENTITIES" {
			return
		}
		for i := range points {
			if i > 0 {
				x.segments = append(x.segments, segment{points[i-1 : i+1], nil, layer, begun})
			}
		}
		if closed && len(points) > 2 {
			x.segments = append(x.segments, segment{[][3]float64{points[len(points)-1], points[0]}, nil, layer, begun})
		}
		if bulged {
			x.curved++
		}
		kind = ""
	}
	for {
		code, value, ok, err := x.pair()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		switch {
		case code == 0 && kind == "POLYLINE" && value == "VERTEX":
			points, vertices = append(points, [3]float64{}), append(vertices, vertex{})
		case code == 0 && value == "SEQEND":
			flush()
		case code == 0:
			flush()
			kind, points, layer, closed, bulged, begun = value, nil, "", false, false, x.line
			flags, vertices = 0, nil
			switch {
			case value == "ENDSEC":
				section = ""
			case value == "EOF":
				ended = true
			case value == "LINE":
				points = make([][3]float64, 2)
			case value == "3DFACE":
				points = make([][3]float64, 4)
			case section == "ENTITIES" && value != "LWPOLYLINE" && value != "POLYLINE":
				x.others = append(x.others, value)
				if len(x.others) > 10_000 {
					x.others = x.others[:1000]
				}
			}
		case code == 2 && kind == "SECTION" && section == "": // variables of the head have names too
			section = value
		case code == 9:
			variable = value
		case code == 70 && section == "HEADER" && variable == "$INSUNITS":
			if err := x.insunits(value); err != nil {
				return err
			}
		case section != "ENTITIES":
		case code == 8 && layer == "":
			layer = value
		case code == 42 && (kind == "LWPOLYLINE" || kind == "POLYLINE"):
			v, err := x.lines.number([]string{value}, 1)
			if err != nil {
				return err
			}
			bulged = bulged || v != 0
		case code >= 70 && code <= 74 && kind == "POLYLINE" && len(vertices) > 0:
			if vertices[len(vertices)-1][code-70], err = x.whole([]string{value}, 1); err != nil {
				return err
			}
		case code == 70 && (kind == "LWPOLYLINE" || kind == "POLYLINE" || kind == "3DFACE"):
			if flags, err = x.whole([]string{value}, 1); err != nil {
				return err
			}
			closed = flags&1 != 0
		case kind == "POLYLINE" && len(points) == 0: // the point of its plane
		case code >= 10 && code <= 33 && (kind == "LINE" || kind == "3DFACE" || kind == "LWPOLYLINE" || kind == "POLYLINE"):
			end, axis := code%10, code/10-1
			if end > 3 || kind == "LINE" && end > 1 || kind != "LINE" && kind != "3DFACE" && end > 0 {
				continue
			}
			v, err := x.lines.number([]string{value}, 1)
			if err != nil {
				return err
			}
			switch {
			case kind == "LINE" || kind == "3DFACE":
				points[end][axis] = v
			case kind == "LWPOLYLINE" && axis == 0:
				points = append(points, [3]float64{v})
			case len(points) > 0:
				points[len(points)-1][axis] = v
			}
		}
	}
	flush()
	if broken != nil {
		return broken
	}
	if !ended {
		return x.fail("the file ends without EOF", "it is cut off")
	}
	return x.weld()
}

func (x *drawing) insunits(value string) error {
	n, err := x.whole([]string{value}, 1)
	if err != nil {
		return err
	}
	if n == 0 {
		return nil
	}
	u, known := insunits[n]
	if !known {
		return x.fail(fmt.Sprintf("the unit %d of $INSUNITS is not known here", n), "write `unit` beside `file`, and set $INSUNITS to 0")
	}
	return x.say(u.metre, u.name+" ($INSUNITS)", x.line)
}

// weld makes nodes of ends that meet, within a millionth of the drawing.
func (x *drawing) weld() error {
	if len(x.segments) == 0 {
		cause := "there are no lines in the drawing"
		if x.others != nil {
			cause += ": it has " + words(x.others)
		}
		return &Error{Cause: cause, Fix: "bonds are LINE, LWPOLYLINE or POLYLINE entities, or edges of 3DFACE; explode blocks before saving"}
	}
	size := 0.0
	var low, high [3]float64
	for i, s := range x.segments {
		for _, p := range s.ends {
			for axis, v := range p {
				if i == 0 || v < low[axis] {
					low[axis] = v
				}
				if i == 0 || v > high[axis] {
					high[axis] = v
				}
				size = max(size, high[axis]-low[axis])
			}
		}
	}
	tolerance := 1e-6 * size
	if !(tolerance > 0) {
		tolerance = 1
	}
	cells := map[[3]int64][]int{}
	at := func(p [3]float64, line int) (int, error) {
		var c [3]int64
		for axis, v := range p {
			c[axis] = int64(math.Floor((v - low[axis]) / tolerance))
		}
		for dx := range int64(27) {
			near := [3]int64{c[0] + dx%3 - 1, c[1] + dx/3%3 - 1, c[2] + dx/9 - 1}
			for _, node := range cells[near] {
				q := x.pos[node]
				if math.Hypot(math.Hypot(p[0]-q[0], p[1]-q[1]), p[2]-q[2]) <= tolerance {
					return node, nil
				}
			}
		}
		cells[c] = append(cells[c], len(x.pos))
		return len(x.pos), x.draft.node(strconv.Itoa(len(x.pos)+1), p, line)
	}
	for _, s := range x.segments {
		ends := make([]int, len(s.ends))
		for i, p := range s.ends {
			var err error
			if ends[i], err = at(p, s.line); err != nil {
				return err
			}
		}
		if s.edges != nil {
			if err := x.draft.face(ends, s.edges, s.line); err != nil {
				return err
			}
		} else if ends[0] == ends[1] {
			return fail(s.line, "a line without length", "remove it from the drawing (in AutoCAD: OVERKILL)")
		} else if _, err := x.bar(ends[0], ends[1], s.line); err != nil {
			return err
		}
		for _, end := range ends {
			x.set(s.layer, end)
		}
	}
	x.crossings()
	if x.curved > 0 {
		x.note("%d polylines have arcs, which are taken for straight", x.curved)
	}
	if x.hidden > 0 {
		x.note("%d edges of faces are invisible in the drawing and no bonds", x.hidden)
	}
	if x.others != nil {
		x.note("%s not read", words(x.others))
	}
	return nil
}
