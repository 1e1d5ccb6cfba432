package table

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

// words16 is text in UTF-16, least byte first, without a mark.
func words16(text string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(text)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

func swap(text string) string {
	b := []byte(text)
	for i := 0; i+1 < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return string(b)
}

// all reads a table of numbers into one line of text.
func all(text string, o Options) (string, []string, error) {
	t, err := Open(strings.NewReader(text), o)
	if err != nil {
		return "", nil, err
	}
	out := strings.Join(t.Header, "|")
	for t.Next() {
		out += "/"
		for j := range t.Header {
			v, err := t.Number(j)
			if err != nil {
				return "", nil, err
			}
			out += fmt.Sprint(" ", v)
		}
	}
	return out, t.Notes(), t.Err()
}

// One table as many programs write it.
func TestManyWaysToWriteOneTable(t *testing.T) {
	const want = "x|y/ 1.5 2/ 3 -4.25"
	for name, text := range map[string]string{
		"plain":              "x,y\n1.5,2\n3,-4.25\n",
		"no last line end":   "x,y\n1.5,2\n3,-4.25",
		"crlf":               "x,y\r\n1.5,2\r\n3,-4.25\r\n",
		"cr":                 "x,y\r1.5,2\r3,-4.25\r",
		"mark":               "\ufeffx,y\n1.5,2\n3,-4.25\n",
		"utf-16":             "\xff\xfe" + words16("x,y\n1.5,2\n3,-4.25\n"),
		"utf-16, other":      "\xfe\xff" + swap(words16("x,y\n1.5,2\n3,-4.25\n")),
		"utf-16, no mark":    words16("x,y\n1.5,2\n3,-4.25\n"),
		"semicolons":         "x;y\n1.5;2\n3;-4.25\n",
		"decimal commas":     "x;y\r\n1,5;2\r\n3;-4,25\r\n",
		"tabs":               "x\ty\n1.5\t2\n3\t-4.25\n",
		"tabs and commas":    "x\ty\n1,5\t2\n3\t-4,25\n",
		"bars":               "x|y\n1.5|2\n3|-4.25\n",
		"blanks":             "  x   y\n 1.5    2\n 3     -4.25\n",
		"blanks and commas":  "x y\n1,5 2\n3 -4,25\n",
		"quotes":             "\"x\",\"y\"\n\"1.5\",\"2\"\n3,-4.25\n",
		"quotes in blanks":   "\"x\" \"y\"\n\"1.5\" 2\n3 -4.25\n",
		"comments":           "# by hand\n% twice\n\nx,y\n# a remark, with comma\n1.5,2\n // or two\n3,-4.25\n",
		"numpy":              "# x,y\n1.5,2\n3,-4.25\n",
		"numpy with blanks":  "# made today\n# x y\n1.500e+00 2.000e+00\n3 -4.25\n",
		"sep":                "sep=;\nx;y\n1,5;2\n3;-4,25\n",
		"minus":              "x,y\n1.5,2\n3,\u22124.25\n",
		"fortran":            "x y\n0.15D+01 2d0\n3.0D0 -4.25D0\n",
		"empty lines":        "\n\nx,y\n\n1.5,2\n\n3,-4.25\n\n",
		"blanks in cells":    " x ,  y\n 1.5, 2 \n3 ,\t-4.25\n",
		"commas in a header": "\"x\";\"y\"\n1,5;2\n3;-4,25\n",
		"empty rows":         "x,y\n1.5,2\n,\n3,-4.25\n,,,\n",
		"surplus commas":     "x,y\n1.5,2,,\n3,-4.25,\n",
		"a title":            "my lattice\n\nx,y\n1.5,2\n3,-4.25\n",
		"a title, filled up": "my lattice,\nx,y\n1.5,2\n3,-4.25\n",
	} {
		got, _, err := all(text, Options{})
		if err != nil || got != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestEmptyLastCellsAreKept(t *testing.T) {
	r, err := Open(strings.NewReader("a\tb\tc\n1\t2\t\n\t\t3\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for r.Next() {
		rows = append(rows, r.Cell(0)+"."+r.Cell(1)+"."+r.Cell(2))
	}
	if got := strings.Join(rows, " "); r.Err() != nil || got != "1.2. ..3" {
		t.Errorf("%q, %v", got, r.Err())
	}
}

func TestNotes(t *testing.T) {
	for text, want := range map[string]string{
		"x;y\n1;2,5\n":         `decimal commas are read as decimal points, such as "2,5" on line 2`,
		"x (\xb5m),y\n1,2\n":   "the text is not UTF-8 and is read as Latin-1, such as µ on line 1",
		"x,y\n1,2\n":           "",
		"x (\u00b5m),y\n1,2\n": "",
	} {
		_, notes, err := all(text, Options{})
		if got := strings.Join(notes, "; "); err != nil || got != want {
			t.Errorf("%q: notes %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "empty file; it must hold a header line and rows",
		" \n\n":                     "empty file",
		"\r":                        "empty file",
		"PK\x03\x04":                "a spreadsheet or zip file",
		"\xd0\xcf\x11\xe0":          "a spreadsheet of an old format",
		"ITEM: TIMESTEP\n0\n":       "a dump of LAMMPS, not a table; keep the lines",
		"LAMMPS data file\n\n":      "a data file of LAMMPS",
		"\"x\" \"y\"\n\"1\" 0 0\n":  "line 2: 3 fields, but the header has 2; name every column; R leaves",
		"x,y\n1,\x1b[31m\n":         "line 2: control character 0x1b",
		"x,y\n1,\u0085\n":           "line 2: control character 0x85",
		"x,y\n1,\x96\n":             "line 2: a letter that is not UTF-8; save",
		"\xff\xfex":                 "UTF-16 text that ends within a letter",
		"x,y\n\n1,2,3\n":            "line 3: 3 fields, but the header has 2; remove the surplus, and write decimal points",
		"x;y\n1\n":                  "line 2: 1 fields, but the header has 2; fill in",
		"x y\n1 2\n3\n":             "line 3: 1 fields",
		"x,y\n1,two\n":              "line 2, column 2 `y`: \"two\" is not a number; mend",
		"x,y\n1,\n":                 "line 2, column 2 `y`: empty; ",
		"x,y\n1,NaN\n":              "is not a finite number",
		"x,y\n1,1e999\n":            "is too large",
		"x,y\n1,0x10\n":             "is not a number",
		"x,y\n1,\"2,5\"\n":          "\"2,5\" has a decimal comma; write a decimal point",
		"x;y\n1.5;2\n3;2,5\n":       `line 3, column 2 ` + "`y`" + `: there is a decimal comma in "2,5" on line 3, and a decimal point in "1.5" on line 2`,
		"x;y\n1;1.234,5\n":          "is not a number",
		"x;y\n1,5;2\n1;3.5\n":       "there is a decimal comma",
		"x,y\n1,\"2\n":              "line 2: a quoted field does not end where the field ends",
		"x,y\n1,2\"3\n":             "line 2: a quotation mark inside an unquoted field",
		"# c\n\nx y\n1 2\n1 \"2\n":  "line 5: a quoted field",
		"# c\n\nx,y\n1,2\n# c\n3\n": "line 6: 1 fields",
	} {
		_, _, err := all(text, Options{})
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if _, _, err := all("x,y,z\n", Options{MaxColumns: 2}); err == nil || !strings.Contains(err.Error(), "3 columns; at most 2") {
		t.Error(err)
	}
	if _, _, err := all("x,y\n1,2\n", Options{MaxBytes: 5}); err == nil || !strings.Contains(err.Error(), "larger than 5 bytes") {
		t.Error(err)
	}
}

// number parses a cell of a table with commas.
func number(cell string) (float64, string) {
	t := &Reader{comma: ','}
	v, cause, fix := t.parse(cell, &t.style)
	if cause != "" {
		cause += "; " + fix
	}
	return v, cause
}

func TestNumber(t *testing.T) {
	for field, want := range map[string]float64{
		"0": 0, "−5": -5 /* a typographic minus */, "1d-3": 0.001, "5.1": 5.1, "-3": -3, "+2": 2, "1e3": 1000, "2E-3": 0.002, ".5": 0.5, "5.": 5, "1e-999": 0,
	} {
		if v, complaint := number(field); v != want || complaint != "" {
			t.Errorf("number(%q) = %v, %q; want %v", field, v, complaint, want)
		}
	}
	for field, want := range map[string]string{
		"":                       "empty; remove the row",
		"NA":                     `"NA" marks a missing value`,
		"?":                      `"?" marks a missing value`,
		"NaN":                    "not a finite number",
		"-inf":                   "not a finite number",
		"1e999":                  "too large",
		"0x1p4":                  "not a number",
		"1_000":                  "not a number",
		"5,1":                    "decimal comma",
		"1,000,000":              "not a number",
		"5.1cm":                  `"5.1cm" is not a number`,
		strings.Repeat("ä", 500): `"` + strings.Repeat("ä", 40) + `... (500 letters)" is not a number`,
	} {
		if _, complaint := number(field); !strings.Contains(complaint, want) {
			t.Errorf("number(%q) complains %q, want %q", field, complaint, want)
		}
	}
}

func TestSplit(t *testing.T) {
	for name, want := range map[string][2]string{
		"x": {"x", ""}, "x (mm)": {"x", "mm"}, "x[mm]": {"x", "mm"}, "X / mm": {"X", "mm"}, "x_mm": {"x", "mm"}, "x in mm": {"x", "mm"}, "x, mm": {"x", "mm"}, "x mm": {"x", "mm"},
		"x (px)": {"x", "px"}, "POSITION_X": {"POSITION_X", ""}, "a/b": {"a/b", ""}, "(mm)": {"(mm)", ""}, "x (µm)": {"x", "µm"}, "x_inches": {"x", "inches"}, "FRAME": {"FRAME", ""},
	} {
		if base, symbol, _ := Split(name); base != want[0] || symbol != want[1] {
			t.Errorf("%q is %q, %q", name, base, symbol)
		}
	}
}

func TestFind(t *testing.T) {
	r, err := Open(strings.NewReader("Node ID,Position_X (mm),y [cm],x2,z (px),,y\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	node, _ := r.Find("node", "nodeid")
	x, _ := r.Find("x", "positionx")
	none, _ := r.Find("w")
	z, _ := r.Find("z")
	if node.At != 0 || x.At != 1 || none.At != -1 || z.At != 4 {
		t.Errorf("%v %v %v %v", node, x, none, z)
	}
	if _, err := r.Find("y"); err == nil || !strings.Contains(err.Error(), "line 1, column 7 `y`: column 3 `y [cm]` says the same") {
		t.Error(err)
	}
	for _, c := range []struct {
		column         Column
		fallback, unit string
		want           string
	}{
		{x, "", "mm", ""}, {x, "mm", "mm", ""}, {x, "millimetres", "mm", ""}, {x, "cm", "mm", "the header says mm, and the unit of the table is given as cm"},
		{node, "in", "in", ""}, {node, "", "m", ""}, {z, "", "", "pixels are of any size; turn them into lengths"},
	} {
		u, err := r.Length(c.column, c.fallback)
		if u.Symbol != c.unit || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v with %q: %v, %v", c.column, c.fallback, u, err)
		}
	}
	if u, err := r.Stiffness(Column{At: 1, Unit: "N/mm", HasUnit: true}, ""); err != nil || u.Of(1) != 1000 {
		t.Errorf("%v, %v", u, err)
	}
	if _, err := r.Stiffness(x, ""); err == nil {
		t.Error("mm is a unit of stiffness")
	}
	if got := r.Others(node, x); strings.Join(got, "|") != "y [cm]|x2|z (px)|y" {
		t.Errorf("others %q", got)
	}
}

func TestRewindAndWords(t *testing.T) {
	r, err := Open(strings.NewReader("# head\nid,a\n#1,2\n"), Options{Words: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		r.Rewind()
		if r.Line != 2 || !r.Next() || r.Cell(0) != "#1" || r.Line != 3 || r.Next() || r.Err() != nil {
			t.Errorf("line %d, %q, %v", r.Line, r.Cell(0), r.Err())
		}
	}
}

// Whatever the separator, the quotes and the line ends, the cells come back.
func TestCellsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns, rows := rapid.IntRange(1, 5).Draw(t, "columns"), rapid.IntRange(1, 5).Draw(t, "rows")
		comma := rapid.SampledFrom([]string{",", ";", "\t", "|", "  "}).Draw(t, "comma")
		end := rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "end")
		if comma == "  " {
			columns = max(columns, 2)
		}
		var text strings.Builder
		var want []string
		for i := range rows + 1 {
			for j := range columns {
				cell := fmt.Sprintf("c%d", j)
				if i > 0 {
					cell = fmt.Sprint(rapid.Float64Range(-1e6, 1e6).Draw(t, "v"))
					want = append(want, cell)
				}
				if j > 0 {
					text.WriteString(comma)
				}
				if rapid.Bool().Draw(t, "quote") {
					cell = `"` + cell + `"`
				}
				text.WriteString(cell)
			}
			text.WriteString(end)
		}
		r, err := Open(strings.NewReader(text.String()), Options{})
		if err != nil {
			t.Fatalf("%v\n%q", err, text.String())
		}
		var got []string
		for r.Next() {
			for j := range r.Header {
				got = append(got, r.Cell(j))
			}
		}
		if r.Err() != nil || strings.Join(got, " ") != strings.Join(want, " ") {
			t.Fatalf("%v: %q from %q", r.Err(), got, text.String())
		}
	})
}

// Cells that a row lacks at its end matter only to who reads them; a line of units is none of the rows, however often they are read;
// a column that is named is that one and no other.
func TestUnitsBelowAndNames(t *testing.T) {
	const text = "Pos A;x;k;remark\n(mm);;N/mm;\n1,5;2;3\n4;5;6;seven\n;;;\n"
	r, err := Open(strings.NewReader(text), Options{Columns: map[string]string{"x": "pos a"}})
	if err != nil {
		t.Fatal(err)
	}
	x, err := r.Find("x")
	if err != nil || x.At != 0 || x.Unit != "mm" || !r.Named("x") || r.Named("y") {
		t.Errorf("%+v, %v", x, err)
	}
	if k, err := r.Find("k"); err != nil || k.At != 2 || k.Unit != "N/mm" {
		t.Errorf("%+v, %v", k, err)
	}
	if pos, _ := r.Find("posa"); pos.At != -1 {
		t.Errorf("the column that is x is also %+v", pos)
	}
	if remark, err := r.Find("comment"); err != nil || remark.At != -1 {
		t.Error(err)
	}
	for range 2 {
		rows, sum := 0, 0.0
		for r.Next() {
			rows++
			v, err := r.Number(0)
			if err != nil {
				t.Fatal(err)
			}
			sum += v
			if rows == 1 {
				if _, err := r.Number(3); err == nil || !strings.Contains(err.Error(), "line 3: 3 fields, but the header has 4") {
					t.Error(err)
				}
			}
		}
		if rows != 2 || sum != 5.5 || r.Err() != nil {
			t.Errorf("%d rows, %g, %v", rows, sum, r.Err())
		}
		r.Rewind()
	}
	if _, err := r.Find("remark"); err != nil {
		t.Error(err)
	}
	if r.Next() || r.Err() == nil || !strings.Contains(r.Err().Error(), "line 3: 3 fields, but the header has 4") {
		t.Errorf("a cell that was looked for is missing: %v", r.Err())
	}
	if notes := strings.Join(r.Notes(), "|"); !strings.Contains(notes, "cells that rows lack at their end count as empty, such as on line 3") {
		t.Errorf("notes %q", notes)
	}
	if _, err := Open(strings.NewReader("a,b\n1,2\n"), Options{Columns: map[string]string{"x": "a", "y": "A"}}); err == nil || !strings.Contains(err.Error(), "named for") {
		t.Error(err)
	}
	for text, want := range map[string]string{
		"x;y\n1 000;2\n":         "has a blank between its digits; write thousands",
		"x,y\n1\n":               "line 2: 1 fields, but the header has 2",
		"x y z\n1 2 3\n1 2\n":    "line 3: 2 fields, but the header has 3",
		"x\n1,5\n2,5\n":          "line 2: 2 fields, but the header has 1; remove the surplus, and write decimal points",
		"x,y\n1,2,3\n":           "line 2: 3 fields, but the header has 2",
		"spring 3\n1,2\n3,4\n":   "2 fields, but the header has 1",
		"x,y\nm,one\n1,2\n3,4\n": `"m" is not a number`,
	} {
		if _, _, err := all(text, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add("x,y\n1,2\n", false)
	f.Add("\xff\xfe"+words16("x;y\n1,5;2\n"), false)
	f.Add("# x y\n1 2\n# c\n\"3\" 4", false)
	f.Add("sep=;\r\na;\"b\r\n c\"\r\n1;#2\r\n", true)
	f.Fuzz(func(t *testing.T, text string, words bool) {
		r, err := Open(strings.NewReader(text), Options{Words: words})
		if err == nil {
			for r.Next() {
				for j := range r.Header {
					if _, err := r.Number(j); err != nil {
						checkPlace(t, err, text)
					}
				}
			}
			err = r.Err()
		}
		if err != nil {
			checkPlace(t, err, text)
		}
	})
}

func checkPlace(t *testing.T, err error, text string) {
	var e *Error
	lines := 1 + strings.Count(text, "\n") + strings.Count(text, "\r")
	if !errors.As(err, &e) || e.Cause == "" || e.Line < 0 || e.Line > lines {
		t.Fatalf("%q: %#v", text, err)
	}
}
