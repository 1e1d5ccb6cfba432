package spec

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The picture that the package promises.
func TestRender(t *testing.T) {
	e := &Error{Code: "E0312", Path: "task.outputs[2].node", Message: "output node 27 does not exist",
		Label: "this lattice has nodes 1..14", Help: "`elastrain show iris.yaml --labels` draws the numbered lattice",
		File: "iris.yaml", Source: "    - {node: 27, class: setosa, read: ux}", Line: 21, Column: 14, Width: 2}
	want := "error[E0312]: output node 27 does not exist\n" +
		"  --> iris.yaml:21:14\n" +
		"   |\n" +
		"21 |     - {node: 27, class: setosa, read: ux}\n" +
		"   |              ^^ this lattice has nodes 1..14\n" +
		"   = help: `elastrain show iris.yaml --labels` draws the numbered lattice\n" +
		"   = note: more: elastrain explain E0312\n"
	e.Source = "    - {node: 27, class: setosa, read: ux}"
	if diff := cmp.Diff(want, e.Render(false)); diff != "" {
		t.Errorf("rendering (-want +got):\n%s", diff)
	}
	if got := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(e.Render(true), ""); got != want {
		t.Errorf("without its colours the coloured rendering is\n%s", got)
	}
	if !strings.Contains(e.Render(true), "\x1b[1;31merror[E0312]\x1b[0m") {
		t.Errorf("no red in %q", e.Render(true))
	}
	if got, want := e.Error(), "iris.yaml:21:14: output node 27 does not exist [E0312]"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	e.Note, e.Line = "first\nsecond", 0
	want = "error[E0312]: output node 27 does not exist\n" +
		" = help: `elastrain show iris.yaml --labels` draws the numbered lattice\n" +
		" = note: first\n         second\n" +
		" = note: more: elastrain explain E0312\n"
	if diff := cmp.Diff(want, e.Render(false)); diff != "" {
		t.Errorf("without a position (-want +got):\n%s", diff)
	}
	if got, want := e.Error(), "output node 27 does not exist [E0312]"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}

func TestCrop(t *testing.T) {
	long := strings.Repeat("a", 500) + "B" + strings.Repeat("c", 500)
	for _, tt := range []struct {
		source  string
		column  int
		starts  string
		ends    string
		pointed byte
	}{
		{"abc\td", 5, "abc d", "abc d", 'd'},
		{long, 501, "...aaa", "ccc...", 'B'},
		{long, 1, "aaaa", "a...", 'a'},
		{long, 1001, "...cc", "ccc", 'c'},
	} {
		line, column := crop(tt.source, tt.column)
		if !strings.HasPrefix(line, tt.starts) || !strings.HasSuffix(line, tt.ends) || line[column-1] != tt.pointed || len(line) > widest+6 {
			t.Errorf("crop(%.20q, %d) = %q, %d", tt.source, tt.column, line, column)
		}
	}
}

func TestErrorsAsError(t *testing.T) {
	one := &Error{Code: "E0206", Message: "one", order: 1, File: "command line", Line: 1, Column: 1}
	two := &Error{Code: "E0201", Message: "two", File: "f", Line: 2, Column: 5}
	three := &Error{Code: "E0202", Message: "three", File: "f", Line: 2, Column: 3}
	all := Errors{one, two, three}
	all.Sort()
	if all[0] != three || all[1] != two || all[2] != one {
		t.Errorf("sorted: %v", all)
	}
	for n, want := range []string{"no errors", "f:2:3: three [E0202]", "f:2:3: three [E0202] (and 1 more error)",
		"f:2:3: three [E0202] (and 2 more errors)"} {
		if got := all[:n].Error(); got != want {
			t.Errorf("%d errors: %q, want %q", n, got, want)
		}
	}
	var e *Error
	if err := fmt.Errorf("reading: %w", all); !errors.As(err, &e) || e != three {
		t.Errorf("errors.As found %v", e)
	}
	var many Errors
	for range 25 {
		many = append(many, two)
	}
	if text := many.Render(false); !strings.HasSuffix(text, "\nand 5 more\n") || strings.Count(text, "error[") != 20 {
		t.Errorf("25 errors end in %q", text[len(text)-40:])
	}
}

