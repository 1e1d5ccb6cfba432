package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"testing"
)

// A small run, from photographs to the table; the other program's part is played
// by a copy of ours with one node in the wrong place.
func TestRunAndTable(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	if err := do([]string{"-out", dir, "-n", "1", "-class", "plain", "-overlays", "1"}, &out); err != nil {
		t.Fatal(err)
	}
	if _, err := filepath.Glob(filepath.Join(dir, "overlay-plain-000.png")); err != nil {
		t.Error(err)
	}
	lines, err := readCSV(filepath.Join(dir, "ours.csv"))
	if err != nil {
		t.Fatal(err)
	}
	table := [][]string{{"photo", "node", "seen", "x_m", "y_m", "sigma_m", "why"}}
	for i, l := range lines {
		if i == 0 {
			l["x_m"] = "1"
		}
		table = append(table, []string{l["photo"], l["node"], l["seen"], l["x_m"], l["y_m"], "0", ""})
	}
	if err := writeCSV(filepath.Join(dir, "other.csv"), table); err != nil {
		t.Fatal(err)
	}
	if err := writeCSV(filepath.Join(dir, "other-photos.csv"), [][]string{{"photo", "ms", "refused"}, {"plain-000.png", "1", ""}}); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := do([]string{"-table", dir}, &out); err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^plain .* (\d+) +\d+\.\d\d +\d+\.\d$`).FindAllStringSubmatch(out.String(), -1)
	if len(rows) != 2 || rows[0][1] != "1" || rows[1][1] != "0" {
		t.Errorf("want one wrong identity of the other and none of ours:\n%s", &out)
	}
}

func TestUsage(t *testing.T) {
	var out bytes.Buffer
	if do(nil, &out) == nil || do([]string{"-table", t.TempDir()}, &out) == nil {
		t.Error("nothing to do was done")
	}
}
