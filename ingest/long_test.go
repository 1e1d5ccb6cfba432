package ingest_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/ingest"
)

// Whatever word of a file is a name or a number of very many letters, what is said of it stays short.
func TestLongWordsAreToldShort(t *testing.T) {
	word := regexp.MustCompile(`[A-Za-z_0-9.$*]+`)
	for name, text := range map[string]string{"a.data": lammpsFile, "2.msh": msh22, "4.msh": msh41, "faces.msh": mshFaces, "a.json": compasFile, "mesh.json": compasMesh, "links.json": nodeLink,
		"a.graphml": graphFile, "a.csv": springable, "a.txt": enmFile, "a.dxf": dxfFile, "a.inp": inpFile} {
		for _, at := range word.FindAllStringIndex(text, -1) {
			for _, long := range []string{strings.Repeat("a", 5000), strings.Repeat("7", 5000), strings.Repeat("b c ", 1200), text[at[0]:at[1]] + strings.Repeat("x", 5000), text[at[0]:at[1]] + "." + strings.Repeat("0", 5000)} {
				n, err := ingest.Read(ingest.Input{Name: name, Data: []byte(text[:at[0]] + long + text[at[1]:])})
				said := ""
				if err != nil {
					said = err.Error()
				} else {
					said = strings.Join(n.Notes, "\n")
				}
				if len(said) > 1500 {
					t.Errorf("%s, `%s` at %d: %d letters: %.300s", name, text[at[0]:at[1]], at[0], len(said), said)
				}
			}
		}
	}
}
