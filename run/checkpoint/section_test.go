package checkpoint

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestNumbersKeepEveryBit(t *testing.T) {
	bits := []uint64{0, 1 << 63, 1, 0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000001, 0x7ff0000000000001, 0xffffffffffffffff, math.Float64bits(0.1)}
	floats := make([]float64, len(bits))
	ints := make([]int64, len(bits))
	for i, b := range bits {
		floats[i], ints[i] = math.Float64frombits(b), int64(b)
	}
	sections, err := Decode(Encode([]Section{Float64s("f", floats), Int64s("i", ints), Uint64s("u", bits)}))
	if err != nil {
		t.Fatal(err)
	}
	f, err := sections[0].Float64s()
	if err != nil {
		t.Fatal(err)
	}
	for i := range f {
		if math.Float64bits(f[i]) != bits[i] {
			t.Errorf("%016x became %016x", bits[i], math.Float64bits(f[i]))
		}
		if one := math.Float64bits(sections[0].Float64At(i)); one != bits[i] {
			t.Errorf("%016x alone became %016x", bits[i], one)
		}
	}
	if i, err := sections[1].Int64s(); err != nil || !reflect.DeepEqual(i, ints) {
		t.Error(i, err)
	}
	if u, err := sections[2].Uint64s(); err != nil || !reflect.DeepEqual(u, bits) {
		t.Error(u, err)
	}
	for name, read := range map[string]func(Section) error{
		"f": func(s Section) error { _, err := s.Float64s(); return err },
		"i": func(s Section) error { _, err := s.Int64s(); return err },
		"u": func(s Section) error { _, err := s.Uint64s(); return err },
	} {
		if err := read(Section{Name: name, Payload: make([]byte, 9)}); err == nil || !strings.Contains(err.Error(), "`"+name+"` has 9 bytes") {
			t.Error(err)
		}
		if err := read(Section{Name: name}); err != nil {
			t.Error(err)
		}
	}
}

func TestJSON(t *testing.T) {
	type progress struct {
		Epoch int    `json:"epoch"`
		Name  string `json:"name"`
	}
	want := progress{37, "iris"}
	s, err := JSON("progress", want)
	if err != nil {
		t.Fatal(err)
	}
	var got progress
	if err := s.JSON(&got); err != nil || got != want {
		t.Error(got, err)
	}
	if _, err := JSON("bad", math.NaN()); err == nil || !strings.Contains(err.Error(), "`bad`") {
		t.Error(err)
	}
	for _, text := range []string{"", "{", `{"epoch": 1, "spin": 2}`, `{"epoch": 1} x`, `{"epoch": "one"}`} {
		if err := (Section{Name: "progress", Payload: []byte(text)}).JSON(&got); err == nil || !strings.Contains(err.Error(), "`progress`") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestFind(t *testing.T) {
	sections := example(t)
	if s, err := Find(sections, "random"); err != nil || s.Name != "random" {
		t.Error(s.Name, err)
	}
	if _, err := Find(sections, "moment"); err == nil || !strings.Contains(err.Error(), "only `progress`, `stiffness`") {
		t.Error(err)
	}
	if _, err := Find(nil, "moment"); err == nil || errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
}
