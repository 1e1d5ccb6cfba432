package trials_test

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/trials"
	"github.com/elastrain/elastrain/task"
)

type result struct {
	Loss float64 `json:"loss"`
}

func Example() {
	dir, err := os.MkdirTemp("", "trials")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary directory
	s, err := trials.Open(atomicfile.OS{}, dir)
	if err != nil {
		log.Fatal(err)
	}
	var r result
	before, _ := s.Load("first", "made with", &r)
	if err := s.Save("first", "made with", result{0.25}); err != nil {
		log.Fatal(err)
	}
	after, _ := s.Load("first", "made with", &r)
	fmt.Println(before, after, r.Loss, s.Close())
	// Output: false true 0.25 <nil>
}

// Each file is kept, and read back to the bit; one that is damaged, or of another study, counts as none. Nobody else writes meanwhile.
func TestWhatIsTrusted(t *testing.T) {
	dir := t.TempDir()
	s, err := trials.Open(atomicfile.OS{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }() // the test is over
	want := result{0.1 + 0.2}
	of := &trials.Alike{Store: s, Made: "a"}
	if err := of.Save("x-1", want); err != nil {
		t.Fatal(err)
	}
	var got result
	if ok, err := of.Load("x-1", &got); !ok || err != nil || got != want {
		t.Errorf("%v, %v, %v", got, ok, err)
	}
	if _, err := trials.Open(atomicfile.OS{}, dir); err == nil {
		t.Error("two write at once")
	}
	if ok, err := s.Load("x-1", "b", &got); ok || err != nil {
		t.Errorf("a trial of another study is taken: %v", err)
	}
	path := filepath.Join(dir, "trials", "x-1.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, damage := range [][]byte{bytes.Replace(text, []byte("0.3"), []byte("0.4"), 1), text[:len(text)/2], []byte("null"), nil} {
		if err := os.WriteFile(path, damage, 0o666); err != nil {
			t.Fatal(err)
		}
		if ok, err := of.Load("x-1", &got); ok || err != nil {
			t.Errorf("%q is taken: %v", damage, err)
		}
	}
}

// What a study asks for, its file and its samples each tell studies apart.
func TestMade(t *testing.T) {
	seen := map[string]int{}
	for i, c := range []struct {
		study any
		file  string
		set   task.Set
	}{{1, "a", task.Set{}}, {2, "a", task.Set{}}, {1, "b", task.Set{}}, {1, "a", task.Set{F: []float64{1}}}, {1, "a", task.Set{F: []float64{2}}}, {1, "a", task.Set{Class: []int32{3}}}} {
		made, err := trials.Made(c.study, trials.Source{Resolved: []byte(c.file), Sets: []*task.Set{&c.set}})
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[made]; ok {
			t.Errorf("studies %d and %d are one", i+1, other)
		}
		seen[made] = i + 1
	}
	if _, err := trials.Made(func() {}); err == nil {
		t.Error("a study that cannot be told is taken")
	}
}
