package data

import (
	"crypto/sha256"
	"encoding/hex"
	"go/build"
	"math"
	"slices"
	"strings"
	"testing"
)

// The digests are those of the (decompressed) files in Debian's
// python3-sklearn 1.2.1+dfsg-1, taken with sha256sum; the means are from an
// independent reading of those files with Python's csv and math.fsum.
var wantSets = []struct {
	name    string
	sha256  string
	rows    int
	columns int
	counts  []int            // rows of each class
	means   map[int]float64  // of some columns
	known   map[int]knownRow // some rows
}{
	{
		name: "iris", sha256: "f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449",
		rows: 150, columns: 4, counts: []int{50, 50, 50},
		means: map[int]float64{0: 5.843333, 1: 3.057333, 2: 3.758, 3: 1.199333},
		known: map[int]knownRow{
			0:   {[]float64{5.1, 3.5, 1.4, 0.2}, "setosa"},
			34:  {[]float64{4.9, 3.1, 1.5, 0.2}, "setosa"}, // these two are wrong in the UCI file
			37:  {[]float64{4.9, 3.6, 1.4, 0.1}, "setosa"},
			75:  {[]float64{6.6, 3.0, 4.4, 1.4}, "versicolor"},
			149: {[]float64{5.9, 3.0, 5.1, 1.8}, "virginica"},
		},
	},
	{
		name: "wine", sha256: "10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede",
		rows: 178, columns: 13, counts: []int{59, 71, 48},
		means: map[int]float64{0: 13.000618, 1: 2.336348, 11: 2.611685, 12: 746.893258},
		known: map[int]knownRow{
			0:   {[]float64{14.23, 1.71, 2.43, 15.6, 127}, "class_0"},
			89:  {[]float64{12.08, 1.33, 2.3, 23.6, 70}, "class_1"},
			177: {[]float64{14.13, 4.1, 2.74, 24.5, 96}, "class_2"},
		},
	},
	{
		name: "breast-cancer", sha256: "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed",
		rows: 569, columns: 30, counts: []int{212, 357},
		means: map[int]float64{0: 14.127292, 1: 19.289649, 28: 0.290076, 29: 0.083946},
		known: map[int]knownRow{
			0:   {[]float64{17.99, 10.38, 122.8, 1001, 0.1184}, "malignant"},
			284: {[]float64{12.89, 15.7, 84.08, 516.6, 0.07818}, "benign"},
			568: {[]float64{7.76, 24.54, 47.92, 181, 0.05263}, "benign"},
		},
	},
	{
		name: "digits", sha256: "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8",
		rows: 1797, columns: 64, counts: []int{178, 182, 177, 183, 181, 182, 181, 179, 174, 180},
		means: map[int]float64{0: 0, 1: 0.30384, 62: 2.067891, 63: 0.364496},
		known: map[int]knownRow{
			0:    {[]float64{0, 0, 5, 13, 9}, "0"},
			898:  {[]float64{0, 0, 1, 11, 14}, "8"},
			1796: {[]float64{0, 0, 10, 14, 8}, "8"},
		},
	},
}

type knownRow struct {
	start []float64 // first values of the row
	class string
}

func TestBuiltinSets(t *testing.T) {
	for i, want := range wantSets {
		t.Run(want.name, func(t *testing.T) {
			text, err := builtins[i].text()
			if err != nil {
				t.Fatal(err)
			}
			if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != want.sha256 {
				t.Errorf("sha256 of the file is %x, want %s", sum, want.sha256)
			}
			table, err := Load(want.name)
			if err != nil {
				t.Fatal(err)
			}
			if table.Name != want.name || table.Rows() != want.rows || len(table.Features) != want.columns {
				t.Errorf("%s is %d x %d, want %s %d x %d", table.Name, table.Rows(), len(table.Features), want.name, want.rows, want.columns)
			}
			counts := make([]int, len(table.Classes))
			for _, c := range table.Label {
				counts[c]++
			}
			if !slices.Equal(counts, want.counts) {
				t.Errorf("class counts %v, want %v", counts, want.counts)
			}
			for j, mean := range want.means {
				sum := 0.0
				for i := range table.Rows() {
					sum += table.Row(i)[j]
				}
				if got := sum / float64(table.Rows()); math.Abs(got-mean) > 1e-6 { // the means have 6 digits
					t.Errorf("mean of `%s` is %v, want %v", table.Features[j], got, mean)
				}
			}
			for i, k := range want.known {
				if got := table.Row(i)[:len(k.start)]; !slices.Equal(got, k.start) || table.Classes[table.Label[i]] != k.class {
					t.Errorf("row %d is %v %s, want %v %s", i, got, table.Classes[table.Label[i]], k.start, k.class)
				}
			}
			if !strings.Contains(table.Source, "CC BY 4.0") || !strings.Contains(table.Source, "doi:10.24432/") {
				t.Errorf("source lacks licence or DOI: %s", table.Source)
			}
			checkTable(t, table)
		})
	}
}

func TestBuiltinNames(t *testing.T) {
	want := []string{"iris", "wine", "breast-cancer", "digits"}
	if got := Names(); !slices.Equal(got, want) {
		t.Errorf("names %v, want %v", got, want)
	}
	_, err := Load("Iris")
	if err == nil || !strings.Contains(err.Error(), "no built-in data set `Iris`; there are `iris`, `wine`") {
		t.Errorf("error %v", err)
	}
	// The order of names in generated feature lists.
	if f := cellFeatures(); f[0] != "radius (mean)" || f[10] != "radius (standard error)" || f[29] != "fractal dimension (worst)" {
		t.Errorf("breast-cancer features %v", f)
	}
	if f := pixels(8, 8); f[0] != "pixel r1 c1" || f[8] != "pixel r2 c1" || f[63] != "pixel r8 c8" {
		t.Errorf("digits features %v", f)
	}
}

func TestLoadGivesEachCallerItsOwn(t *testing.T) {
	a, _ := Load("iris")
	a.X[0], a.Label[0], a.Classes[0], a.Features[0] = -1, 2, "x", "x"
	b, _ := Load("iris")
	if b.X[0] != 5.1 || b.Label[0] != 0 || b.Classes[0] != "setosa" || b.Features[0] != "sepal length" {
		t.Error("one caller changed the table of another")
	}
}

// A broken embedded file must be an error of Load, not a panic or a silent table.
func TestBrokenBuiltin(t *testing.T) {
	keep := builtins
	defer func() { builtins = keep }()
	builtins = []builtin{
		{name: "absent", file: "sets/absent.csv"},
		{name: "wrong-width", file: "sets/iris.csv", counted: true, features: []string{"a"}, classes: []string{"x"}},
	}
	for _, b := range builtins {
		if _, err := Load(b.name); err == nil {
			t.Errorf("%s loads", b.name)
		}
	}
}

// The engine must run in a browser: no files, network or clock.
func TestNoFilesNetworkClock(t *testing.T) {
	p, err := build.ImportDir(".", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range p.Imports {
		if path == "os" || path == "time" || path == "net" || strings.HasPrefix(path, "net/") || strings.HasPrefix(path, "os/") {
			t.Errorf("package imports %s", path)
		}
	}
}
