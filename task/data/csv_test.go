package data

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite the golden messages in testdata/errors")

// Options of the golden cases that need any; the others take the zero value.
var goldenOptions = map[string]CSVOptions{
	"label-unknown":       {Label: "species"},
	"label-missing-value": {Label: "class"},
	"class-unknown":       {Classes: []string{"setosa", "versicolor"}},
	"no-label-words":      {NoLabel: true},
	"one-class":           {Label: "class"},
}

// Every file in testdata/errors or a column of it is refused, with the message in the .want file beside it.
func TestGoldenErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.csv")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d golden cases, %v; want at least 12", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".csv")
		t.Run(name, func(t *testing.T) {
			r, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			table, err := ReadCSV(r, filepath.Base(file), goldenOptions[name])
			for j := 0; err == nil && j < len(table.Features); j++ { // what is wrong with a column is said to who asks for it
				_, err = table.Column(strconv.Itoa(j + 1))
			}
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v is no *Error", err)
			}
			got := fmt.Sprintf("%v\n[line %d, column %d, header %q, value %q]\n", e, e.Line, e.Column, e.Header, e.Value)
			golden := strings.TrimSuffix(file, ".csv") + ".want"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got  %swant %s", got, want)
			}
		})
	}
}

func TestReadCSV(t *testing.T) {
	flowers := &Table{
		Name: "f", Source: "f",
		Features: []string{"length", "width"},
		X:        []float64{5.1, 3.5, -4, 2e-3, 7, 0.5},
		Classes:  []string{"virginica", "setosa"},
		Label:    []int{0, 1, 0}, ClassColumn: "class",
	}
	numbers := &Table{
		Name: "f", Source: "f",
		Features: []string{"a", "b"},
		X:        []float64{1, 2, 3, 4},
		Label:    []int{-1, -1},
	}
	for name, c := range map[string]struct {
		text string
		opt  CSVOptions
		want *Table
	}{
		"plain":               {"length,width,class\n5.1,3.5,virginica\n-4,2e-3,setosa\n7,.5,virginica\n", CSVOptions{}, flowers},
		"no last line end":    {"length,width,class\n5.1,3.5,virginica\n-4,2e-3,setosa\n7,.5,virginica", CSVOptions{}, flowers},
		"crlf, bom":           {"\uFEFFlength,width,class\r\n5.1,3.5,virginica\r\n-4,2e-3,setosa\r\n7,.5,virginica\r\n", CSVOptions{}, flowers},
		"semicolon":           {"length;width;class\n5.1;3.5;virginica\n-4;2e-3;setosa\n7;.5;virginica\n", CSVOptions{}, flowers},
		"tab":                 {"length\twidth\tclass\n5.1\t3.5\tvirginica\n-4\t2e-3\tsetosa\n7\t.5\tvirginica\n", CSVOptions{}, flowers},
		"quotes":              {"\"length\",\"width\",\"class\"\n\"5.1\",\"3.5\",\"virginica\"\n-4,2e-3,setosa\n7,.5,virginica\n", CSVOptions{}, flowers},
		"spaces":              {" length , width,  \"class\"\n 5.1 ,\u00a03.5, virginica \n-4,2e-3, \"setosa\"\n7 ,.5,virginica\n", CSVOptions{}, flowers},
		"empty lines":         {"\n\nlength,width,class\n5.1,3.5,virginica\n\n-4,2e-3,setosa\n7,.5,virginica\n\n\r\n", CSVOptions{}, flowers},
		"class first":         {"class,length,width\nvirginica,5.1,3.5\nsetosa,-4,2e-3\nvirginica,7,.5\n", CSVOptions{}, flowers},
		"class by name":       {"length,class,width\n5.1,virginica,3.5\n-4,setosa,2e-3\n7,virginica,.5\n", CSVOptions{Label: "class"}, flowers},
		"class by number":     {"length,class,width\n5.1,virginica,3.5\n-4,setosa,2e-3\n7,virginica,.5\n", CSVOptions{Label: "2"}, flowers},
		"other classes fixed": {"length,width,class\n5.1,3.5,virginica\n-4,2e-3,setosa\n7,.5,virginica\n", CSVOptions{Classes: []string{"virginica", "setosa"}}, flowers},
		"all numbers":         {"a,b\n1,2\n3,4\n", CSVOptions{}, numbers},
		"no label":            {"a,b\n1,2\n3,4\n", CSVOptions{NoLabel: true, Label: "b"}, numbers},
		"classes, no column":  {"a,b\n1,2\n3,4\n", CSVOptions{Classes: []string{"x"}}, numbers},
		"commas in quotes": {"\"a,,,,\";b\n1;2\n3;4\n", CSVOptions{}, &Table{
			Name: "f", Source: "f", Features: []string{"a,,,,", "b"}, X: []float64{1, 2, 3, 4}, Label: []int{-1, -1}}},
		"one column": {"a\n1\n3\n", CSVOptions{}, &Table{
			Name: "f", Source: "f", Features: []string{"a"}, X: []float64{1, 3}, Label: []int{-1, -1}}},
		"numbers as classes": {"a,b\n1,7\n3,07\n", CSVOptions{Label: "b"}, &Table{
			Name: "f", Source: "f", Features: []string{"a"}, X: []float64{1, 3}, Classes: []string{"7", "07"}, Label: []int{0, 1}, ClassColumn: "b"}},
		"names over lines": {"a,\"kind\n of  flower\"\n1,\"big\n one\"\n3,small\n", CSVOptions{Label: "kind of flower"}, &Table{
			Name: "f", Source: "f", Features: []string{"a"}, X: []float64{1, 3}, Classes: []string{"big one", "small"}, Label: []int{0, 1}, ClassColumn: "kind of flower"}},
	} {
		got, err := ReadCSV(strings.NewReader(c.text), "f", c.opt)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkTable(t, got)
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, c.want)
		}
	}
}

