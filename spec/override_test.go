package spec

import (
	"math"
	"strings"
	"testing"
)

func TestOverrides(t *testing.T) {
	for _, tt := range []struct {
		file      string
		overrides []string
		get       func(s Spec) any
		want      any
	}{
		{"iris", []string{"learn.rate=0.01"}, func(s Spec) any { return s.Learn.Rate }, 0.01},
		{"iris", []string{"learn.rate = 0.01"}[:0], func(s Spec) any { return s.Learn.Rate }, 0.006},
		{"iris", []string{"seed=7", "seed=8"}, func(s Spec) any { return s.Seed }, uint64(8)},
		{"iris", []string{"task.outputs[2].node=5"}, func(s Spec) any { return s.Task.Outputs[1].Node }, 5},
		{"iris", []string{"task.outputs[3]={node: 2, along: y, class: virginica}"}, func(s Spec) any { return s.Task.Outputs[2].Node }, 2},
		{"iris", []string{"network.cut=[3, 4]"}, func(s Spec) any { return len(s.Network.Cut) }, 2},
		{"iris", []string{"network.cut=[3, 4]", "network.cut[2]=9"}, func(s Spec) any { return s.Network.Cut[1] }, 9},
		{"iris", []string{"bonds.width=1..3 mm"}, func(s Spec) any { return s.Bonds.Width }, Range{0.001, 0.003}},
		{"iris", []string{`bonds.width="1..3 mm"`}, func(s Spec) any { return s.Bonds.Width }, Range{0.001, 0.003}},
		{"iris", []string{"bonds.width=~", "bonds.stiffness=100.. N/m", "bonds.start=random"}, func(s Spec) any { return s.Bonds.Stiffness }, Range{100, math.Inf(1)}},
		{"iris", []string{"task.inputs[1].force=-0 N", "task.inputs[1].force=7 gf"}, func(s Spec) any { return s.Task.Inputs[0].Force }, 7 * 9.80665e-3},
		{"iris", []string{"learn.stop.loss=1e-3"}, func(s Spec) any { return s.Learn.Stop.Loss }, 1e-3},
		{"iris", []string{"learn.stop={loss: 1e-3}", "learn.stop.change=0.5"}, func(s Spec) any { return s.Learn.Stop }, Stop{Loss: 1e-3, Change: 0.5, Gradient: 1e-12}},
		{"iris", []string{"task.encode.by=signed"}, func(s Spec) any { return s.Task.Encode }, Encode{By: "signed", Fit: "train"}},
		{"iris", []string{"learn=~"}, func(s Spec) any { return s.Learn.Rate }, 0.0},
		{"iris", []string{"task.encode.by=~", "learn.save=null"}, func(s Spec) any { return s.Task.Encode.By }, "max"},
		{"iris", []string{"title=Größe 3"}, func(s Spec) any { return s.Title }, "Größe 3"},
		{"behaviour", []string{"task.cases[1].push[1].node=4"}, func(s Spec) any { return s.Task.Cases[0].Push[0].Node }, 4},
		{"behaviour", []string{"network.nodes[2][1]=17 mm"}, func(s Spec) any { return s.Network.Nodes.Pos[1][0] }, 0.017},
		{"behaviour", []string{"task.cases[1].push[1].along=-x"}, func(s Spec) any { return s.Task.Cases[0].Push[0].Along[0] }, -1.0},
	} {
		f := parseGood(t, tt.file, tt.overrides...)
		if got := tt.get(f.Spec); got != tt.want {
			t.Errorf("%s with %q: %v, want %v", tt.file, tt.overrides, got, tt.want)
		}
		reread(t, f)
	}
}

func TestBadOverrides(t *testing.T) {
	for _, tt := range []struct{ override, want string }{
		{"a=1\nb=2", "an override is one line of text"},
		{"a=\xff", "an override is one line of text"},
		{"task.outputs[1]x=2", "is not a path"},
		{"task.outputs[9999999999999999999]=2", "is not the number of an entry"},
		{"learn[1]=2", "is not a list in this file"},
		{"learn.stop[1].x=2", "is not a list in this file"},
		{"learn.rate.x=2", "has no keys"},
		{"learn.compat.x=2", "has no keys"},
		{"supports.springs[1].node=2", "has no entry 1"},
		{"supports.springs.node=2", "has no keys"},
		{"learn.rate=[", "`[`"},
		{"learn.rate=1 # fine", ""},
		{"learn.rate=---", "gets no value"},
		{"learn.rate=# none", "gets no value"},
		{"learn={method: l-bfgs, rate: 0.1}", ""}, // of a file that was made for another method
		{"learn.memory=2", "add `learn.method=l-bfgs`"},
	} {
		text := "elastrain: 1\nnetwork: {lattice: chain, size: 3, spacing: 1 mm}\nbonds: {stiffness: 1..2 N/m}\n" +
			"task: {kind: behaviour, cases: [{push: [{node: 1, along: x, force: 1 N}], want: [{node: 2, along: x, move: 0}]}]}\n"
		_, err := Parse("x.yaml", []byte(text), tt.override)
		switch {
		case err == nil && tt.want != "":
			t.Errorf("override %q was accepted", tt.override)
		case err != nil && tt.want == "":
			t.Errorf("override %q: %v", tt.override, err)
		case err != nil:
			checkErrors(t, err.(Errors))
			e := err.(Errors)[0]
			if e.File != "command line" || e.Line != 1 {
				t.Errorf("override %q: the error is at %s:%d", tt.override, e.File, e.Line)
			}
			if !strings.Contains(e.Message+e.Help+e.Label, tt.want) && tt.override != "learn.rate=[" {
				t.Errorf("override %q: %v, want %q", tt.override, e, tt.want)
			}
		}
	}
}