// Every path has a place: its own, or that of what is around it.
func TestPositions(t *testing.T) {
	f := parseGood(t, "iris", "learn.rate=0.25", "learn.stop.loss=0.5")
	for _, tt := range []struct {
		path  string
		given bool
		want  string // the text underlined, and the line
		key   string // what KeyErrorf underlines
	}{
		{"network.rows", true, "5-4-3-2:5", "rows:5"},
		{"bonds.width", true, "1.5..2.5 mm:7", "width:7"},
		{"bonds.frozen", false, "bonds:7", "bonds:7"},
		{"supports.pinned", true, "[1, 5]:8", "pinned:8"},
		{"supports.pinned[2]", true, "5:8", "5:8"},
		{"supports.pinned[3]", false, "pinned:8", "pinned:8"},
		{"task", true, "task:9", "task:9"},
		{"task.inputs", true, "inputs:13", "inputs:13"},
		{"task.outputs[2].node", true, "7:20", "node:20"},
		{"task.outputs[2]", true, "{node: 7, along: x, class: versicolor}:20", "{node: 7, along: x, class: versicolor}:20"},
		{"task.outputs[2].slope", false, "{node: 7, along: x, class: versicolor}:20", "{node: 7, along: x, class: versicolor}:20"},
		{"task.outputs[7].node", false, "outputs:18", "outputs:18"},
		{"task.encode.by", false, "task:9", "task:9"},
		{"task.inputs[4].along", true, `"-y":17`, "along:17"},
		{"task.inputs[3].along[2]", true, "-1:16", "-1:16"},
		{"material", true, "{young: 0.55 MPa, thickness: 2 mm}:6", "material:6"},
		{"learn.batch", true, "16:23", "batch:23"},
		{"learn.rate", true, "0.25:1", "rate:1"},
		{"learn.stop.loss", true, "0.5:2", "loss:2"},
		{"learn.stop.change", false, "stop:2", "stop:2"},
		{"", true, "elastrain:2", "elastrain:2"},
	} {
		if got := f.Given(tt.path); got != tt.given {
			t.Errorf("Given(%q) = %v", tt.path, got)
		}
		for i, e := range []*Error{f.Errorf("E0312", tt.path, "node %d", 3), f.KeyErrorf("E0312", tt.path, "node %d", 3)} {
			under := fmt.Sprintf("%s:%d", string([]rune(e.Source)[e.Column-1:e.Column-1+e.Width]), e.Line)
			if want := []string{tt.want, tt.key}[i]; under != want {
				t.Errorf("error %d at %q underlines %q, want %q", i, tt.path, under, want)
			}
			if e.Path != tt.path || e.Message != "node 3" || e.Code != "E0312" {
				t.Errorf("error %+v", e)
			}
		}
	}
	e := f.Errorf("E0503", "learn.rate", "the rate is %g", 0.25).WithLabel("l%d", 1).WithHelp("h%d", 2).WithNote("n%d", 3)
	if e.File != "command line" || e.Source != "learn.rate=0.25" || e.Label != "l1" || e.Help != "h2" || e.Note != "n3" {
		t.Errorf("error at an override: %+v", e)
	}
}

// What an error underlines is the value it is about, whatever precedes it.
func TestColumnsOfUnicode(t *testing.T) {
	text := "\ufeffelastrain: 1\r\ntitle: {µ: 日本}\r\n"
	_, err := Parse("f", []byte(text))
	e := err.(Errors)[len(err.(Errors))-1]
	if e.Line != 2 || e.Column != 8 || e.Width != 7 || e.Source != "title: {µ: 日本}" {
		t.Errorf("%+v", e)
	}
}