// A column that nobody asks for may hold anything, and the columns keep their numbers.
func TestOtherColumnsDoNotMatter(t *testing.T) {
	text := ",species,island,a,note,b,b,class\n0,x,north,1,n.a.,5,1,one\n1,y,,2,,6,1,two\n2,z,south,3,\"so, so\",7,1,one\n"
	got, err := ReadCSV(strings.NewReader(text), "f", CSVOptions{Label: "class"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Features, []string{"", "species", "island", "a", "note", "b", "b"}) || got.ClassColumn != "class" || !slices.Equal(got.Label, []int{0, 1, 0}) {
		t.Errorf("%+v", got)
	}
	if j, err := got.Column("a"); j != 3 || err != nil {
		t.Errorf("a is %d, %v", j, err)
	}
	if j, err := got.Column("A"); j != 3 || err != nil {
		t.Errorf("A is %d, %v", j, err)
	}
	if one, err := got.Select([]string{"a"}); err != nil || !slices.Equal(one.X, []float64{1, 2, 3}) {
		t.Errorf("%v, %v", one, err)
	}
	for column, want := range map[string]string{
		"island": "f: line 2, column 3 `island`: \"north\" is not a number; mend",
		"note":   "f: line 2, column 5 `note`: \"n.a.\" is not a number",
		"b":      "f: line 1, column 7 `b`: column 6 has the same name; rename one of them",
		"1":      "f: line 1, column 1: the column has no name; name it",
		"c":      "f: no feature `c`",
	} {
		if _, err := got.Column(column); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("column %s: %v, want %s", column, err, want)
		}
		if _, err := got.Select([]string{"a", column}); err == nil {
			t.Errorf("column %s is selected", column)
		}
	}
	late, err := ReadCSV(strings.NewReader("a,b\n1,2\n3,\n"), "f", CSVOptions{})
	if err != nil || !math.IsNaN(late.Row(0)[1]) || late.Row(1)[0] != 3 {
		t.Errorf("%v, %v", late, err)
	}
}

