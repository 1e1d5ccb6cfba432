package experiment

import (
	"fmt"
	"strings"
	"testing"
)

// Two fibres that cross at 20 degrees are each bent at their crossing, and not pulled onto each other: every bond is in the
// one straightest pair of its node.
func TestStraightAnglesArePairs(t *testing.T) {
	x := build(t, "elastrain: 1\nnetwork:\n  nodes: [[-1 m, 0 m], [1 m, 0.01 m], [-1 m, -0.36 m], [1 m, 0.36 m], [0 m, 0 m], [0.1 m, 1 m]]\n  bonds: [[1, 5], [5, 2], [3, 5], [5, 4], [5, 6], [4, 6]]\n"+
		"supports: {pinned: [1, 2, 3, 4], rollers: [{node: 6, held: y}]}\nelements: [{kind: bar, stiffness: 1..2 N/m}, {kind: angle, at: straight, angular: 1..2 N m}]\n"+
		"task: {kind: behaviour, cases: [{push: [{node: 5, along: x, force: 1 mN}], want: [{node: 5, along: y, move: 1 mm}]}]}\n")
	var found []string
	for i := range x.Solid.Body.Elements {
		if el := &x.Solid.Body.Elements[i]; el.Kind.Ends() == 3 {
			found = append(found, fmt.Sprint(el.Nodes[0]+1, el.Nodes[1]+1, el.Nodes[2]+1))
		}
	}
	if got := strings.Join(found, ", "); got != "3 5 4, 1 5 2" && got != "1 5 2, 3 5 4" && got != "3 5 4, 2 5 1" {
		t.Errorf("straight angles %s", got)
	}
}
