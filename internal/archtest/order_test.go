package archtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// room is a place in the order of the house. A package imports only packages
// of rooms above its own, or of its own room where `within` says so.
type room struct {
	packages []string // directories; "x/..." stands for all below x
	within   bool     // packages of the room may import each other
	only     []string // if not nil: the module packages it may import, and no others
}

var none = []string{}

// order is data flow, first to last.
var order = []room{
	{packages: []string{"unit"}, only: none},
	{packages: []string{"internal/excerpt"}, only: none},
	{packages: []string{"switchable"}, only: none},
	{packages: []string{"spec"}, only: []string{"unit", "internal/excerpt"}},
	{packages: []string{"table"}, only: []string{"unit", "internal/excerpt"}},
	{packages: []string{"network"}, only: []string{"unit", "table"}},
	{packages: []string{"network/lattice"}, only: []string{"network"}},
	{packages: []string{"export/npz"}, only: []string{"internal/excerpt"}},
	{packages: []string{"ingest"}, only: []string{"unit", "internal/excerpt", "table", "network", "export/npz"}},
	{packages: []string{"snapshot"}, only: []string{"network", "export/npz"}},
	{packages: []string{"internal/elementary"}, only: none},
	{packages: []string{"internal/kernel"}, only: []string{"internal/elementary"}},
	{packages: []string{"internal/vec"}, only: none},
	{packages: []string{"internal/team"}, only: none},
	{packages: []string{"sparse"}, only: []string{"internal/kernel", "internal/team"}},
	{packages: []string{"mechanics/multigrid"}, only: []string{"internal/kernel", "internal/team", "sparse"}},
	{packages: []string{"mechanics"}},
	{packages: []string{"mechanics/element"}, only: none},
	{packages: []string{"mechanics/law"}, only: []string{"internal/elementary"}},
	{packages: []string{"mechanics/body"}, only: []string{"internal/team", "sparse", "mechanics/element", "mechanics/law"}},
	{packages: []string{"mechanics/statics"}, only: []string{"internal/kernel", "internal/team", "sparse", "mechanics/element", "mechanics/law", "mechanics/body"}},
	{packages: []string{"mechanics/thermal"}, only: []string{"mechanics"}},
	{packages: []string{"mechanics/finite"}, only: []string{"network", "sparse", "mechanics"}},
	{packages: []string{"task"}, only: []string{"internal/elementary"}},
	{packages: []string{"task/data"}},
	{packages: []string{"learn/design"}},
	{packages: []string{"learn/optim"}},
	{packages: []string{"task/linear"}, only: []string{"internal/elementary", "task/data", "learn/optim"}},
	{packages: []string{"learn"}},
	{packages: []string{"learn/inputs"}, only: []string{"network", "mechanics", "internal/kernel", "internal/team", "task", "learn"}},
	{packages: []string{"learn/condense"}, only: []string{"internal/team", "sparse", "mechanics/law", "mechanics/body", "mechanics/statics", "learn"}},
	{packages: []string{"learn/automaton"}, only: []string{"network", "mechanics", "mechanics/thermal", "task"}},
	{packages: []string{"learn/bound"}, only: []string{"network", "mechanics", "task"}},
	{packages: []string{"learn/specimen"}, only: []string{"internal/elementary", "task", "learn"}},
	{packages: []string{"learn/rule"}},
	{packages: []string{"learn/verify"}},
	{packages: []string{"internal/petsc"}, only: []string{"network", "mechanics", "learn/optim", "learn"}},
	{packages: []string{"train"}},
	{packages: []string{"passport"}, only: []string{"spec", "network", "export/npz"}},
	{packages: []string{"experiment"}},
	{packages: []string{"ports"}},
	{packages: []string{"outlook"}},
	{packages: []string{"rules"}, only: []string{"network", "mechanics/element", "mechanics/body", "task", "learn", "learn/optim", "learn/rule", "experiment"}},
	{packages: []string{"prune"}, only: []string{"network", "mechanics", "mechanics/law", "task", "learn", "learn/rule", "experiment"}},
	{packages: []string{"autonomous"}, only: []string{"network", "task", "learn", "learn/automaton", "experiment", "rules"}},
	{packages: []string{"sequence"}, only: []string{"task", "learn", "experiment", "train", "rules"}},
	// Plain data in, bytes out.
	{packages: []string{"atomicfile"}, only: none},
	{packages: []string{"shelf"}, only: []string{"task/data", "atomicfile"}},
	{packages: []string{"part"}, only: []string{"network", "snapshot"}},
	{packages: []string{"export/..."}, within: true, only: []string{"network", "export/npz", "snapshot", "part"}},
	{packages: []string{"figure"}, only: []string{"network"}},
	{packages: []string{"examples"}, only: none},
	{packages: []string{"run/checkpoint"}, only: []string{"atomicfile"}},
	{packages: []string{"run/events"}, only: []string{"snapshot", "atomicfile"}},
	{packages: []string{"run/watch"}, only: []string{"snapshot", "atomicfile", "run/events"}},
	{packages: []string{"run/listing"}, only: []string{"unit", "atomicfile", "run/events"}},
	{packages: []string{"run/trials"}, only: []string{"task", "atomicfile"}},
	{packages: []string{"sweep/lease"}, only: []string{"atomicfile"}},
	{packages: []string{"run"}},
	{packages: []string{"sweep/..."}, within: true, only: []string{"spec", "learn", "train", "experiment", "export/npz", "atomicfile", "run", "sweep", "sweep/lease"}},
	{packages: []string{"compare"}, only: []string{"atomicfile", "figure", "run", "run/events", "run/listing", "sweep"}},
	// What is real: photographs, weights, programs that drive actuators.
	{packages: []string{"vision/..."}, within: true, only: []string{"unit", "internal/excerpt", "table", "vision", "vision/camera"}},
	{packages: []string{"lab"}, only: []string{"network", "internal/vec"}},
	{packages: []string{"lab/measurement"}},
	{packages: []string{"lab/session"}},
	{packages: []string{"lab/driver/..."}, within: true, only: []string{"unit", "table", "atomicfile", "lab", "lab/driver", "lab/driver/inbox"}},
	{packages: []string{"lab/..."}, only: []string{"unit", "table", "network", "mechanics", "mechanics/element", "mechanics/body", "mechanics/statics", "mechanics/finite", "learn", "learn/design", "task", "atomicfile", "lab", "lab/measurement", "vision"}},
	{packages: []string{"run/insitu"}},
	{packages: []string{"paper"}},
	{packages: []string{"serve/message"}, only: none},
	{packages: []string{"serve"}, only: []string{"snapshot", "task", "learn", "learn/design", "experiment", "serve/message"}},
	{packages: []string{"studio/engine"}, only: []string{"network", "mechanics", "mechanics/element", "snapshot", "task", "learn", "spec", "train", "experiment", "examples", "serve/message"}},
	{packages: []string{"studio/engine/wasm"}, only: []string{"studio/engine"}},
	{packages: []string{"internal/cli"}},
	{packages: []string{"studio/page"}, only: []string{"serve/message", "studio/engine"}},
	{packages: []string{"studio/bench"}},
	{packages: []string{"studio"}},
	{packages: []string{"cmd/...", "bench/..."}, within: true},
}