// Decimal commas beside decimal points are refused where they are asked for.
func TestTwoStylesOfNumbers(t *testing.T) {
	got, err := ReadCSV(strings.NewReader("a;b;c\n1.5;2,5;1\n2;3;2\n"), "f", CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for column, want := range map[string]string{"a": "", "c": "", "b": `f: line 2, column 2 ` + "`b`" + `: there is a decimal comma in "2,5" on line 2, and a decimal point in "1.5" on line 2; write`} {
		if _, err := got.Column(column); (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", column, err)
		}
	}
}

// Which column of words is the class, where none is named.
func TestClassColumn(t *testing.T) {
	for _, c := range []struct {
		text    string
		classes []string
		want    string
		notes   string
	}{
		{"id,a,class\nq,1,x\nr,2,y\n", nil, "class", "the class is `class`, the last column of words; `label` may name another"},
		{"a,class\n1,x\n2,y\n", nil, "class", ""},
		{"class,a,site\nx,1,north\ny,2,south\n", []string{"x", "y"}, "class", "`site` holds none of the classes and is no class column"},
		{"a,site\n1,north\n2,south\n", []string{"x", "y"}, "", "`site` holds none of the classes and is no class column"},
	} {
		got, err := ReadCSV(strings.NewReader(c.text), "f", CSVOptions{Classes: c.classes})
		if err != nil || got.ClassColumn != c.want || strings.Join(got.Notes, "|") != c.notes {
			t.Errorf("%q: %+v, %v", c.text, got, err)
		}
	}
}

// As spreadsheets of other countries and programs write them.
func TestOtherWaysToWriteData(t *testing.T) {
	want := []float64{5.1, 3.5, 4.9, 3}
	for name, text := range map[string]string{
		"decimal commas": "class;length;width\nsetosa;5,1;3,5\nvirginica;4,9;3,0\n",
		"cr":             "class,length,width\rsetosa,5.1,3.5\rvirginica,4.9,3\r",
		"latin-1":        "class,l\xe4nge,width\nsetosa,5.1,3.5\nvirginica,4.9,3\n",
		"utf-16":         "\xff\xfec\x00,\x00l\x00,\x00w\x00\n\x00a\x00,\x005\x00.\x001\x00,\x003\x00.\x005\x00\n\x00b\x00,\x004\x00.\x009\x00,\x003\x00\n\x00",
		"comments":       "# from the bench\nclass length width\nsetosa 5.1 3.5\nvirginica 4.9 3\n",
	} {
		got, err := ReadCSV(strings.NewReader(text), "f", CSVOptions{})
		if err != nil || !slices.Equal(got.X, want) || len(got.Classes) != 2 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// New flowers may come in another order and of one kind only; their classes
// must keep the numbers of the trained network.
func TestFixedClasses(t *testing.T) {
	fixed := []string{"setosa", "versicolor", "virginica"}
	got, err := ReadCSV(strings.NewReader("a,class\n1,virginica\n"), "new", CSVOptions{Classes: fixed})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Label, []int{2}) || !slices.Equal(got.Classes, fixed) {
		t.Errorf("labels %v of %v", got.Label, got.Classes)
	}
	got.Classes[0] = "x"
	if fixed[0] != "setosa" {
		t.Error("the table shares the caller's class list")
	}
}

func TestLimits(t *testing.T) {
	most := limits{bytes: 20, rows: 2, columns: 3}
	for _, c := range []struct{ text, want string }{
		{"a,b\n1,2\n3,4\n", ""},
		{"a,b,c\n1,2,3\n4,5,6\n", ""},
		{"a,b\n1,2\n3,4\n5,6\n", "f: line 4: more than 2 rows; take a part of them"},
		{"a,b,c,d\n1,2,3,4\n", "f: line 1: 4 columns; at most 3 are read"},
		{"a,b\n1.0000,2.0000\n\n\n", ""}, // 20 bytes
		{"a,b\n1.0000,2.0000\n\n\n\n", "f: larger than 20 bytes; take a part of the rows"},
	} {
		_, err := readCSV(strings.NewReader(c.text), "f", CSVOptions{}, most)
		if got := fmt.Sprint(err); (c.want == "" && err != nil) || (c.want != "" && got != c.want) {
			t.Errorf("%q: error %v, want %q", c.text, err, c.want)
		}
	}
}

func TestReaderErrorIsWrapped(t *testing.T) {
	r := io.MultiReader(strings.NewReader("a,b\n1,2\n"), iotest.ErrReader(io.ErrUnexpectedEOF))
	if _, err := ReadCSV(r, "f", CSVOptions{}); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(err.Error(), "f: ") {
		t.Errorf("error %v", err)
	}
}

// A table written as CSV in any of the accepted styles reads back as itself.
func TestReadCSVRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(2, 12).Draw(t, "rows")
		features := rapid.IntRange(1, 5).Draw(t, "features")
		want := &Table{Name: "t", Source: "t", ClassColumn: "class", Classes: []string{"one", "t,w;o", `th"ree`}}
		for j := range features {
			want.Features = append(want.Features, fmt.Sprintf("x %d", j+1))
		}
		classes := rapid.IntRange(2, min(3, rows)).Draw(t, "classes")
		want.Classes = want.Classes[:classes]
		for i := range rows {
			for range features {
				want.X = append(want.X, rapid.Float64().Draw(t, "x"))
			}
			// The first rows show the classes in their order; then any order.
			c := i
			if i >= classes {
				c = rapid.IntRange(0, classes-1).Draw(t, "class")
			}
			want.Label = append(want.Label, c)
		}

		comma := rapid.SampledFrom([]string{",", ";", "\t"}).Draw(t, "comma")
		end := rapid.SampledFrom([]string{"\n", "\r\n", "\n\n"}).Draw(t, "end")
		pad := rapid.SampledFrom([]string{"", " "}).Draw(t, "pad")
		at := rapid.IntRange(0, features).Draw(t, "class column")
		quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
		var b strings.Builder
		if rapid.Bool().Draw(t, "bom") {
			b.WriteString("\uFEFF")
		}
		line := func(fields []string, class string) {
			fields = slices.Insert(slices.Clone(fields), at, class)
			b.WriteString(strings.Join(fields, comma) + end)
		}
		line(want.Features, "class")
		for i := range rows {
			var fields []string
			for _, v := range want.Row(i) {
				fields = append(fields, pad+strconv.FormatFloat(v, 'g', -1, 64)+pad)
			}
			line(fields, quote(want.Classes[want.Label[i]]))
		}
		got, err := ReadCSV(strings.NewReader(b.String()), "t", CSVOptions{Label: "class"})
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v\nwant %+v", got, want)
		}
	})
}

