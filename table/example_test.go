package table_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/table"
)

// What a testing machine wrote where decimals have commas: cells, decimals and units are found out, and a cell that is no number is named.
func Example() {
	text := "# spring 3, 20 °C\nElongation (mm);Force [mN]\n0,5;12,5\n1,0;26\n1,5;38,x\n"
	t, err := table.Open(strings.NewReader(text), table.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	e, first := t.Find("elongation", "stretch")
	f, second := t.Find("force", "load")
	if err := errors.Join(first, second); err != nil {
		fmt.Println(err)
		return
	}
	for t.Next() {
		x, first := t.Number(e.At)
		y, second := t.Number(f.At)
		if err := errors.Join(first, second); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%g %s needs %g %s\n", x, e.Unit, y, f.Unit)
	}
	// Output:
	// 0.5 mm needs 12.5 mN
	// 1 mm needs 26 mN
	// line 5, column 2 `Force [mN]`: "38,x" is not a number; mend the value or remove the column
}
