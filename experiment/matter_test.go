package experiment

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/spec"
)

// What matter cannot be is refused at its line.
func TestMatterThatCannotBe(t *testing.T) {
	iris, _ := examples.Text("iris")
	truss, _ := examples.Text("truss3d")
	manyRanges := "bonds.each=["
	for bond := 1; bond <= 20; bond++ {
		manyRanges += fmt.Sprintf("{bond: %d, stiffness: 10..%d N/m, start: 20 N/m},", bond, 100+bond)
	}
	manyRanges += "]"
	xor, err := os.ReadFile("../examples/xor.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text    string
		changes []string
		want    string
	}{
		{string(iris), []string{"matter.left=10 %"}, "nothing is left"},
		{string(xor), []string{"matter.left=100 %"}, "0 up to 1"},
		{string(xor), []string{"matter.levels=8"}, "l-bfgs compares"},
		{string(xor), []string{"matter.scatter=3 %"}, "l-bfgs compares"},
		{string(xor), []string{"matter.scatter=3 %", "learn.method=adam", "learn.rule=finite-difference"}, "backpropagates"},
		{string(xor), []string{"matter.levels=1"}, "from 2"},
		{string(xor), []string{"matter.levels=8", "learn.method=adam", "bonds.stiffness=0.3.. N/m"}, "above zero to an end"},
		{string(iris), []string{"matter.levels=8", "learn.method=adam", "learn.bounds=sigmoid", "learn.steepness=5", "learn.compat=li-mao-2024"}, "compat"},
		{string(xor), []string{"matter.levels=8", "learn.method=adam"}, ""},
		{string(iris), []string{"matter.levels=10001", "learn.method=levels-search"}, "too many"},
		{string(truss), []string{"matter={levels: 1000000, spacing: distance}", "learn.method=adam"}, ""}, // one range: one list of places
		{string(truss), []string{"matter={levels: 1000000, spacing: distance}", "learn.method=adam", manyRanges}, "too many to keep"},
		{string(xor), []string{"matter.left=10 %"}, ""}, // smooth
		{string(iris), []string{"matter.levels=8", "matter.scatter=3 %", "matter.reading_noise=1 %", "learn.method=adam"}, ""},
	} {
		file, err := spec.Parse("mine.yaml", []byte(c.text), c.changes...)
		if err == nil {
			_, err = Build(file, func(string) ([]byte, error) { return os.ReadFile("../examples/xor.csv") }, Options{})
		}
		if c.want == "" && err != nil || c.want != "" && !strings.Contains(fmt.Sprintf("%v %+v", err, err), c.want) {
			t.Errorf("%s: %v, want %q", c.changes, err, c.want)
		}
	}
}

// Both kinds of inputs leave what matter leaves, where the file says less.
func TestMatterLeaves(t *testing.T) {
	xor, err := os.ReadFile("../examples/xor.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]float64{string(xor): 0.1, strings.ReplaceAll(string(xor), "30 N/m}    #", "30 N/m, left: 20 %}    #"): 0.2, hubsFile: 0.1} {
		file, err := spec.Parse("mine.yaml", []byte(text), "matter.left=10 %")
		if err != nil {
			t.Fatal(err)
		}
		x, err := Build(file, func(string) ([]byte, error) { return os.ReadFile("../examples/xor.csv") }, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := x.Solid.Rig.In[0].Write[0].Least; got != want {
			t.Errorf("%g is left, not %g", got, want)
		}
	}
}
