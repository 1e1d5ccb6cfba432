package experiment

import (
	"strings"
	"testing"

	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
)

// The list of laws has every kind and law there is, with what a file says of them.
func TestLawsListed(t *testing.T) {
	text := Laws()
	for _, kind := range element.Kinds() {
		for _, name := range law.Names(kind.Name()) {
			if !strings.Contains(text, " "+kind.Name()+" ") || !strings.Contains(text, " "+name+",") && !strings.Contains(text, " "+name+":") {
				t.Errorf("%s of %s is not listed in\n%s", name, kind.Name(), text)
			}
		}
	}
	for _, line := range []string{"bar      linear: stiffness, or width with a material; rest", "angle    linear: angular; angle", "timoshenko: EA, EI, GAs", "table: points, factor; rest"} {
		if !strings.Contains(text, line) {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
}