func TestNotText(t *testing.T) {
	for _, tt := range []struct {
		name, text, code string
		line, column     int
	}{
		{"too large", strings.Repeat("# long\n", maxSize/7+1), "E0101", 1, 1},
		{"not UTF-8", "elastrain: 1\ntitle: Gr\xf6\xdfe\n", "E0102", 2, 10},
		{"zero", "elastrain: 1\x00\n", "E0102", 1, 13},
		{"deep brackets", "a: " + strings.Repeat("[", 40), "E0104", 1, 36},
		{"deep dashes", "a:\n" + strings.Repeat("- ", 40), "E0104", 2, 65},
		{"empty lines", "a: |" + strings.Repeat("\n", 1000), "E0104", 502, 1},
		{"many keys", strings.Repeat("a: 1\n", 300), "E0104", 201, 1},
	} {
		_, err := Parse("f", []byte(tt.text))
		errs, ok := err.(Errors)
		if !ok || len(errs) != 1 || errs[0].Code != tt.code || errs[0].Line != tt.line || errs[0].Column != tt.column {
			t.Errorf("%s: %v, want %s at %d:%d", tt.name, err, tt.code, tt.line, tt.column)
			continue
		}
		checkErrors(t, errs)
	}
	// The encoding is named where it shows.
	utf16 := func(text string, big int) string {
		var out []byte
		for _, c := range text {
			pair := [2]byte{byte(c), 0}
			out = append(out, pair[big], pair[1-big])
		}
		return string(out)
	}
	const text = "elastrain: 1\ntitle: lattice\n"
	for written, name := range map[string]string{
		"\xff\xfe" + utf16(text, 0): "UTF-16 text (little endian)", "\xfe\xff" + utf16(text, 1): "UTF-16 text (big endian)",
		utf16(text, 0): "UTF-16 text (little endian)", utf16(text, 1): "UTF-16 text (big endian)",
		text + "# Gr\xf6\xdfe\n": "Windows-1252", text + "\x00\x01\xff": "not UTF-8 text",
	} {
		_, err := Parse("f", []byte(written))
		errs, ok := err.(Errors)
		if !ok || errs[0].Code != "E0102" || !strings.Contains(errs[0].Message, name) || !strings.Contains(errs[0].Help, "UTF-8") {
			t.Errorf("%s: %v", name, err)
		}
	}
	var list strings.Builder
	for range 300 {
		list.WriteString("  - a: 1\n    b:\n      c: 2\n")
	}
	if root, errs := parseYAML(&source{name: "f", first: 1, lines: []string{""}}, "l:\n"+list.String(), 0); errs != nil || len(root.keys[0].value.items) != 300 {
		t.Errorf("a long list of sections: %v", errs)
	}
}

// Every code in the source has an explanation of its own with examples.
func TestCatalogue(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`"(E\d{4})"`)
	used := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllStringSubmatch(string(text), -1) {
			used++
			if _, ok := Explain(m[1]); !ok {
				t.Errorf("%s: %s is not in codes.txt", file, m[1])
			}
		}
	}
	if used < 50 {
		t.Errorf("only %d codes found in the source", used)
	}
	for _, c := range Codes() {
		text, ok := Explain(strings.ToLower(c))
		lines := strings.Count(text, "\n")
		if !ok || !regexp.MustCompile(`^E\d{4} \S`).MatchString(text) || lines < 5 || lines > 14 ||
			!strings.Contains(text, "wrong:") || !strings.Contains(text, "right:") {
			t.Errorf("explanation of %s, %d lines:\n%s", c, lines, text)
		}
	}
	if n := strings.Count("\n"+catalogue, "\nE"); n != len(Codes()) {
		t.Errorf("%d entries for %d codes", n, len(Codes()))
	}
	if _, ok := Explain("E9999"); ok {
		t.Error("E9999 is explained")
	}
}

// Signs between thousands and decimal commas are noticed, also where a comma tears a number in two entries of a list.
func TestSignsInNumbers(t *testing.T) {
	for text, says := range map[string]string{
		"learn: {epochs: 1.000}":                                              "`1.000` may mean 1 or 1000",
		"learn: {epochs: 1 000}":                                              "without separators",
		"learn: {epochs: 1'000}":                                              "without separators",
		"network: {nodes: [[50,5 mm, 0 mm]]}":                                 "`50.5 mm`",
		"network: {nodes: [[0 mm, 0 mm], [1,25 m]]}":                          "`1.25 m`",
		"network: {nodes: [[0,5 mm, 0,5 mm]]}":                                "`0.5 mm`",
		"network: {vectors: [[1,5 mm, 0 mm], [0 mm, 2 mm]]}":                  "`1.5 mm`",
		"task: {cases: [{push: [{node: 1, along: [0,6, 0,8], force: 1 N}]}]}": "`0.6`",
	} {
		_, err := Parse("f", []byte("elastrain: 1\n"+text+"\n"))
		errs, _ := err.(Errors)
		found := false
		for _, e := range errs {
			found = found || strings.Contains(e.Message+e.Help, says)
		}
		if !found {
			t.Errorf("%s: nothing says %q: %v", text, says, err)
		}
	}
	for _, text := range []string{"learn: {epochs: 100.0}", "learn: {epochs: 1e3}", "network: {vectors: [[1 mm, 0 mm], [0 mm, 2 mm]]}",
		"task: {cases: [{push: [{node: 1, along: [0,1], force: 1.000 N}]}]}"} {
		_, err := Parse("f", []byte("elastrain: 1\n"+text+"\n"))
		errs, _ := err.(Errors)
		for _, e := range errs {
			if strings.Contains(e.Message+e.Help, "decimal point") || e.Code == "E0206" {
				t.Errorf("%s: %v", text, e)
			}
		}
	}
}
