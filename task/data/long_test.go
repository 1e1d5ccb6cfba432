package data

import (
	"strings"
	"testing"
)

// Whatever cell of a table is a name or a number of very many letters, what is said of it stays short.
func TestLongCellsAreToldShort(t *testing.T) {
	cells := []string{"width", "height", "kind", "1.5", "2", "rose", "3.5", "1", "tulip"}
	for _, class := range []string{"kind", "width", strings.Repeat("k", 5000)} {
		for at := range cells {
			for _, long := range []string{strings.Repeat("a", 5000), strings.Repeat("7", 5000), "1." + strings.Repeat("0", 5000) + "e", "\"" + strings.Repeat("b c ", 1200) + "\"", "\"" + strings.Repeat("d", 5000)} {
				all := append([]string{}, cells...)
				all[at] = long
				text := ""
				for i := 0; i < len(all); i += 3 {
					text += strings.Join(all[i:i+3], ",") + "\n"
				}
				for _, o := range []CSVOptions{{Label: class}, {NoLabel: true}, {Label: class, Classes: []string{"rose", "tulip"}}} {
					table, err := ReadCSV(strings.NewReader(text), "flowers.csv", o)
					for _, column := range []string{"width", "height", long} {
						if err == nil {
							_, err = table.Column(column)
						}
					}
					if err != nil && len(err.Error()) > 1500 {
						t.Errorf("%.20s in cell %d: %d letters: %.300s", long, at, len(err.Error()), err)
					}
				}
			}
		}
	}
}
