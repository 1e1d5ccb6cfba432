package table

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/unit"
)

// unitsBelow takes units from a line below the header that has nothing else, as testing machines and TrackMate write it.
func (t *Reader) unitsBelow() {
	cells, err := t.read()
	if err != nil || len(cells) != len(t.Header) || len(cells) < 2 {
		return
	}
	units := make([]string, len(cells))
	some := false
	for i, cell := range cells {
		symbol := strings.TrimSpace(cell)
		if symbol == "" || symbol == "-" || symbol == "[-]" || symbol == "(-)" {
			continue
		}
		bare := symbol
		for _, pair := range []string{"()", "[]", "<>"} {
			if len(bare) > 2 && bare[0] == pair[0] && bare[len(bare)-1] == pair[1] {
				bare = strings.TrimSpace(bare[1 : len(bare)-1])
			}
		}
		if !isUnit(bare) {
			return
		}
		units[i], some = bare, true
	}
	if !some {
		return
	}
	t.units = true
	for i, symbol := range units {
		if _, _, has := Split(t.Header[i]); symbol != "" && !has {
			t.Header[i] += " (" + symbol + ")"
		}
	}
}

// isUnit reports whether a word is a unit of what tables hold.
func isUnit(symbol string) bool {
	_, length := unit.Length(symbol)
	_, stiffness := unit.Stiffness(symbol)
	_, force := unit.Find(unit.Forces, symbol)
	return length || stiffness || force || Pixels(symbol) || slices.Contains([]string{"s", "sec", "ms", "min", "frame", "frames", "Pa", "MPa", "GPa", "%", "rad", "deg"}, symbol)
}

// name finds the columns that were named.
func (t *Reader) name(columns map[string]string) error {
	for _, what := range slices.Sorted(maps.Keys(columns)) {
		at := slices.IndexFunc(t.Header, func(h string) bool { return h == Tidy(columns[what]) })
		if at < 0 {
			at = slices.IndexFunc(t.Header, func(h string) bool {
				base, _, _ := Split(h)
				return Key(base) == Key(columns[what]) || Key(h) == Key(columns[what])
			})
		}
		if at < 0 {
			continue // of another table; Named tells
		}
		if t.named == nil {
			t.named = map[string]int{}
		}
		for other, taken := range t.named {
			if taken == at {
				return &Error{Line: t.Line, Column: at + 1, Header: t.Header[at], Cause: fmt.Sprintf("the column is named for %s and for %s", other, what), Fix: "name another column for one of them"}
			}
		}
		t.named[what] = at
	}
	return nil
}

// Name names the one column with a key for what a reader looks for.
func (t *Reader) Name(what, key string) {
	for at, h := range t.Header {
		if Key(h) == key && !t.isNamed(at) {
			if t.named == nil {
				t.named = map[string]int{}
			}
			t.named[what] = at
			return
		}
	}
}

// Named says whether a column was named for what a reader looks for, and is there.
func (t *Reader) Named(what string) bool { _, ok := t.named[what]; return ok }

func (t *Reader) isNamed(column int) bool {
	for _, at := range t.named {
		if at == column {
			return true
		}
	}
	return false
}