// equipment is for tests: packages that no other code may import.
var equipment = []string{"internal/archtest", "atomicfile/faultfs", "internal/testnet", "internal/reference", "learn/rigtest", "learn/rule/ruletest", "lab/benchtest"}

// library is the rooms that know no experiment file, and engine is those that
// touch no file, network or clock, so that they also run in a browser.
const (
	librariesFrom, librariesTo = "network", "learn/verify"
	engineFrom, engineTo       = "unit", "experiment"
)

// forbidden in the engine; a trailing slash stands for all below.
var forbidden = []string{"os", "os/", "net", "net/", "time", "syscall", "log", "log/"}

// place is the number of the room of a package, -1 if it has none.
func place(rooms []room, dir string) int {
	for i := range rooms {
		for _, p := range rooms[i].packages {
			if under, ok := strings.CutSuffix(p, "/..."); p == dir || ok && (dir == under || strings.HasPrefix(dir, under+"/")) {
				return i
			}
		}
	}
	return -1
}

// matches reports whether an import path is one of a list like forbidden.
func matches(list []string, path string) bool {
	return slices.ContainsFunc(list, func(p string) bool {
		return p == path || strings.HasSuffix(p, "/") && strings.HasPrefix(path, p)
	})
}

// orderProblems lists the imports that go the wrong way. Tests may import what
// they need; Go itself refuses their cycles.
func orderProblems(all source, rooms []room) (problems []string) {
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	libraries := func(at int) bool {
		return at >= place(rooms, librariesFrom) && at <= place(rooms, librariesTo)
	}
	engine := func(at int) bool { return at >= place(rooms, engineFrom) && at <= place(rooms, engineTo) }
	for _, dir := range all.packages() {
		at := place(rooms, dir)
		tool := slices.Contains(equipment, dir)
		if at < 0 && !tool {
			report("package %q has no place in the order; give it one in order_test.go, and say in docs/architecture.md what it owns", dir)
			continue
		}
		for _, f := range all[dir] {
			if f.test {
				continue
			}
			for _, path := range f.imports {
				if !tool && engine(at) && matches(forbidden, path) {
					report("%s imports %s: %s must run in a browser and give the same bytes every time; hand it what it needs", f.path, path, dir)
				}
				other, ours := strings.CutPrefix(path, module)
				if !ours || tool {
					continue
				}
				to := place(rooms, other)
				switch {
				case slices.Contains(equipment, other):
					report("%s imports %s, which is for tests", f.path, other)
				case to < 0:
					report("%s imports %s, which has no place in the order", f.path, other)
				case rooms[at].only != nil && !slices.Contains(rooms[at].only, other):
					report("%s imports %s: %s may import %s of this module", f.path, other, dir, words(rooms[at].only))
				case to > at || to == at && !rooms[at].within:
					report("%s imports %s, which stands below %s in the data flow", f.path, other, dir)
				case other == "spec" && libraries(at):
					report("%s imports spec: %s is a library that knows no experiment file", f.path, dir)
				}
			}
		}
	}
	return problems
}

