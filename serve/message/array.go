package message

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Array is numbers with a shape, as they stand behind the line of a message: little-endian, row by row, without gaps.
type Array struct {
	Name  string `json:"name"`
	Type  string `json:"type"` // f8: numbers of 64 bits; i4: whole numbers of 32 bits; u1: bytes
	Shape []int  `json:"shape"`

	F8 []float64 `json:"-"`
	I4 []int32   `json:"-"`
	U1 []byte    `json:"-"`
}

// Width is the bytes of one number; 0 of an unknown type.
func (a *Array) Width() int {
	return map[string]int{"f8": 8, "i4": 4, "u1": 1}[a.Type]
}

// Count is the numbers of an array; -1 where its shape is none, or has more than most.
func (a *Array) Count(most int) int {
	n := 1
	for _, d := range a.Shape {
		if d < 0 {
			return -1
		}
		if d == 0 {
			n = 0
		}
	}
	for _, d := range a.Shape {
		if n > 0 && d > most/n {
			return -1
		}
		n *= d
	}
	if n > most { // a number without a shape
		return -1
	}
	return n
}

// Size is the bytes that arrays take.
func Size(arrays []Array) (size int) {
	for i := range arrays {
		a := &arrays[i]
		size += 8*len(a.F8) + 4*len(a.I4) + len(a.U1)
	}
	return size
}

// F8 makes an array of numbers.
func F8(name string, v []float64, shape ...int) Array {
	return Array{Name: name, Type: "f8", Shape: shape, F8: v}
}

// I4 makes an array of whole numbers.
func I4(name string, v []int32, shape ...int) Array {
	return Array{Name: name, Type: "i4", Shape: shape, I4: v}
}

// U1 makes an array of bytes.
func U1(name string, v []byte, shape ...int) Array {
	return Array{Name: name, Type: "u1", Shape: shape, U1: v}
}

// Float64s are the numbers that stand in bytes.
func Float64s(b []byte) []float64 {
	v := make([]float64, len(b)/8)
	for k := range v {
		v[k] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*k:]))
	}
	return v
}

// Int32s are the whole numbers that stand in bytes.
func Int32s(b []byte) []int32 {
	v := make([]int32, len(b)/4)
	for k := range v {
		v[k] = int32(binary.LittleEndian.Uint32(b[4*k:]))
	}
	return v
}

// Unpack gives arrays their numbers. NaN and infinity are refused: they are no load and no stiffness.
func Unpack(arrays []Array, payload []byte) error {
	if len(arrays) > mostArrays {
		return Refuse("", "a message has %d arrays, and at most %d are taken", len(arrays), mostArrays)
	}
	left := payload
	for i := range arrays {
		a := &arrays[i]
		width := a.Width()
		if width == 0 {
			return Refuse("the types are f8, i4 and u1", "array %q has type %q", a.Name, a.Type)
		}
		n := a.Count(len(left) / width)
		if n < 0 {
			return Refuse("the bytes that follow the line are those of its arrays, one after the other", "array %q has shape %v, and %d bytes are left for it", a.Name, a.Shape, len(left))
		}
		part := left[:n*width]
		left = left[n*width:]
		for _, earlier := range arrays[:i] {
			if earlier.Name == a.Name {
				return Refuse("", "array %q stands there twice", a.Name)
			}
		}
		switch a.Type {
		case "f8":
			a.F8 = Float64s(part)
			for k, v := range a.F8 {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return Refuse("look at what it was computed from", "array %q holds %v at place %s (from 0)", a.Name, v, place(k, a.Shape))
				}
			}
		case "i4":
			a.I4 = Int32s(part)
		default:
			a.U1 = part
		}
	}
	if len(left) > 0 {
		return Refuse("", "%d bytes follow the line that are in no array", len(left))
	}
	return nil
}

// place is the place of number k of an array, as NumPy writes it.
func place(k int, shape []int) string {
	at := make([]int, len(shape))
	for i := len(shape) - 1; i >= 0; i-- {
		at[i], k = k%shape[i], k/shape[i]
	}
	return fmt.Sprint(at)
}
