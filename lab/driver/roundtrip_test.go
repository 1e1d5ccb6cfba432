package driver

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/lab"
)

func TestReadLine(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
		end  error
	}{
		{"", nil, io.EOF},
		{"a\n\nb\r\n", []string{"a", "", "b"}, io.EOF},
		{"a\nb", []string{"a"}, io.ErrUnexpectedEOF},
		{strings.Repeat("x", 100) + "\n", []string{strings.Repeat("x", 100)}, io.EOF},
		{strings.Repeat("x", 101) + "\nb\n", []string{"long", "b"}, io.EOF},
		{strings.Repeat("x", 5000) + "\nb\n", []string{"long", "b"}, io.EOF},
	} {
		r := bufio.NewReaderSize(strings.NewReader(c.text), 16)
		var got []string
		for {
			line, err := readLine(r, 100)
			if errors.Is(err, errLong) {
				got = append(got, "long")
				continue
			}
			if err != nil {
				if !errors.Is(err, c.end) {
					t.Errorf("%.20q ends with %v, want %v", c.text, err, c.end)
				}
				break
			}
			got = append(got, string(line))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%.20q is read as %q", c.text, got)
		}
	}
}

// What the host writes is a promise to drivers without a JSON library.
func TestRequestsAreWrittenAsDocumented(t *testing.T) {
	for _, c := range []struct {
		r    Request
		want string
	}{
		{Request{ID: 1, Verb: Hello, Protocol: 1}, `{"id":1,"verb":"hello","protocol":1}`},
		{Request{ID: 2, Verb: Arm, Limits: &lab.Limits{Force: 0.5, Stiffness: [2]float64{10, 1000}}}, `{"id":2,"verb":"arm","limits":{"force":0.5,"stiffness":[10,1000]}}`},
		{Request{ID: 3, Verb: Load, Forces: Forces([]lab.Force{{Node: 2, F: [3]float64{0, -0.3}}}, 2)}, `{"id":3,"verb":"load","forces":[{"node":3,"f":[0,-0.3]}]}`},
		{Request{ID: 4, Verb: Load, Forces: Forces(nil, 2)}, `{"id":4,"verb":"load","forces":[]}`},
		{Request{ID: 5, Verb: Measure, Repeats: 2}, `{"id":5,"verb":"measure","repeats":2}`},
		{Request{ID: 6, Verb: SetStiffness, K: []float64{100, 120.5}}, `{"id":6,"verb":"set_stiffness","k":[100,120.5]}`},
		{Request{ID: 7, Verb: Safe}, `{"id":7,"verb":"safe"}`},
	} {
		got, err := marshal(c.r)
		if err != nil || string(got) != c.want+"\n" {
			t.Errorf("%s, %v; want %s", got, err, c.want)
		}
		page, err := os.ReadFile(filepath.Join("..", "..", "docs", "driver-protocol.md"))
		if err != nil || !bytes.Contains(page, []byte(c.want)) {
			t.Errorf("docs/driver-protocol.md does not show %s (%v)", c.want, err)
		}
	}
}

func TestExerciseFindsWhatIsWrong(t *testing.T) {
	var out bytes.Buffer
	if err := Exercise(t.Context(), overWire(t, newTwoBars(), Options{}), &out); err != nil || strings.Contains(out.String(), "fail") {
		t.Errorf("a good bench: %v\n%s", err, out.String())
	}
	if n := strings.Count(out.String(), "pass  "); n != 20 {
		t.Errorf("%d checks passed, want 20:\n%s", n, out.String())
	}
	out.Reset()
	now := newTwoBars().start
	// This one obeys everything.
	obedient := &strict{t: &testing.T{}, now: &now}
	if err := Exercise(t.Context(), obedient, &out); err == nil {
		t.Error("a bench that refuses nothing passes")
	}
	for _, want := range []string{"fail  a load before arm is refused: it was obeyed", "fail  measure twice: unloaded: 0 frames came",
		"fail  a force beyond the limit is refused: it was obeyed", "fail  a limit wider than the card's is refused", "skip  set_stiffness"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing:\n%s", want, out.String())
		}
	}
	out.Reset()
	// A fault is the end of it.
	l, _ := inMemory(func(r io.Reader, w io.Writer) { _ = Serve(newTwoBars(), r, &saboteur{w: w, mode: "stale"}) })
	err := Exercise(t.Context(), Connect(l, Options{}), &out)
	if err == nil || !strings.HasSuffix(strings.TrimSpace(out.String()), string(Confirmed)) || strings.Count(out.String(), "fail") != 1 {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// What a command costs behind the protocol: directly, through two pipes of this
// process, and in a process of its own.
func BenchmarkPing(b *testing.B) {
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	process, err := Process([]string{program, victim, "well", ""}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer process.Close()
	l, _ := inMemory(func(r io.Reader, w io.Writer) { _ = Serve(newTwoBars(), r, w) })
	memory := Connect(l, Options{})
	defer memory.Close()
	for _, c := range []struct {
		name  string
		bench lab.Bench
	}{{"direct", newTwoBars()}, {"pipes", memory}, {"process", process}} {
		ctx := b.Context()
		if err := c.bench.Arm(ctx, lab.Limits{}); err != nil {
			b.Fatal(err)
		}
		b.Run("ping/"+c.name, func(b *testing.B) {
			for b.Loop() {
				if err := c.bench.Ping(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("load and measure/"+c.name, func(b *testing.B) {
			load := []lab.Force{{Node: 2, F: [3]float64{0, -0.3}}}
			for b.Loop() {
				if _, err := c.bench.Load(ctx, load); err != nil {
					b.Fatal(err)
				}
				if _, err := c.bench.Measure(ctx, 1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
