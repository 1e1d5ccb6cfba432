package studio

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
)

// array is numbers of a message, in the form of docs/serve.md.
type array struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Shape []int  `json:"shape"`

	bytes []byte
}

func bytesOf(name string, b []byte) array { return array{name, "u1", []int{len(b)}, b} }

func wholes(name string, v []int32) array {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, uint32(x))
	}
	return array{name, "i4", []int{len(v)}, b}
}

func numbers(name string, v []float64, shape ...int) array {
	b := make([]byte, 0, 8*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	}
	return array{name, "f8", shape, b}
}

// sendMessage answers with a message: an object, to which the arrays are added, and their bytes.
func sendMessage(w http.ResponseWriter, object any, arrays []array) error {
	text, err := json.Marshal(object)
	if err != nil {
		return err
	}
	if len(arrays) > 0 {
		list, err := json.Marshal(arrays)
		if err != nil {
			return err
		}
		comma := ","
		if string(text) == "{}" {
			comma = ""
		}
		text = append(append(text[:len(text)-1], comma+`"arrays":`...), append(list, '}')...)
	}
	size := 0
	for _, a := range arrays {
		size += len(a.bytes)
	}
	if size > 0 {
		text = append(append(strconv.AppendInt(nil, int64(size), 10), ' '), text...)
	}
	text = append(text, '\n')
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)+size))
	for _, b := range append([][]byte{text}, arrayBytes(arrays)...) {
		if _, err := w.Write(b); err != nil {
			return nil // who asked has gone
		}
	}
	return nil
}

func arrayBytes(arrays []array) (all [][]byte) {
	for _, a := range arrays {
		all = append(all, a.bytes)
	}
	return all
}
