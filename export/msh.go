package export

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/elastrain/elastrain/snapshot"
)

var mshFormat = Format{
	Name: "msh", Ending: ".msh", Cases: AllCases, Wants: Wants{Gradient: true},
	Holds: "Gmsh 2.2: nodes, elements in a physical group for each kind, supports, ports and values of nodes and elements under every load case as steps",
	Opens: "Gmsh, meshio",
	Lacks: func(in *Input) []string { return lacksCut(in.Snapshot) },
	Write: writeMSH,
}

// physical is a named group of cells.
type physical struct {
	dim  int
	name string
}

func writeMSH(to io.Writer, in *Input) error {
	s, m := in.Snapshot, newMesh(in.Snapshot)
	w := bufio.NewWriter(to)
	printf := func(format string, args ...any) { fmt.Fprintf(w, format, args...) } // the first error comes out of Flush
	var groups []physical
	group := func(dim int, name string) int {
		for i, g := range groups {
			if g == (physical{dim, name}) {
				return i + 1
			}
		}
		groups = append(groups, physical{dim, name})
		return len(groups)
	}
	dims := map[int]int{1: 0, 2: 1, 3: 1, 4: 2}   // of a cell with so many points
	types := map[int]int{1: 15, 2: 1, 3: 8, 4: 3} // as Gmsh numbers them
	of := make([]int, len(m.cells))
	for i := range m.cells {
		of[i] = group(dims[len(m.cells[i].points)], s.Elements[m.cells[i].element].Kind)
	}
	printf("$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n%d\n", len(groups))
	for i, g := range groups {
		printf("%d %d \"%s\"\n", g.dim, i+1, strings.NewReplacer("\"", "'", "\n", " ", "\r", " ").Replace(g.name))
	}
	printf("$EndPhysicalNames\n$Nodes\n%d\n", len(m.at))
	for p, x := range m.at {
		printf("%d %.17g %.17g %.17g\n", p+1, x[0], x[1], x[2])
	}
	printf("$EndNodes\n$Elements\n%d\n", len(m.cells))
	for i := range m.cells {
		points := corners(m.cells[i].points)
		printf("%d %d 2 %d %d", i+1, types[len(points)], of[i], of[i])
		for _, p := range points {
			printf(" %d", p+1)
		}
		printf("\n")
	}
	printf("$EndElements\n")
	// Programs want a number for every element: 0 where there is none.
	data := func(section, name, unit string, step, parts, rows int, at func(row, part int) float64) {
		if unit != "" {
			name += " (" + unit + ")"
		}
		printf("$%s\n1\n\"%s\"\n1\n%d\n3\n%d\n%d\n%d\n", section, name, step, step, parts, rows)
		for row := range rows {
			printf("%d", row+1)
			for part := range parts {
				v := at(row, part)
				if math.IsNaN(v) {
					v = 0
				}
				printf(" %.17g", v)
			}
			printf("\n")
		}
		printf("$End%s\n", section)
	}
	cases := []*snapshot.Case{nil}
	if len(s.Cases) > 0 {
		cases = cases[:0]
	}
	for i := range s.Cases {
		cases = append(cases, &s.Cases[i])
	}
	for step, c := range cases {
		for _, a := range m.pointArrays(c) {
			if a.float != nil || step == 0 {
				data("NodeData", a.name, a.unit, step, a.parts, len(m.at), a.value)
			}
		}
		for _, a := range m.cellArrays(c) {
			if step == 0 || a.float != nil && (c.Theta != nil || !strings.HasPrefix(a.name, "gradient")) {
				data("ElementData", a.name, a.unit, step, a.parts, len(m.cells), a.value)
			}
		}
	}
	return w.Flush()
}
