package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/cli"
)

// A process opens files and runs, tells errors as the command line does, with line and caret, and goes on.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	text, err := os.ReadFile("../../examples/iris.yaml")
	if err != nil {
		t.Fatal(err)
	}
	wrong := filepath.Join(dir, "wrong.yaml")
	if err := os.WriteFile(wrong, bytes.Replace(text, []byte("spacing"), []byte("spaceing"), 1), 0o666); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	in := strings.Join([]string{
		`{"id":1,"op":"open","path":` + asJSON(wrong) + `}`,
		`{"id":2,"op":"open","path":"../../examples/iris.yaml","changes":["seed=3"]}`,
		`{"id":3,"op":"loss","net":1,"part":"validation"}`,
		`{"id":4,"op":"loss","net":1}`,
		`{"id":5,"op":"open","path":` + asJSON(filepath.Join(dir, "nix")) + `}`,
		`{"id":6,"op":"open","path":"-"}`,
		`{"id":7,"op":"open","folder":` + asJSON(dir) + `,"text":` + asJSON("elastrain: 1\nnetwork: {nodes: nodes.csv, bonds: bonds.csv}\nbonds: {stiffness: 1..2 N/m}\ntask: {kind: behaviour, cases: [{push: [{node: 1, along: x, force: 1 N}], want: [{node: 1, along: x, move: 1 mm}]}]}") + `}`,
	}, "\n") + "\n"
	if code := Main([]string{"serve", "--stdio"}, strings.NewReader(in), &out, &errs); code != cli.Done || errs.Len() > 0 {
		t.Fatalf("exit code %d, %s", code, errs.String())
	}
	type answer struct {
		ID     int            `json:"id"`
		Error  *served        `json:"error"`
		Result map[string]any `json:"result"`
	}
	answers := map[int]answer{}
	for _, part := range strings.Split(out.String(), `{"id":`)[1:] {
		var a answer
		if err := json.NewDecoder(strings.NewReader(`{"id":` + part)).Decode(&a); err != nil {
			t.Fatal(err)
		}
		answers[a.ID] = a
	}
	e := answers[1].Error
	if e == nil || e.Code != "E0107" || e.Places[0].File != wrong || e.Places[0].Line == 0 || !strings.Contains(e.Text, "^^^^^^^^") || e.ExitCode != cli.BadUsage {
		t.Errorf("a wrong key: %+v", e)
	}
	if r := answers[2].Result; r["title"] != "Iris flowers, 28 bonds" || r["parameters"] != 28.0 {
		t.Errorf("iris: %v", r)
	}
	if e := answers[3].Error; e == nil || e.Code != "E0803" {
		t.Errorf("a part that is not there: %+v", e)
	}
	if loss, _ := answers[4].Result["loss"].(float64); !(loss > 0) {
		t.Errorf("loss %v", answers[4])
	}
	if e := answers[5].Error; e == nil || e.Code != "E0801" {
		t.Errorf("no file: %+v", e)
	}
	if e := answers[6].Error; e == nil || e.Code != "E0803" || !strings.Contains(e.Text, "send it as `text`") {
		t.Errorf("standard input: %+v", e)
	}
	if e := answers[7].Error; e == nil || e.Code != "E0304" || strings.Count(e.Message, "cannot read") != 1 {
		t.Errorf("a table that is not there: %+v", e)
	}
	if code := Main([]string{"serve"}, strings.NewReader(""), &out, &errs); code != cli.BadUsage {
		t.Errorf("without --stdio: exit code %d", code)
	}
	errs.Reset()
	if code := Main([]string{"serve", "--stdio"}, strings.NewReader("garbage\n"), &out, &errs); code != cli.BadUsage || !strings.Contains(errs.String(), "E0803") {
		t.Errorf("garbage: exit code %d, %s", code, errs.String())
	}
}

func asJSON(s string) string {
	text, _ := json.Marshal(s) // a string always can be
	return string(text)
}
