package run

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/run/checkpoint"
	"github.com/elastrain/elastrain/spec"
)

var update = flag.Bool("update", false, "write testdata anew")

// What every example gives after 60 epochs, to the last bit: the arrays of
// network.npz and the sections of the checkpoint. One sum taken in another order
// moves the trained stiffnesses of iris by half a percent, so a change of these
// digests is a change of results and belongs into CHANGELOG.md.
//
// They were made by revision 76c853f. Go fuses multiplications and additions on
// other processors, so they hold on amd64.
func TestBitsOfExamples(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("digests are those of amd64")
	}
	quickly(t)
	known := readDigests(t)
	var text strings.Builder
	for _, name := range []string{"behaviour", "chain", "disordered", "explicit", "flowers", "iris", "lab-behaviour", "lab-iris", "left-right", "regression", "truss3d", "wine", "allostery",
		"li-mao-2024/behaviour-left", "li-mao-2024/iris", "li-mao-2024/regression"} {
		got := digestOf(t, name)
		fmt.Fprintf(&text, "%s %s\n", name, got)
		if want := known[name]; !*update && got != want {
			t.Errorf("%s: digests %s, want %s", name, got, want)
		}
	}
	if *update {
		check(t, os.WriteFile("testdata/bits.txt", []byte(text.String()), 0o666))
	}
}

// digestOf trains an example and returns the digests of its network.npz and of
// its last checkpoint's numbers.
func digestOf(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join("..", "examples")
	path := filepath.Join(dir, filepath.FromSlash(name)+".yaml")
	text, err := os.ReadFile(path)
	check(t, err)
	files := func(file string) ([]byte, error) { return os.ReadFile(filepath.Join(filepath.Dir(path), file)) }
	file, err := spec.Parse(path, text, "learn.epochs=60")
	check(t, err)
	r, err := Open(Request{File: file, Files: files, Parent: t.TempDir(), Name: "run"})
	check(t, err)
	if _, err := r.Train(context.Background()); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer func() { check(t, r.Close()) }()
	arrays, err := os.ReadFile(filepath.Join(r.Dir, networkName))
	check(t, err)
	state, _, err := r.store.Latest()
	check(t, err)
	a, b := sha256.Sum256(arrays), sha256.Sum256(numbers(state.Sections))
	return fmt.Sprintf("%x %x", a[:8], b[:8])
}

// numbers are the sections of a checkpoint that hold arrays, with their names;
// the progress beside them names the identity, which is not a result.
func numbers(sections []checkpoint.Section) []byte {
	var b bytes.Buffer
	for _, section := range sections {
		if section.Name != "progress" {
			fmt.Fprintf(&b, "%s %d\n", section.Name, len(section.Payload))
			b.Write(section.Payload)
		}
	}
	return b.Bytes()
}

func readDigests(t *testing.T) map[string]string {
	t.Helper()
	known := map[string]string{}
	f, err := os.Open("testdata/bits.txt")
	if err != nil && *update {
		return known
	}
	check(t, err)
	defer func() { check(t, f.Close()) }()
	for scan := bufio.NewScanner(f); scan.Scan(); {
		name, digests, _ := strings.Cut(scan.Text(), " ")
		known[name] = digests
	}
	return known
}
