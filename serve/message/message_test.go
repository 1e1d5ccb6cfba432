package message_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/serve/message"
)

// What is written is read again, to the bit.
func TestRoundTrip(t *testing.T) {
	arrays := []message.Array{
		message.F8("loads", []float64{1, math.Copysign(0, -1), 5e-324}, 3, 1), message.I4("rows", []int32{-1, math.MaxInt32}, 2),
		message.U1("file:a", []byte("x\ny"), 3), message.F8("none", nil, 0, 4),
	}
	var out bytes.Buffer
	if err := message.Write(&out, map[string]any{"id": 3, "arrays": arrays}, arrays); err != nil {
		t.Fatal(err)
	}
	object, payload, err := message.Split(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var head struct {
		ID     int             `json:"id"`
		Arrays []message.Array `json:"arrays"`
	}
	if err := message.Decode(object, &head, ""); err != nil {
		t.Fatal(err)
	}
	if err := message.Unpack(head.Arrays, payload); err != nil {
		t.Fatal(err)
	}
	if head.ID != 3 || !slices.Equal(head.Arrays[1].I4, arrays[1].I4) || string(head.Arrays[2].U1) != "x\ny" || len(head.Arrays[3].F8) != 0 {
		t.Errorf("%+v", head)
	}
	for i, v := range arrays[0].F8 {
		if math.Float64bits(v) != math.Float64bits(head.Arrays[0].F8[i]) {
			t.Errorf("number %d is %v, was %v", i, head.Arrays[0].F8[i], v)
		}
	}
}

// What is cut short, too long or of another kind is refused.
func TestRefusals(t *testing.T) {
	for text, says := range map[string]string{
		"":                   "no end of its line",
		"{}":                 "no end of its line",
		"8 {}\nabc":          "8 bytes follow it, and 3 do",
		"x {}\n":             "neither a JSON object nor a number",
		"-1 {}\n":            "neither",
		"{}\nabc":            "0 bytes follow it, and 3 do",
		"3 {\"b\":1}\nabc":   "unknown field",
		"0 {\"id\":\"x\"}\n": "wrong kind",
	} {
		object, _, err := message.Split([]byte(text))
		if err == nil {
			err = message.Decode(object, &struct {
				ID int `json:"id"`
			}{}, "")
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v; want %q", text, err, says)
		}
	}
}

// Example writes two numbers behind their line.
func Example() {
	var out bytes.Buffer
	arrays := []message.Array{message.F8("u", []float64{0, 0}, 2)}
	if err := message.Write(&out, map[string]any{"arrays": arrays}, arrays); err != nil {
		fmt.Println(err)
	}
	line, rest, _ := bytes.Cut(out.Bytes(), []byte("\n"))
	fmt.Println(string(line), len(rest))
	// Output: 16 {"arrays":[{"name":"u","type":"f8","shape":[2]}]} 16
}

// An array that has no shape is one number, which has to be there.
func TestNoShape(t *testing.T) {
	for size, ok := range map[int]bool{0: false, 7: false, 8: true} {
		a := []message.Array{{Name: "a", Type: "f8", Shape: []int{}}}
		if err := message.Unpack(a, make([]byte, size)); (err == nil) != ok {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}
