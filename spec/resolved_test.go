package spec

import (
	"fmt"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var goodFiles = []string{"iris", "behaviour", "regression", "columns"}

// reread parses what Resolved wrote and compares, bit by bit.
func reread(t *testing.T, f *File) {
	t.Helper()
	text := f.Resolved()
	again, err := Parse("resolved.yaml", text)
	if err != nil {
		t.Fatalf("the resolved file is refused:\n%s\n%s", err.(Errors).Render(false), text)
	}
	if !reflect.DeepEqual(f.Spec, again.Spec) {
		t.Fatalf("the resolved file says something else (-want +got):\n%s\n%s", cmp.Diff(f.Spec, again.Spec), text)
	}
	if twice := again.Resolved(); string(twice) != string(text) {
		t.Fatalf("resolved twice differs:\n%s", cmp.Diff(string(text), string(twice)))
	}
}

func TestResolvedGolden(t *testing.T) {
	for _, name := range goodFiles {
		f := parseGood(t, name)
		reread(t, f)
		golden(t, filepath.Join("testdata", "good", name+".resolved"), f.Resolved())
	}
}

func TestResolvedHoldsOverrides(t *testing.T) {
	f := parseGood(t, "iris", "learn.rate=0.125", "material.thickness=3 mm")
	reread(t, f)
	for _, want := range []string{"rate: 0.125\n", "thickness: 3 mm\n"} {
		if text := string(f.Resolved()); !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestResolvedOfRandomSpecs(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 400 {
		f := &File{Spec: randomSpec(r)}
		reread(t, f)
	}
}

// randomSpec fills every section at random, as the tags allow, and then sees
// to what no single key shows.
func randomSpec(r *rand.Rand) Spec {
	v := reflect.New(root.typ).Elem()
	fillRandom(r, root, v)
	s := v.Interface().(Spec)
	unit := "m"
	if r.Intn(2) == 0 {
		unit, s.Bonds.Width, s.Bonds.Stiffness = "N/m", Range{}, randomRange(r, true)
	} else {
		s.Bonds.Width, s.Bonds.Stiffness = randomRange(r, true), Range{}
	}
	fix := func(start *Start) {
		if start.Kind == "value" {
			start.Unit = unit
		}
	}
	fix(&s.Bonds.Start)
	for i := range s.Sets {
		s.Sets[i].Name, s.Sets[i].Nodes = fmt.Sprintf("set %d", i), []int{1, 2}
	}
	for i := range s.Bonds.Each {
		rule := &s.Bonds.Each[i]
		rule.Width, rule.Stiffness = Range{}, Range{}
		if rule.Start.Kind == "" {
			rule.Start.Kind = "random"
		}
		fix(&rule.Start)
	}
	return s
}

func fillRandom(r *rand.Rand, s *section, v reflect.Value) {
	for i := range s.fields {
		f := &s.fields[i]
		if f.only != nil && !f.only.holds(s.sibling(f.only.key, v)) {
			continue
		}
		if _, ok := f.shape.(*section); !ok && !f.required && f.byDefault == "" && r.Intn(3) == 0 {
			continue // absent
		}
		field := v.Field(f.index)
		switch shape := f.shape.(type) {
		case *section:
			fillRandom(r, shape, field)
		case optionalSection:
			field.Set(reflect.New(shape.typ))
			fillRandom(r, shape.section, field.Elem())
		case sectionList:
			for range 1 + r.Intn(3) {
				item := reflect.New(shape.entry.typ).Elem()
				fillRandom(r, shape.entry, item)
				field.Set(reflect.Append(field, item))
			}
		default:
			field.Set(reflect.ValueOf(randomValue(r, f)))
		}
	}
}

func randomRange(r *rand.Rand, open bool) Range {
	a, b := math.Abs(randomFloat(r)), math.Abs(randomFloat(r))
	if open && r.Intn(4) == 0 {
		b = math.Inf(1)
	}
	return Range{min(a, b), max(a, b)}
}

func randomValue(r *rand.Rand, f *field) any {
	switch f.typ {
	case reflect.TypeFor[Range]():
		return randomRange(r, !f.closed)
	case reflect.TypeFor[Extent]():
		a, b := randomFloat(r), randomFloat(r)
		return []Extent{{End: "min"}, {End: "max"}, {Min: a, Max: a}, {Min: min(a, b), Max: max(a, b)}}[r.Intn(4)]
	case reflect.TypeFor[Point]():
		return Point{randomFloat(r), 0, randomFloat(r)}[:1+r.Intn(3)]
	case reflect.TypeFor[Vectors]():
		return Vectors{{randomFloat(r), randomFloat(r)}, {randomFloat(r), randomFloat(r)}}
	case reflect.TypeFor[Rows]():
		return Rows{1 + r.Intn(9), 1 + r.Intn(9)}
	case reflect.TypeFor[Size]():
		return Size{1 + r.Intn(9), 1 + r.Intn(9), 1 + r.Intn(9)}[:1+r.Intn(3)]
	case reflect.TypeFor[Direction]():
		d := Direction{r.NormFloat64(), randomFloat(r), 1}[:1+r.Intn(3)]
		if r.Intn(3) == 0 {
			d = Direction{0, -1, 0}
		}
		normalise(d)
		return d
	case reflect.TypeFor[Start]():
		return []Start{{Kind: "middle"}, {Kind: "random"}, {"value", math.Abs(randomFloat(r)), "m"}}[r.Intn(3)]
	case reflect.TypeFor[Parameter]():
		span := randomRange(r, false)
		return []Parameter{{Min: span.Min, Max: span.Min, Given: true}, {Min: span.Min, Max: span.Max, Given: true},
			{Min: span.Min, Max: span.Max, Given: true, Start: ptr(span.Max)}}[r.Intn(3)]
	case reflect.TypeFor[[][]int]():
		return [][]int{{1, 2, 3}, {4, 5, 6}}
	case reflect.TypeFor[Levels]():
		return []Levels{{Count: 2 + r.Intn(9)}, {List: []float64{137.5, 275}, Unit: "N/m"}, {List: []float64{0.0015, 0.0025}, Unit: "m"}}[r.Intn(3)]
	case reflect.TypeFor[Batch]():
		return Batch(r.Intn(3))
	case reflect.TypeFor[NodeTable]():
		return []NodeTable{{File: randomText(r) + ".csv"}, {Pos: [][]float64{{randomFloat(r), 0}, {0, randomFloat(r)}}}}[r.Intn(2)]
	case reflect.TypeFor[BondTable]():
		return []BondTable{{File: randomText(r) + ".csv"}, {Pairs: [][2]int{{1, 2}, {3, 1}}}}[r.Intn(2)]
	case reflect.TypeFor[Points]():
		return []Points{{File: randomText(r) + ".csv"}, {Rows: [][2]float64{{randomFloat(r), randomFloat(r)}, {0, 0}}}}[r.Intn(2)]
	case reflect.TypeFor[[]string]():
		return []string{randomText(r), randomText(r)}[:1+r.Intn(2)]
	case reflect.TypeFor[[]int]():
		return []int{1 + r.Intn(9), 1 + r.Intn(9)}
	case reflect.TypeFor[*float64]():
		return ptr(randomNumber(r, f))
	case reflect.TypeFor[bool]():
		return r.Intn(2) == 0
	case reflect.TypeFor[uint64]():
		return r.Uint64()
	case reflect.TypeFor[int]():
		low := 0
		if f.min != nil {
			low = int(*f.min)
		}
		return low + r.Intn(1+int(limitOr(f.max, 1e6))-low)
	case reflect.TypeFor[string]():
		if f.words != nil {
			return f.words[r.Intn(len(f.words))]
		}
		if f.key == "data" && r.Intn(2) == 0 {
			return "linear"
		}
		return randomText(r)
	}
	return randomNumber(r, f)
}

// randomNumber is within the limits of its key.
func randomNumber(r *rand.Rand, f *field) float64 {
	if f.dim != nil && f.dim.tag == "fraction" {
		return min(1, limitOr(f.max, 1)) * (1 - r.Float64())
	}
	if f.max != nil {
		least := max(limitOr(f.min, 0), 0)
		return least + (*f.max-least)*(1-r.Float64())
	}
	if f.positive || f.min != nil {
		return math.Abs(randomFloat(r))
	}
	return randomFloat(r)
}

func limitOr(limit *float64, otherwise float64) float64 {
	if limit != nil {
		return *limit
	}
	return otherwise
}

// randomText has everything that YAML might take for something else.
func randomText(r *rand.Rand) string {
	parts := []string{"iris", "a b", "-", ": ", "#", " # ", "{", "]", ",", "'", `"`, `\`, "&", "*", "!", "%", "@", "`", "null", "~",
		"true", "1e3", "0x1", "\u00a0", "é", "日本", "\U0001f33a", "\u2028", "\ufeff", "?", "|", ">", "=", "---", "...", "..", "<<", "%YAML"}
	text := ""
	for range 1 + r.Intn(4) {
		text += parts[r.Intn(len(parts))]
	}
	return text
}

func FuzzParse(f *testing.F) {
	for _, dir := range []string{"errors", "good"} {
		files, _ := filepath.Glob(filepath.Join("testdata", dir, "*.yaml"))
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			override, _, _ := strings.Cut(strings.TrimPrefix(string(text), "# override: "), "\n")
			f.Add(text, override)
		}
	}
	f.Add([]byte("a: \xff"), "seed=3")
	f.Add([]byte("\ufeffa: 1\r\nb: 2\r"), "task.cases[1].push[1].node=3")
	f.Add([]byte("elastrain: 1\nnetwork: {lattice: chain, size: 3, spacing: 1 mm}\nbonds: {stiffness: 1..2 N/m}\nsets: [{name: a, x: min}, {name: b, near: [0 mm], within: 1 mm, set: a}]\nsupports: {pinned: [a, {x: 0..1 mm}, 2], rollers: [{nodes: b, held: x}]}\n"+
		"task: {kind: behaviour, cases: [{push: [{node: {x: max}, along: x, force: 1 N}], want: [{mean: a, along: x, move: 1 mm}]}]}\n"), "sets[1].x=0 mm")
	f.Fuzz(func(t *testing.T, text []byte, override string) {
		for _, overrides := range [][]string{nil, {override}} {
			file, err := Parse("fuzz.yaml", text, overrides...)
			if err != nil {
				errs := err.(Errors)
				checkErrors(t, errs)
				errs.Render(true)
				continue
			}
			if file.Pending() {
				if err := file.Place(func(Selection) ([]int, error) { return []int{1}, nil }); err != nil {
					checkErrors(t, err.(Errors))
					continue
				}
			}
			reread(t, file)
		}
	})
}