func FuzzReadCSV(f *testing.F) {
	files, _ := filepath.Glob("testdata/errors/*.csv")
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil {
			f.Add(text, "")
		}
	}
	f.Add([]byte("length,width,class\n5.1,3.5,virginica\n-4,2e-3,setosa\n"), "class")
	f.Add([]byte("\uFEFFa;\"b\"\r\n1;\" 2\"\r\n"), "1")
	f.Fuzz(func(t *testing.T, text []byte, label string) {
		table, err := ReadCSV(strings.NewReader(string(text)), "fuzz", CSVOptions{Label: label})
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Message == "" || e.Line < 0 || e.Column < 0 {
				t.Fatalf("error %#v", err)
			}
			return
		}
		checkTable(t, table)
		if table.Rows() == 0 || len(table.Features) == 0 || len(table.Classes) == 1 {
			t.Fatalf("%d rows, %d features, %d classes", table.Rows(), len(table.Features), len(table.Classes))
		}
		for _, name := range table.Features {
			if j, err := table.Column(name); err == nil && (name == "" || slices.Contains(slices.Delete(slices.Clone(table.Features), j, j+1), name)) {
				t.Fatalf("%q of %q can be asked for", name, table.Features)
			}
		}
		next := 0 // classes are numbered as they appear
		for _, c := range table.Label {
			if c > next {
				t.Fatalf("class %d appears before class %d", c, next)
			}
			if c == next {
				next++
			}
		}
	})
}
