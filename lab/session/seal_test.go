package session

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
)

// written is the journal of a small session that has ended.
func written(t *testing.T) []byte {
	t.Helper()
	fsys := disk(t)
	setup, _ := small(fsys)
	s, err := Open(context.Background(), fsys, diary, setup)
	check(t, err)
	_, err = s.Run(context.Background(), 1)
	check(t, err)
	check(t, s.Stop(context.Background(), "enough"))
	check(t, s.Close(context.Background()))
	return content(t, fsys)
}

// unsealed is a journal as it was written before lines had sums.
func unsealed(t *testing.T, text []byte) []byte {
	t.Helper()
	var old []byte
	for line := range bytes.Lines(text) {
		at := bytes.LastIndex(line, []byte(sealKey))
		if at < 0 {
			t.Fatalf("a line without a sum: %s", line)
		}
		old = append(append(old, line[:at]...), "}\n"...)
	}
	return old
}

// A bit that flips anywhere in a journal is told as damage of its line. All bits are
// flipped with ELASTRAIN_EVERY_BIT=1 (a minute).
func TestFlippedBits(t *testing.T) {
	text := written(t)
	every := 61
	if os.Getenv("ELASTRAIN_EVERY_BIT") != "" {
		every = 1
	}
	flips := 0
	for bit := 0; bit < 8*len(text); bit += every {
		damaged := bytes.Clone(text)
		damaged[bit/8] ^= 1 << (bit % 8)
		line := 1 + bytes.Count(text[:bit/8], []byte("\n"))
		_, err := parseLog(diary, damaged)
		var at *LogError
		if !errors.As(err, &at) || at.Line != line {
			t.Fatalf("bit %d of byte %d, in line %d: %v", bit%8, bit/8, line, err)
		}
		flips++
	}
	t.Logf("%d bits flipped in %d bytes, each told at its line", flips, len(text))
	// The last byte is not a line that a crash tore.
	for bit := range 8 {
		damaged := bytes.Clone(text)
		damaged[len(text)-1] ^= 1 << bit
		if _, err := parseLog(diary, damaged); !errors.As(err, new(*LogError)) {
			t.Errorf("bit %d of the last newline: %v", bit, err)
		}
	}
}

// Lines that are lost, doubled or swapped are told too.
func TestMovedLines(t *testing.T) {
	lines := bytes.SplitAfter(written(t), []byte("\n"))
	lines = lines[:len(lines)-1]
	for i := range lines {
		for j := range lines {
			moved := append([][]byte(nil), lines...)
			switch {
			case i == j && i < len(lines)-1:
				moved = append(moved[:i], moved[i+1:]...)
			case i == j:
				moved = append(moved, moved[i])
			default:
				moved[i], moved[j] = moved[j], moved[i]
			}
			if _, err := parseLog(diary, bytes.Join(moved, nil)); !errors.As(err, new(*LogError)) {
				t.Errorf("lines %d and %d: %v", i+1, j+1, err)
			}
		}
	}
}

// A journal without sums opens, and a session that goes on with it puts its old lines
// under the sums of the new ones.
func TestJournalWithoutSums(t *testing.T) {
	whole := unsealed(t, written(t))
	lines := bytes.SplitAfter(whole, []byte("\n"))
	old := bytes.Join(lines[:len(lines)-3], nil) // its phases, and no step
	fsys := disk(t)
	check(t, atomicfile.WriteFile(fsys, diary, old))
	setup, d := small(fsys)
	s, err := Open(context.Background(), fsys, diary, setup)
	check(t, err)
	if s.Resumed().Reusable == 0 {
		t.Error("nothing of the old journal is used")
	}
	_, err = s.Run(context.Background(), 2)
	check(t, err)
	check(t, s.Close(context.Background()))
	if want := 3 * (4 - s.Resumed().Reused); d.Loads != want {
		t.Errorf("%d loads, want %d", d.Loads, want)
	}
	text := content(t, fsys)
	if _, err := parseLog(diary, text); err != nil || !bytes.HasPrefix(text, old) {
		t.Fatalf("the old lines are not what they were: %v", err)
	}
	for at := 0; at < len(old); at += 97 {
		damaged := bytes.Clone(text)
		damaged[at] ^= 1
		if _, err := parseLog(diary, damaged); !errors.As(err, new(*LogError)) {
			t.Fatalf("byte %d of the old lines: %v", at, err)
		}
	}
}

// A session that has ended goes on when it is given more steps, and comes to where one
// that had them at once comes to.
func TestMoreSteps(t *testing.T) {
	ctx := context.Background()
	setup, _ := small(disk(t))
	s, err := Open(ctx, disk(t), diary, setup)
	check(t, err)
	straight, err := s.Run(ctx, 3)
	check(t, errors.Join(err, s.Close(ctx)))

	fsys := disk(t)
	setup, _ = small(fsys)
	s, err = Open(ctx, fsys, diary, setup)
	check(t, err)
	_, err = s.Run(ctx, 2)
	check(t, err)
	_, err = s.Exam(ctx)
	check(t, errors.Join(err, s.Stop(ctx, "enough"), s.Close(ctx)))
	again, d := small(fsys)
	if _, err := Open(ctx, fsys, diary, again); err == nil || !strings.Contains(err.Error(), "has ended (success: enough); give it more steps") {
		t.Errorf("an ended session: %v", err)
	}
	again.Reopen = true
	s, err = Open(ctx, fsys, diary, again)
	check(t, err)
	got, err := s.Run(ctx, 3)
	check(t, errors.Join(err, s.Stop(ctx, "more than enough"), s.Close(ctx)))
	if !slices.Equal(got.Stiffness, straight.Stiffness) || d.Loads != 3 { // the input was measured by the exam
		t.Errorf("ends with %v after %d loads, want %v", got.Stiffness, d.Loads, straight.Stiffness)
	}
	log, err := parseLog(diary, content(t, fsys))
	check(t, err)
	if log.Stop == nil || log.Stop.Reason != "more than enough" || len(log.Steps) != 3 || len(log.Interruptions) != 1 || log.Interruptions[0].Why != "more steps" {
		t.Errorf("the journal ends with %+v after %+v", log.Stop, log.Interruptions)
	}
	// Nothing else comes after a stop.
	text := content(t, fsys)
	ended := bytes.SplitAfter(unsealed(t, text), []byte("\n"))
	for _, line := range ended[:len(ended)-1] {
		if _, err := parseLog(diary, append(bytes.Join(ended, nil), line...)); !errors.As(err, new(*LogError)) {
			t.Errorf("after the stop, %.80s: %v", line, err)
		}
	}
}
