//go:build petsc

package main

import (
	"os/exec"
	"strings"
	"testing"
)

// What ranks do not share is refused at the line of the file that asks for it.
func TestRefusesAtTheLine(t *testing.T) {
	for _, c := range []struct{ example, at, says string }{
		{"allostery", "push", "inputs that are told their displacement"},
		{"angles", "kind: angle", "elements other than bars"},
		{"auxetic", "periodic: true", "a periodic cell"},
		{"bone", "rule: bone", "rules other than backpropagation"},
		{"cell", "vectors:", "a periodic cell"},
		{"comb", "comb:", "combs"},
		{"digits", "hubs:", "bodies on rails"},
		{"frame", "kind: beam", "elements other than bars"},
		{"large-deformation", "deformation: finite", "springs that move far"},
		{"xor", "elements: [1]", "inputs that set springs"},
	} {
		said, err := exec.Command(program, "train", "../../examples/"+c.example+".yaml", "--out", t.TempDir()+"/mine").CombinedOutput()
		lines := strings.Split(string(said), "\n")
		if codeOf(err) != 2 || len(lines) < 4 || !strings.Contains(lines[0], c.says) || !strings.Contains(lines[3], c.at) {
			t.Errorf("%s: code %d\n%s", c.example, codeOf(err), said)
		}
	}
}
