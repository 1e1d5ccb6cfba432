package export

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/elastrain/elastrain/snapshot"
)

var pvdFormat = Format{
	Name: "pvd", Ending: ".pvd", Cases: AllCases, Wants: Wants{Gradient: true}, Series: true,
	Holds:    "a series of .vtu files in a folder beside it: every load case, or with `--series epochs` the first one after every epoch that the run keeps",
	Opens:    "ParaView, PyVista",
	Lacks:    func(in *Input) []string { return lacksCut(in.Snapshot) },
	WriteAll: writePVD,
}

// writePVD writes the states one by one, and then the file that lists them.
func writePVD(create Create, in *Input) error {
	var list strings.Builder
	number := 0
	add := func(time float64, s *snapshot.Snapshot, c *snapshot.Case) error {
		number++
		name := fmt.Sprintf("state-%05d.vtu", number)
		fmt.Fprintf(&list, "<DataSet timestep=\"%g\" group=\"\" part=\"0\" file=\"%s/%s\"/>\n", time, escaped(in.Name), name)
		return create("/"+name, func(w io.Writer) error { return writeVTU(w, in, newMesh(s), c) })
	}
	var err error
	switch {
	case in.Series != nil:
		err = in.Series(func(time float64, s *snapshot.Snapshot) error {
			var c *snapshot.Case
			if len(s.Cases) > 0 {
				c = &s.Cases[0]
			}
			return add(time, s, c)
		})
	case len(in.Cases) == 0:
		err = add(0, in.Snapshot, nil)
	default:
		for i := range in.Cases {
			if err = add(float64(i+1), in.Snapshot, &in.Cases[i]); err != nil {
				break
			}
		}
	}
	if err != nil {
		return err
	}
	return create("", func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "<?xml version=\"1.0\"?>\n<!-- %s -->\n<VTKFile type=\"Collection\" version=\"0.1\" byte_order=\"LittleEndian\">\n<Collection>\n%s</Collection>\n</VTKFile>\n", comment(in.Source), list.String())
		return err
	})
}

// escaped is text as an attribute of XML has it.
func escaped(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\"", "&quot;").Replace(strings.ToValidUTF8(text, "?"))
}

// magnified is the scale that is asked for, or another one.
func (in *Input) magnified(otherwise float64) float64 {
	if math.IsNaN(in.Scale) {
		return otherwise
	}
	return in.Scale
}
