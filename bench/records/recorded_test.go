package records

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/paper"
)

// What is replayed stands in docs/records.md with the same digits, beside the file.
func TestRecordsOfThePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/records.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range Short {
		_, part, found := strings.Cut(string(page), "\n## Replayed\n")
		if !found {
			t.Fatal("docs/records.md has no table of what is replayed")
		}
		want := fmt.Sprintf("| %s | %s | %d | %.2f %% |", r.Name, r.File, r.Splits, r.Accuracy)
		if r.Linear != "" {
			want += fmt.Sprintf(" %+.2f to %s |", r.Better, r.Linear)
		}
		if !strings.Contains(part, want) {
			t.Errorf("docs/records.md does not say %q", want)
		}
	}
}

// A replay that comes to another number says so, and one whose data are not here is left out with the way to them.
func TestReplay(t *testing.T) {
	t.Setenv("ELASTRAIN_DATA", t.TempDir())
	list := []Record{
		{Name: "xor", File: "examples/xor.yaml", Splits: 2, Training: true, Accuracy: 100},
		{Name: "xor", File: "examples/xor.yaml", Splits: 2, Training: true, Accuracy: 99.98},
		{Name: "seeds", File: "bench/records/seeds.yaml", Splits: 2, Accuracy: 96, Get: "get it there"},
	}
	told := 0
	report, err := Replay(context.Background(), list, func(*Record) { told++ })
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Rows) != 3 || told != 3 {
		t.Fatalf("%d rows, told %d times", len(report.Rows), told)
	}
	if a, b := report.Rows[0], report.Rows[1]; !a.Agrees || b.Agrees || a.Ours != 100 || a.Kind != paper.Recorded {
		t.Errorf("%+v\n%+v", a, b)
	}
	if c := report.Rows[2]; c.Kind != paper.Listed || !math.IsNaN(float64(c.Ours)) || !strings.Contains(c.Left, "get it there") || !strings.Contains(c.Left, "seeds.csv") {
		t.Errorf("%+v", c)
	}
	if v := Verdict(report); v.Agree != 1 || v.Published != 2 || !strings.Contains(v.Text, "1 of 3 rows are left out") || !strings.Contains(v.Text, "does not: xor") {
		t.Errorf("%+v", v)
	}
}
