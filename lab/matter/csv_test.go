package matter

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadCSV(t *testing.T) {
	tables, err := ReadCSV(strings.NewReader("\ufeffbond,setting,stiffness,direction\n2, 0.1 ,100,up\n\nall,1,120,\n\"2\",0.2,110,up\nall,2,130,\n"), 3)
	want := Tables{{{1, 120, Either}, {2, 130, Either}}, {{0.1, 100, Up}, {0.2, 110, Up}}, {{1, 120, Either}, {2, 130, Either}}}
	if err != nil || !reflect.DeepEqual(tables, want) {
		t.Errorf("%v, %v", tables, err)
	}
	b, err := tables[:1].Curves(true)
	if err != nil {
		t.Fatal(err)
	}
	if s, k := b[0].Reach(120, 125); math.Abs(s-1.5) > 1e-12 || k != 125 {
		t.Errorf("setting %g for %g", s, k)
	}
	if b, err = tables[2:].Levels(); err != nil {
		t.Fatal(err)
	}
	if s, k := b[0].Reach(120, 124); s != 1 || k != 120 {
		t.Errorf("level %g for %g", s, k)
	}
	if _, err := tables.Levels(); err == nil || !strings.HasPrefix(err.Error(), "bond 2: its rows have directions") {
		t.Errorf("levels with directions: %v", err)
	}
	if _, err := tables.Curves(true); err == nil || !strings.HasPrefix(err.Error(), "bond 2: a curve needs two points") {
		t.Errorf("half a hysteresis: %v", err)
	}
}

// As other programs write it.
func TestReadCSVOfOthers(t *testing.T) {
	want := Tables{{{Setting: 0, Stiffness: 100, Direction: Up}, {Setting: 1.5, Stiffness: 200}}}
	for _, text := range []string{
		"bond,setting,stiffness,direction\n1,0,100,up\n1,1.5,200,\n",
		"Direction;Bond;note;Stiffness (N/mm);Setting\r\nUp;1;a;0,1;0\r\n;1;b;0,2;1,5\r\n",
		"# measured today\nbond setting stiffness direction\n1 0 1e2 UP\n1 1.5 200 \"\"\n",
	} {
		got, err := ReadCSV(strings.NewReader(text), 1)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestReadCSVErrors(t *testing.T) {
	const head = "bond,setting,stiffness,direction\n"
	for text, say := range map[string]string{
		"":                              "the table is empty",
		"a,b\n":                         "line 1: the columns are named `a`, `b`",
		head:                            "no rows for bond 1",
		head + "1,2,3,\n":               "no rows for bond 2",
		head + "3,2,3,\n":               "line 2, column bond: \"3\" is no bond; write a number from 1 to 2",
		head + "0,2,3,\n":               "column bond",
		head + "1,NaN,3,\n":             "column setting",
		head + "1,2,1e999,\n":           "column stiffness",
		head + "1,2,0,\n":               "not positive",
		head + "1,2,3,left\n":           "column direction",
		head + "1,2,3\n":                "line 2: 3 fields, but the header has 4",
		head + strings.Repeat("1", 1e5): "line 2: 1 fields",
	} {
		_, err := ReadCSV(strings.NewReader(text), 2)
		var typed *TableError
		if !errors.As(err, &typed) || !strings.Contains(err.Error(), say) {
			t.Errorf("%.40q: %v, want %q", text, err, say)
		}
	}
	broken := errors.New("the disk fell out")
	if _, err := ReadCSV(iotest.ErrReader(broken), 1); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("bond,setting,stiffness\n1,0,100\n1,1,200\nall,0,50\nall,1,60\n")
	f.Add("bond,setting,stiffness,direction\n1,0,100,up\n1,1,200,up\n1,0,110,down\n1,1,210,down\n2,1,2,\n2,2,1,\n")
	f.Add("bond,setting,stiffness\n1,NaN,-1\n")
	f.Add("\ufeffbond;setting\n")
	f.Add("Stiffness (N/mm);Bond;Setting\r0,1;all;0\r0,2;all;1\r")
	f.Fuzz(func(t *testing.T, text string) {
		tables, err := ReadCSV(strings.NewReader(text), 2)
		if err != nil {
			var typed *TableError
			if !errors.As(err, &typed) || typed.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+1 {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		var out bytes.Buffer
		if err := tables.WriteCSV(&out); err != nil {
			t.Fatal(err)
		}
		again, err := ReadCSV(&out, 2)
		if err != nil || !reflect.DeepEqual(again, tables) {
			t.Fatalf("%q: %v became %v, %v", text, tables, again, err)
		}
		for _, smooth := range []bool{false, true} {
			bonds, err := tables.Curves(smooth)
			if err != nil {
				continue
			}
			_, reached, err := bonds.Apply([]float64{1, 1}, []float64{150, 1e-3})
			if err != nil {
				t.Fatal(err)
			}
			for i, k := range reached {
				if !(k > 0) {
					t.Fatalf("%q: bond %d reaches %v", text, i+1, k)
				}
			}
		}
	})
}
