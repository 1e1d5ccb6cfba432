package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
)

// studied opens a study and cuts at most so many new bonds.
func studied(t *testing.T, trained *Trained, remedy Remedy, most int) (known int, cuts []Cut, err error) {
	t.Helper()
	s, err := OpenStudy(atomicfile.OS{}, trained, remedy)
	if err != nil {
		return 0, nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	count := 0
	cuts, err = s.CutEach(ctx, func(Cut) {
		if count++; count == most {
			cancel()
		}
	})
	known = s.Known
	if err == nil {
		err = s.Finish()
	}
	check(t, s.Close())
	return known, cuts, err
}

// A study that was ended after any bond goes on there, and finds the same.
func TestStudyGoesOn(t *testing.T) {
	quickly(t)
	first := load(t, example("explicit"), "network.cut=[7]", "bonds.frozen=[]", "learn.epochs=20")
	_, want, err := studied(t, first, Relearn, 99)
	check(t, err)
	table := func(cuts []Cut) string {
		var text strings.Builder
		for _, c := range cuts {
			line, err := formatCut(c)
			check(t, err)
			text.Write(append(line, '\n'))
		}
		return text.String()
	}
	path := filepath.Join(first.Dir, damageName, bondsName)
	for most := 1; most < len(want); most++ {
		_, _, err := studied(t, first, Relearn, most)
		if !errors.Is(err, ErrStopped) {
			t.Fatalf("stopped after %d bonds: %v", most, err)
		}
		check(t, os.WriteFile(filepath.Join(first.Dir, damageName, ".damage.csv.1"+atomicfile.TempSuffix), []byte("x"), 0o666))
		known, got, err := studied(t, first, Relearn, 99)
		check(t, err)
		if known != most || table(got) != table(want) {
			t.Errorf("after %d bonds it goes on at %d with\n%s, want\n%s", most, known, table(got), table(want))
		}
		for i := range got {
			a, b := got[i], want[i]
			if a.Before.Relative != b.Before.Relative && a.Mechanism == "" || a.After.Relative != b.After.Relative && a.Mechanism == "" {
				t.Errorf("bond %d: scores %+v, want %+v", a.Bond, a, b)
			}
		}
		if names, err := os.ReadDir(filepath.Dir(path)); err != nil || len(names) != 0 {
			t.Errorf("left behind: %v, %v", names, err)
		}
	}

	// A line that was damaged, and what is behind it, is done again; so is the
	// study of another network or with another remedy.
	_, _, err = studied(t, first, Relearn, 5)
	if !errors.Is(err, ErrStopped) {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	check(t, err)
	for at := 0; at < len(whole); at += 7 {
		text := slices.Clone(whole)
		text[at] ^= 1
		check(t, os.WriteFile(path, text, 0o666))
		s, err := OpenStudy(atomicfile.OS{}, first, Relearn)
		check(t, err)
		if want := max(0, strings.Count(string(whole[:at]), "\n")-1); s.Known != want {
			t.Errorf("byte %d damaged: %d bonds are known, want %d", at, s.Known, want)
		}
		check(t, s.Close())
	}
	check(t, os.WriteFile(path, whole, 0o666))
	s, err := OpenStudy(atomicfile.OS{}, first, Reconnect)
	check(t, err)
	if s.Known != 0 {
		t.Errorf("%d bonds of a study with another remedy are known", s.Known)
	}
	// Nobody else works on the run meanwhile.
	var e *DirectoryError
	if _, err := OpenStudy(atomicfile.OS{}, first, Relearn); !errors.As(err, &e) || e.Code != "E0604" || e.Help == "" {
		t.Errorf("two studies at once: %v", err)
	}
	check(t, errors.Join(s.Close(), s.Close()))
}
