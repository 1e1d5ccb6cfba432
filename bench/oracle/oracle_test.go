package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/bench/oracle/cases"
	"github.com/elastrain/elastrain/export/npz"
)

func TestWrites(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	var said bytes.Buffer
	if err := do([]string{"-out", dir, "-most", "100"}, &said); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.npz"))
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	if want := fmt.Sprintf("%d systems in %s\n", len(files), dir); said.String() != want {
		t.Errorf("says %q, not %q", said.String(), want)
	}
	for _, path := range files {
		checkFile(t, path)
	}
}

// checkFile looks for all arrays. A solution that was refined must be close to
// the other: both kinds of residual tend to the same.
func checkFile(t *testing.T, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	arrays, err := npz.Read(bytes.NewReader(text), int64(len(text)), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	block := func(name string) npz.Array {
		a, err := npz.Find(arrays, name)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return a
	}
	loads, exact := block("f"), block("v2").Data.([]float64)
	size := 0.0
	for _, x := range exact {
		size = max(size, math.Abs(x))
	}
	for _, name := range []string{"u", "u1", "u2", "v1", "v2"} {
		u := block(name)
		if len(u.Shape) != 2 || u.Shape[0] != loads.Shape[0] || u.Shape[1] != loads.Shape[1] {
			t.Errorf("%s: %s is %v and f is %v", path, name, u.Shape, loads.Shape)
		}
		for i, x := range u.Data.([]float64) {
			if !(math.Abs(x-exact[i]) <= 1e-6*size) {
				t.Errorf("%s: entry %d of %s is %g and not %g", path, i, name, x, exact[i])
				break
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	n := cases.Networks()[0].Make()
	n.Net.Elements = n.Net.Elements[:1]
	n.Stiffness = n.Stiffness[:1]
	arrays, err := solveNetwork(n)
	if err == nil {
		t.Error("a network of one bond is rigid")
	}
	if _, missing := npz.Find(arrays, "u"); missing == nil {
		t.Error("a network of one bond has a solution")
	}
	m := cases.Matrices()[0].Make()
	clear(m.Values)
	arrays, err = solveMatrix(m)
	if err == nil {
		t.Error("a matrix of zeros is positive definite")
	}
	if _, missing := npz.Find(arrays, "u"); missing == nil {
		t.Error("a matrix of zeros has a solution")
	}
}

func TestCannotWrite(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"kagome-1.npz", "shell-1.npz"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct{ args, want string }{
		{"-out " + filepath.Join(file, "below"), "file"},
		{"-out " + dir + " -class kagome -most 100", "kagome-1.npz"},
		{"-out " + dir + " -class shell -most 100", "shell-1.npz"},
		{"-most 100", "-out"},
		{"-most many", "many"},
	} {
		if err := do(strings.Fields(test.args), io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.args, err)
		}
	}
	if err := write(filepath.Join(dir, "x.npz"), []npz.Array{{Name: "x", Shape: []int{2}, Data: []float64{1}}}); err == nil {
		t.Error("two numbers of which there is one")
	}
}
