package run

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
)

func TestOpeningsAreCounted(t *testing.T) {
	dir := t.TempDir()
	trained := &Trained{Dir: dir}
	for want := 1; want <= 3; want++ {
		if got, err := trained.Opens(atomicfile.OS{}); err != nil || got != want {
			t.Fatalf("opened %d times, want %d: %v", got, want, err)
		}
	}
	for _, text := range []string{"{", `{"format":2,"test_part_opened":1}`, `{"format":1,"test_part_opened":-1}`} {
		if err := os.WriteFile(filepath.Join(dir, openingsName), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := trained.Opens(atomicfile.OS{}); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
	if !Owns(openingsName) {
		t.Error("an export may write over it")
	}
}

// A study that goes on after a stop, or is repeated, opens nothing anew; another study does.
func TestOpeningsOfStudies(t *testing.T) {
	dir := t.TempDir()
	for i, c := range []struct {
		study string
		want  int
	}{{"a", 1}, {"a", 1}, {"b", 2}, {"a", 3}, {"b", 4}, {"b", 4}} {
		if got, err := OpensFor(atomicfile.OS{}, dir, c.study); err != nil || got != c.want {
			t.Errorf("%d: opened %d times, want %d: %v", i+1, got, c.want, err)
		}
	}
	trained := &Trained{Dir: dir}
	if got, err := trained.Opens(atomicfile.OS{}); err != nil || got != 5 {
		t.Errorf("eval opens the %d time: %v", got, err)
	}
}

func TestOrdinals(t *testing.T) {
	for n, want := range map[int]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 102: "102nd", 113: "113th"} {
		if got := Ordinal(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
}