func words(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	return "only " + strings.Join(list, ", ")
}

func TestImportsGoUpTheDataFlow(t *testing.T) {
	for _, p := range orderProblems(house(t), order) {
		t.Error(p)
	}
}

// Rows without a package hide slips of the pen in the table.
func TestEveryRoomIsThere(t *testing.T) {
	all := house(t)
	for _, p := range equipment {
		if len(all[p]) == 0 {
			t.Errorf("there is no package %s", p)
		}
	}
	for _, name := range []string{librariesFrom, librariesTo, engineFrom, engineTo} {
		if place(order, name) < 0 {
			t.Errorf("%s has no place in the order", name)
		}
	}
	for _, r := range order {
		for _, name := range r.only {
			if place(order, name) < 0 {
				t.Errorf("%v may import %s, which has no place in the order", r.packages, name)
			}
		}
	}
}

// The rules must be able to fail.
func TestOrderProblemsAreFound(t *testing.T) {
	for _, c := range []struct {
		path, imports, want string
	}{
		{"mechanics/a.go", module + "learn", "stands below mechanics"},
		{"learn/design/a.go", module + "learn", "stands below learn/design"},
		{"mechanics/a.go", module + "spec", "knows no experiment file"},
		{"task/data/a.go", module + "spec", "knows no experiment file"},
		{"spec/a.go", module + "network", "spec may import only unit"},
		{"figure/a.go", module + "mechanics", "figure may import only network"},
		{"export/stl/a.go", module + "mechanics", "export/stl may import only network, export/npz, snapshot, part"},
		{"export/stl/a.go", module + "network", ""},
		{"train/a.go", "time", "must run in a browser"},
		{"spec/a.go", "os", "must run in a browser"},
		{"sparse/a.go", "net/http", "must run in a browser"},
		{"run/a.go", "time", ""},
		{"run/a.go", module + "atomicfile", ""},
		{"run/a.go", module + "internal/testnet", "is for tests"},
		{"run/a_test.go", module + "internal/testnet", ""},
		{"run/a.go", module + "lost", "has no place"},
		{"lost/a.go", "fmt", "has no place"},
		{"cmd/elastrain/a.go", module + "cmd/other", ""},
		{"experiment/a.go", module + "spec", ""},
		{"experiment/a.go", "github.com/elastrain/elastrain-plus/spec", ""},
	} {
		dir, _, _ := cutLast(c.path)
		all := source{dir: {{path: c.path, test: strings.HasSuffix(c.path, "_test.go"), imports: []string{c.imports}}}}
		got := orderProblems(all, order)
		if c.want == "" {
			if len(got) > 0 {
				t.Errorf("%s importing %s: %v, want no problem", c.path, c.imports, got)
			}
			continue
		}
		if len(got) != 1 || !strings.Contains(got[0], c.want) {
			t.Errorf("%s importing %s: %v, want one problem with %q", c.path, c.imports, got, c.want)
		}
	}
}
