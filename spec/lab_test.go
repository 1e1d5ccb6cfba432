package spec

import (
	"bytes"
	"strings"
	"testing"
)

const small = "elastrain: 1\nnetwork: {lattice: chain, size: 2, spacing: 10 mm}\nbonds: {stiffness: 50..200 N/m}\n" +
	"task: {kind: behaviour, cases: [{push: [{node: 3, along: x, force: 1 N}], want: [{node: 2, along: x, move: 1 mm}]}]}\n"

// A file without the section stays as it was, and overrides can add it.
func TestLabIsOptional(t *testing.T) {
	file, err := Parse("small.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if file.Spec.Lab != nil || bytes.Contains(file.Resolved(), []byte("lab")) {
		t.Errorf("a lab where there is none:\n%s", file.Resolved())
	}
	file, err = Parse("small.yaml", []byte(small), "lab.bench=twin", "lab.twin.noise=0", "lab.protocol.wait=40 s")
	if err != nil {
		t.Fatal(err)
	}
	l := file.Spec.Lab
	if l == nil || l.Twin.Noise != 0 || *l.Protocol.Wait != 40 || l.Protocol.Repeats != 3 || l.Twin.Scatter != 0.03 {
		t.Errorf("overrides made %+v", l)
	}
}

func TestLabDefaults(t *testing.T) {
	file, err := Parse("small.yaml", []byte(small+"lab: {bench: twin, twin: {noise: 6 um}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	l := file.Spec.Lab
	if l.Method != "resilient" || l.Twin.Quantum != 0.5e-3*9.80665 || l.Twin.Deformation != "finite" || l.Weights.Masses != "any x 0.5 g" {
		t.Errorf("%+v", l)
	}
	reread(t, file)
}

func TestLabRefuses(t *testing.T) {
	for _, c := range []struct{ lab, want string }{
		{"{bench: exec}", "command"},
		{"{bench: exec, command: python3 rig.py}", "E0110"},
		{"{bench: manual, twin: {noise: 6 um}}", "`twin` goes only"},
		{"{bench: twin, twin: {noise: 6 g}}", "`6 g`"},
		{"{bench: twin, protocol: {wait: 30}}", "no unit"},
		{"{bench: twin, protocol: {wait: -1 s}}", "at least 0"},
		{"{bench: serial, port: COM3, baud: 1}", "from 300"},
		{"{bench: lathe}", "there is no bench"},
	} {
		_, err := Parse("small.yaml", []byte(small+"lab: "+c.lab+"\n"))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.lab, err, c.want)
		}
	}
}
