package export

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/part"
	"github.com/elastrain/elastrain/snapshot"
)

// Formats of what is made: a body for a printer, an outline for a laser, a table for whoever measures it. They are in
// millimetres, as machines take them.

var toMake = []Format{stlFormat, threemfFormat, svgFormat, dxfFormat, bondsFormat}

var stlFormat = Format{
	Name: "stl", Ending: ".stl",
	Holds:   "the part to print as one closed body, mm: struts with their widths, joints, fillets, holes for pins, ears, dots, a frame",
	Opens:   "PrusaSlicer, Cura, ADMesh, MeshLab",
	Refuses: noBody, Lacks: leftOut,
	Write: func(w io.Writer, in *Input) error { return in.made.body.WriteSTL(w, in.Title) },
}

var threemfFormat = Format{
	Name: "3mf", Ending: ".3mf",
	Holds:   "the same body with its unit",
	Opens:   "PrusaSlicer, Cura",
	Refuses: noBody, Lacks: leftOut,
	Write: func(w io.Writer, in *Input) error { return in.made.body.Write3MF(w, in.Title) },
}

var svgFormat = Format{
	Name: "svg", Ending: ".svg",
	Holds:   "the outline to cut at its true size, mm: closed contours in layers CUT, HOLES and MARKS, wider by half the cut (--kerf)",
	Opens:   "Inkscape, LightBurn, browsers",
	Refuses: noOutline, Lacks: leftOut,
	Write: func(w io.Writer, in *Input) error { return in.made.outline.WriteSVG(w, in.Title) },
}

var dxfFormat = Format{
	Name: "dxf", Ending: ".dxf",
	Holds:   "the same outline as closed polylines of DXF release 12, mm",
	Opens:   "LibreCAD, AutoCAD, ezdxf",
	Refuses: noOutline, Lacks: leftOut,
	Write: func(w io.Writer, in *Input) error { return in.made.outline.WriteDXF(w) },
}

var bondsFormat = Format{
	Name:    "bonds",
	Holds:   "a table of the struts to make and to measure, CSV: bond, ends, length between nodes and between joints, width, height (mm), stiffness (N/m)",
	Opens:   "spreadsheets, pandas; `--widths` of solve and eval",
	Refuses: func(in *Input) error { return in.make(nil) }, Lacks: leftOut,
	Write: func(w io.Writer, in *Input) error { return in.made.plan.WriteBonds(w) },
}

// made is what is made of a network.
type made struct {
	plan    *part.Plan
	outline *part.Outline
	body    *part.Mesh
}

// make plans the part, and what more is asked for.
func (in *Input) make(more func(*made) error) error {
	in.made = &made{}
	var err error
	if in.made.plan, err = part.New(in.Snapshot, in.Part); err != nil || more == nil {
		return err
	}
	return more(in.made)
}

func noBody(in *Input) error {
	return in.make(func(m *made) (err error) {
		m.body, err = m.plan.Body()
		return err
	})
}

func noOutline(in *Input) error {
	return in.make(func(m *made) (err error) {
		m.outline, err = m.plan.Outline()
		return err
	})
}

func leftOut(in *Input) []string {
	list := append(in.made.plan.Notes, lacksCut(in.Snapshot)...)
	if bonds := following(in.Snapshot); len(bonds) > 0 && in.Snapshot.Comb == nil {
		list = append(list, madeAtOne(bonds))
	}
	return list
}

// madeAtOne says that bonds follow inputs.
func madeAtOne(bonds []int) string {
	const most = 8
	if len(bonds) == 1 {
		return fmt.Sprintf("bond %d follows an input, and is made as it is at an input of one", bonds[0])
	}
	var names []string
	for _, n := range bonds[:min(len(bonds), most)] {
		names = append(names, strconv.Itoa(n))
	}
	more := ""
	if n := len(bonds) - most; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("bonds %s%s follow inputs, and are made as they are at inputs of one", strings.Join(names, ", "), more)
}

// following are the bonds, by their numbers, whose stiffness follows an input.
func following(s *snapshot.Snapshot) (numbers []int) {
	set := map[int]bool{}
	for i := range s.Inputs {
		for _, at := range s.Inputs[i].Sets {
			set[at] = true
		}
	}
	for i := range s.Elements {
		if el := &s.Elements[i]; el.Theta >= 0 && set[el.Theta] && !el.Cut {
			numbers = append(numbers, el.Number)
		}
	}
	return numbers
}
