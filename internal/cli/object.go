package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
)

// NotFiniteError says that a result holds a number that is infinite or none.
type NotFiniteError struct {
	Field string // where in the result, such as bonds[3].gradient, counted from 1
	Value float64
}

func (e *NotFiniteError) Error() string {
	what := "infinite"
	if math.IsNaN(e.Value) {
		what = "not a number"
	}
	return fmt.Sprintf("the result is %s: %s", what, e.Field)
}

// Object writes one JSON object, whole or not at all: every result of a command
// passes here, and one that holds NaN or Inf is an error that names the field.
func (t *Terminal) Object(v any) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		if e := notFinite(reflect.ValueOf(v), ""); e != nil {
			return e
		}
		return fmt.Errorf("the result cannot be written as JSON: %w", err)
	}
	if _, err := t.Out.Write(text.Bytes()); err != nil {
		return &atomicfile.Error{Op: "write", Path: "the result to stdout", Err: err}
	}
	t.printed = true
	return nil
}

// notFinite is the first number in a value that JSON cannot hold, or nil.
func notFinite(v reflect.Value, path string) *NotFiniteError {
	if !v.IsValid() {
		return nil
	}
	if v.Kind() != reflect.Pointer && v.CanInterface() {
		if _, ok := v.Interface().(json.Marshaler); ok { // it writes itself, whatever its fields are
			return nil
		}
	}
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return &NotFiniteError{Field: strings.TrimPrefix(path, "."), Value: f}
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return notFinite(v.Elem(), path)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if e := notFinite(v.Index(i), fmt.Sprintf("%s[%d]", path, i+1)); e != nil {
				return e
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if e := notFinite(v.MapIndex(key), fmt.Sprintf("%s.%v", path, key)); e != nil {
				return e
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if !field.IsExported() && !field.Anonymous {
				continue
			}
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			at := path + "." + name
			switch {
			case name == "-":
				continue
			case name == "" && field.Anonymous:
				at = path
			case name == "":
				at = path + "." + field.Name
			}
			if e := notFinite(v.Field(i), at); e != nil {
				return e
			}
		}
	}
	return nil
}
