package listing

import (
	"slices"
	"testing"
)

// Conditions hold numbers against numbers by their worth, whatever their units, and words against words.
func TestConditions(t *testing.T) {
	for _, c := range []struct {
		condition, value string
		want             bool
	}{
		{"loss<1e-6", "9.9e-7", true}, {"loss<1e-6", "1e-6", false}, {"loss<=1e-6", "0.000001", true}, {"loss<1e-6", "", false}, {"loss>0", "", false},
		{"state=finished", "ended", true}, {"state=ended", "ended", true}, {"state!=ended", "paused", true}, {"kind=finished", "ended", false},
		{"learn.rate=0.01", "1e-2", true}, {"learn.rate = 0.01", "0.02", false}, {"learn.rate==0.01", "0.01", true},
		{"a=49 mN", "0.049 N", true}, {"a=49mN", "49 mN", true}, {"a<0.05 N", "49 mN", true}, {"a<0.05 m", "49 mN", false}, {"a<0.05", "49 mN", false},
		{"k>0.1 N/mm", "150 N/m", true}, {"k>1 N m2", "2 N m2", true}, {"accuracy>=90%", "0.9", true}, {"accuracy>90 %", "0.9", false},
		{"title~IRIS", "an Iris lattice", true}, {"title~", "x", true}, {"method=l-bfgs", "l-bfgs", true}, {"test=", "", true}, {"test=x", "", false}, {"test!=x", "", true},
		{"a=b=c", "b=c", true},
	} {
		p, err := ParseCondition(c.condition)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Meets(c.value); got != c.want {
			t.Errorf("%s of %q: %v", c.condition, c.value, got)
		}
	}
	for _, wrong := range []string{"", "loss", "=1", "<", "loss<", "loss<small", "loss>inf", "loss<nan", "loss<1 parsec", "loss=<0.2", "loss=>1", "loss==<1", "loss<<1", "loss~<1"} {
		if c, err := ParseCondition(wrong); err == nil {
			t.Errorf("%q is read as %+v", wrong, c)
		}
	}
}

// Values are put into order as people mean it.
func TestOrder(t *testing.T) {
	list := []string{"", "10", "9", "1e-3", "", "adam", "l-bfgs", "100 mN", "0.01 N"}
	slices.SortStableFunc(list, Compare)
	if list[len(list)-1] != "" || list[len(list)-2] != "" || slices.Index(list, "1e-3") > slices.Index(list, "9") || slices.Index(list, "9") > slices.Index(list, "10") || slices.Index(list, "0.01 N") > slices.Index(list, "100 mN") {
		t.Errorf("%q", list)
	}
}

// Keys are those of the file in its order, with lists counted from 1.
func TestFlat(t *testing.T) {
	k, err := Flat([]byte("elastrain: 1\ntitle: \"a: b\"\nsupports:\n  pinned: [1, 2]\ntask:\n  cases:\n    - {push: [{node: 3, force: 49 mN}], want: [{node: 4, move: -0.3 mm}]}\n    - push: [{node: 5, force: 1e-3 N}]\nlearn: {rate: 0.00001, rule: backprop, none: null}\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"elastrain", "1", "title", "a: b", "supports.pinned", "[1, 2]", "task.cases[1].push[1].node", "3", "task.cases[1].push[1].force", "49 mN", "task.cases[1].want[1].node", "4", "task.cases[1].want[1].move", "-0.3 mm",
		"task.cases[2].push[1].node", "5", "task.cases[2].push[1].force", "1e-3 N", "learn.rate", "0.00001", "learn.rule", "backprop", "learn.none", "null"}
	var got []string
	for _, name := range k.Names {
		got = append(got, name, k.Values[name])
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if _, err := Flat([]byte("a: [1")); err == nil {
		t.Error("what is no YAML is read")
	}
}
