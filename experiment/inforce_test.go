package experiment

import (
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/spec"
)

// Everything that is chosen stands in the spec in force; that gives the same
// experiment, to the last bit, and without what was chosen it is the file again.
func TestInForce(t *testing.T) {
	file := func(string) ([]byte, error) { return os.ReadFile("../examples/flowers.csv") }
	for _, tt := range []struct {
		name, overrides string
		want            map[string]string // "" for what depends on the network
	}{
		{"chain", "", map[string]string{"learn.rate": "-", "task.loss": "mean-square", "task.scale": "", "network.dim": "1", "learn.memory": "-"}},
		{"chain", "learn.method=adam", map[string]string{"learn.rate": "0.02", "task.loss": "mean-square"}},
		{"chain", "learn.method=gradient-descent", map[string]string{"learn.rate": "0.2"}},
		{"chain", "learn={method: momentum, rate: 0.5}", map[string]string{"learn.rate": "-"}},
		{"disordered", "learn.method=l-bfgs", map[string]string{"network.dim": "2", "learn.memory": "20"}},
		{"disordered", "network.dim=2", map[string]string{"network.dim": "-"}},
		{"iris", "task.loss=softmax", map[string]string{"task.loss": "-", "task.sharpness": "", "task.margin": "-"}},
		{"iris", "task.loss=hinge", map[string]string{"task.margin": "", "learn.memory": "20"}},
		{"iris", "task.loss=~", map[string]string{"task.loss": "cross-entropy", "task.scale": "-"}},
		{"flowers", "task.label=~", map[string]string{"task.label": "species"}},
		{"flowers", "", map[string]string{"task.label": "-"}},
		{"regression", "", map[string]string{"task.loss": "mean-square", "task.scale": ""}},
		{"frame3d", "", map[string]string{"task.scale": "4 um", "task.scale_turn": "0.05 mrad", "task.scale_potential": "-"}},
		{"frame3d", "task.scale_turn=1 mrad", map[string]string{"task.scale": "4 um", "task.scale_turn": "-"}},
		{"flow", "", map[string]string{"task.scale": "-", "task.scale_potential": ""}},
		{"regression", "task.scale=1 mm", map[string]string{"task.scale": "-"}},
	} {
		text, ok := examples.Text(tt.name)
		if !ok {
			t.Fatal(tt.name)
		}
		var overrides []string
		if tt.overrides != "" {
			overrides = []string{tt.overrides}
		}
		f, err := spec.Parse("test.yaml", text, overrides...)
		if err != nil {
			t.Fatal(err)
		}
		x, err := Build(f, file, Options{})
		if err != nil {
			t.Fatal(err)
		}
		full, choices := x.InForce()
		values := map[string]string{}
		for _, c := range choices {
			values[c.Key] = c.Value
			if c.Value == "" || c.Why == "" {
				t.Errorf("%s %s: %+v", tt.name, tt.overrides, c)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(tt.want)) {
			got, ok := values[key]
			if want := tt.want[key]; ok != (want != "-") || ok && want != "" && got != want {
				t.Errorf("%s %s: %s is chosen: %v, %q", tt.name, tt.overrides, key, ok, got)
			}
		}
		resolved := string((&spec.File{Spec: full}).Resolved())
		for _, c := range choices {
			if key := c.Key[strings.LastIndexByte(c.Key, '.')+1:]; !strings.Contains(resolved, key+": "+c.Value+"\n") {
				t.Errorf("%s %s: no %s: %s in\n%s", tt.name, tt.overrides, c.Key, c.Value, resolved)
			}
		}
		again, err := spec.Parse("resolved.yaml", []byte(resolved))
		if err != nil {
			t.Fatalf("%s %s: %v", tt.name, tt.overrides, err)
		}
		y, err := Build(again, file, Options{})
		if err != nil {
			t.Fatalf("%s %s: %v", tt.name, tt.overrides, err)
		}
		if !reflect.DeepEqual(x.Loss, y.Loss) || !slices.Equal(x.Network.Pos, y.Network.Pos) {
			t.Errorf("%s %s: %+v is another experiment: %+v", tt.name, tt.overrides, y.Loss, x.Loss)
		}
		if _, more := y.InForce(); len(more) > 0 {
			t.Errorf("%s %s: still open: %v", tt.name, tt.overrides, more)
		}
		asked, err := full.Without(Keys(choices)...)
		if err != nil || !reflect.DeepEqual(asked, f.Spec) {
			t.Errorf("%s %s: without the choices it is another file, %v", tt.name, tt.overrides, err)
		}
	}
	if _, err := (spec.Spec{}).Without("learn.speed"); err == nil {
		t.Error("a key that is none was taken out")
	}
}
