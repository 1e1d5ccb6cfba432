package cli

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

type inner struct {
	Gradient float64 `json:"gradient"`
	Hidden   float64 `json:"-"`
	Plain    float64
}

type embedded struct {
	Loss *float64 `json:"loss"`
}

type outer struct {
	embedded
	Bonds []inner            `json:"bonds"`
	Sum   map[string]float64 `json:"sum,omitempty"`
	Any   any                `json:"any,omitempty"`
}

// A result with NaN or Inf is refused whole, by the name of the field.
func TestObjectIsFinite(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for want, v := range map[string]any{
		"not a number: bonds[2].gradient": outer{Bonds: []inner{{}, {Gradient: nan}}},
		"infinite: bonds[1].Plain":        &outer{Bonds: []inner{{Hidden: nan, Plain: inf}}},
		"infinite: loss":                  outer{embedded: embedded{&inf}},
		"infinite: sum.after":             outer{Sum: map[string]float64{"after": -inf}},
		"not a number: any[1]":            outer{Any: []float64{nan}},
		"not a number: error":             map[string]any{"error": nan},
	} {
		term, out, _ := terminal("")
		term.JSON = true
		err := term.Object(v)
		var e *NotFiniteError
		if !errors.As(err, &e) || !strings.HasSuffix(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%s: %v, and %q is printed", want, err, out)
			continue
		}
		if code := term.Fail(err); code != Mechanics {
			t.Errorf("%s: exit code %d", want, code)
		}
		if f := failureOn(t, out.Bytes()); f.Code != "E0704" || f.ExitCode != Mechanics {
			t.Errorf("%s: %+v", want, f)
		}
	}
	term, out, _ := terminal("")
	if err := term.Object(outer{Bonds: []inner{{Hidden: nan}}}); err != nil || out.Len() == 0 {
		t.Errorf("a number that is not written: %v", err)
	}
	if err := term.Object(func() {}); err == nil {
		t.Error("a function is written")
	}
}

// What Go's libraries say of a damaged file is said in plain words.
func TestPlainWords(t *testing.T) {
	var v struct {
		Epochs float64 `json:"epochs"`
	}
	_, number := strconv.Atoi("12x")
	for want, cause := range map[string]error{
		"it is no JSON at byte 2":                             json.Unmarshal([]byte("{x"), &v),
		"it ends in the middle":                               json.Unmarshal([]byte("{"), &v),
		"a string for epochs at byte 13 is of the wrong kind": json.Unmarshal([]byte(`{"epochs":"2"}`), &v),
		"`12x` is not a number that can be read":              number,
		"it stays what it is":                                 errors.New("it stays what it is"),
	} {
		term, out, errs := terminal("")
		term.JSON = true
		term.Fail(&run.DirectoryError{Code: "E0602", Dir: "runs/a", Cause: "result.json is damaged", Err: cause})
		if f := failureOn(t, out.Bytes()); f.Message != "runs/a: result.json is damaged: "+want || !strings.Contains(errs.String(), want+"\n") {
			t.Errorf("%v: %q, and %q", cause, f.Message, errs)
		}
	}
}

func failureOn(t *testing.T, out []byte) Failure {
	t.Helper()
	var object struct{ Error *Failure }
	if err := json.Unmarshal(out, &object); err != nil || object.Error == nil {
		t.Fatalf("stdout is %q: %v", out, err)
	}
	return *object.Error
}

// Under --json a failure is an object on stdout as well; after a result it is not.
func TestFailureAsObject(t *testing.T) {
	_, unknown := spec.Parse("mine.yaml", []byte("elastrain: 1\nlern: {}\ntsk: {}\n"))
	term, out, errs := terminal("")
	term.JSON = true
	if code := term.Fail(unknown); code != BadUsage || errs.Len() == 0 {
		t.Errorf("exit code %d, %q", code, errs)
	}
	f := failureOn(t, out.Bytes())
	if len(f.Places) != 3 || f.Code != f.Places[0].Code || f.Message == "" || f.Help == "" {
		t.Fatalf("%+v", f)
	}
	if p := f.Places[1]; p.File != "mine.yaml" || p.Line != 2 || p.Column != 1 || p.Width != 4 || p.Key != "lern" || p.Message == "" || !strings.Contains(p.Label, "learn") {
		t.Errorf("the second error: %+v", p)
	}
	term, out, errs = terminal("")
	term.JSON = true
	check(t, term.Object(map[string]int{"rows": 2}))
	before := out.String()
	if code := term.Fail(&NotMetError{Text: "1 of 2 rows agree"}); code != NotMet || out.String() != before || errs.Len() == 0 {
		t.Errorf("after a result: exit code %d, stdout %q", code, out)
	}
	term, out, _ = terminal("")
	term.Fail(unknown)
	if out.Len() > 0 {
		t.Errorf("without --json there is %q", out)
	}
}
