package run

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/spec"
)

// The pictures of examples, to the last byte: those that were drawn before there were snapshots (revision 4f4cb1d);
// after three epochs where bits are kept, at the start of others. Another byte is another picture: look at it before
// `-update`.
func TestPicturesOfExamples(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("numbers differ in their last bits")
	}
	known, err := os.ReadFile("testdata/pictures.txt")
	check(t, err)
	var text strings.Builder
	t.Cleanup(func() { draw = WritePictures })
	for line := range strings.Lines(string(known)) {
		name, epochs := strings.Fields(line)[0], strings.Fields(line)[1]
		dir := filepath.Join("..", "examples")
		source, err := os.ReadFile(filepath.Join(dir, name+".yaml"))
		check(t, err)
		files := func(file string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, file)) }
		var sums []string
		draw = func(_ atomicfile.FS, _ string, pictures []Picture) error {
			for _, p := range pictures {
				svg, err := figure.SVG(p.Picture, p.Width, p.Height)
				if err != nil {
					return err
				}
				if !p.Bitmap {
					sums = append(sums, fmt.Sprintf(" %s:%x", p.Name, sha256.Sum256(svg))[:len(p.Name)+2+16])
				}
			}
			return nil
		}
		r, err := Open(Request{File: parse(t, string(source), "learn.epochs="+epochs), Files: files, Parent: t.TempDir(), Name: "a"})
		check(t, err)
		if _, err := r.Train(context.Background()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		check(t, r.Close())
		slices.Sort(sums)
		got := name + " " + epochs + strings.Join(sums, "") + "\n"
		text.WriteString(got)
		if got != line && !*update {
			t.Errorf("other pictures\n%swant\n%s", got, line)
		}
	}
	if *update {
		check(t, os.WriteFile("testdata/pictures.txt", []byte(text.String()), 0o666))
	}
}

// A snapshot that is read from the directory of a run is the one that network.npz was
// written from, with the scores of metrics.csv and states under all load cases.
func TestSnapshotOfRun(t *testing.T) {
	quickly(t)
	for name, file := range map[string]*spec.File{
		"iris": parse(t, example("iris"), "learn={method: adam, rate: 0.05, epochs: 7}"), "frame": parse(t, example("frame"), "learn.epochs=4"),
		"geometry": parse(t, example("geometry"), "learn.epochs=4"), "cell": parse(t, example("cell"), "learn.epochs=2"),
	} {
		fsys, parent := memory(t)
		r, result := trained(t, Request{File: file, FS: fsys, Parent: parent, Name: "a"})
		s, err := Snapshot(fsys, r.Dir)
		check(t, err)
		var arrays bytes.Buffer
		check(t, npz.Write(&arrays, s.Arrays()))
		if want := read(t, fsys, filepath.Join(r.Dir, networkName)); arrays.String() != want {
			t.Errorf("%s: network.npz is not written from the snapshot", name)
		}
		scores := s.History.Scores
		if len(scores) != result.Epochs+1 || scores[result.Epochs].Loss != result.Loss || s.Parts[0].Name != "training" || len(s.Cases) == 0 {
			t.Errorf("%s: %d scores of %d epochs, %d cases", name, len(scores), result.Epochs, len(s.Cases))
		}
		if s.Classes() {
			right := 0
			for i, class := range s.Parts[1].Class {
				if class == s.Parts[1].Predicted[i] {
					right++
				}
			}
			if share := float64(right) / float64(s.Parts[1].N); share != *result.TestAccuracy {
				t.Errorf("%s: %g of the test samples are right, and the result says %g", name, share, *result.TestAccuracy)
			}
		}
	}
}
