//go:build petsc

package petsc

// #cgo pkg-config: petsc ompi-c
// #include "shim.h"
import "C"

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"unsafe"
)

// World is the ranks that MPI has started, seen from one of them. What is called on one must be called on all, in the same
// order, by the thread that called Begin.
type World struct {
	Rank, Ranks int
}

// Error is a fault of PETSc or MPI.
type Error struct {
	What string
	Code int
}

func (e *Error) Error() string {
	why := "its words stand above"
	switch e.Code {
	case 55:
		why = "out of memory"
	case 76:
		why = "a fault in a library that it calls; often too little memory for the factor"
	}
	if e.Code == 0 {
		return "the ranks cannot go on: " + e.What
	}
	return fmt.Sprintf("PETSc fails in %s (code %d: %s)", e.What, e.Code, why)
}

// failed makes an error of a code.
func failed(what string, code C.int) error {
	if code == 0 {
		return nil
	}
	return &Error{What: what, Code: int(code)}
}

// Begin joins the ranks. The calling goroutine must be locked to the main thread.
func Begin() (*World, error) {
	var rank, ranks C.int
	if err := failed("its beginning", C.ep_begin(&rank, &ranks)); err != nil {
		return nil, err
	}
	return &World{int(rank), int(ranks)}, nil
}

// End leaves the ranks.
func (w *World) End() error { return failed("its end", C.ep_end()) }

// Abort ends all ranks at once.
func (w *World) Abort(code int) { C.ep_abort(C.int(code)) }

// First is whether this is rank 0, which speaks and writes for all.
func (w *World) First() bool { return w.Rank == 0 }

// number is what messages are made of.
type number interface {
	~byte | ~int32 | ~int64 | ~float64
}

func raw[T number](v []T) (unsafe.Pointer, C.int64_t) {
	var one T
	return unsafe.Pointer(unsafe.SliceData(v)), C.int64_t(uintptr(len(v)) * unsafe.Sizeof(one))
}

func send[T number](v []T, to int) error {
	p, n := raw(v)
	return failed("a message", C.ep_send(p, n, C.int(to)))
}

func receive[T number](v []T, from int) error {
	p, n := raw(v)
	return failed("a message", C.ep_receive(p, n, C.int(from)))
}

// Broadcast tells all ranks what rank 0 has in v.
func broadcast[T number](v []T) error {
	p, n := raw(v)
	return failed("a broadcast", C.ep_broadcast(p, n))
}

// sendAll sends slices with their lengths before them.
func sendSlice[T number](v []T, to int) error {
	if err := send([]int64{int64(len(v))}, to); err != nil {
		return err
	}
	return send(v, to)
}

func receiveSlice[T number](v *[]T, from int) error {
	n := []int64{0}
	if err := receive(n, from); err != nil {
		return err
	}
	*v = make([]T, n[0])
	return receive(*v, from)
}

// Sum adds v up over all ranks, in place: every rank has the same bits.
func (w *World) Sum(v []float64) error {
	p, _ := raw(v)
	return failed("a sum", C.ep_sum((*C.double)(p), C.int(len(v))))
}

// Most is the largest of each number over all ranks, in place. No number may be NaN.
func (w *World) Most(v []float64) error {
	p, _ := raw(v)
	return failed("a comparison", C.ep_most((*C.double)(p), C.int(len(v))))
}

// Tell sends what rank 0 has in v, a value that gob can hold, to all ranks; v is a pointer.
func (w *World) Tell(v any) error {
	var text []byte
	if w.First() {
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(v); err != nil {
			return &Error{What: fmt.Sprintf("a message, %v", err)} // the others wait for it
		}
		text = b.Bytes()
	}
	n := []int64{int64(len(text))}
	if err := broadcast(n); err != nil {
		return err
	}
	if !w.First() {
		text = make([]byte, n[0])
	}
	if err := broadcast(text); err != nil || w.First() {
		return err
	}
	return gob.NewDecoder(bytes.NewReader(text)).Decode(v)
}

// Deal gives every rank a value of its own from rank 0, where of makes it.
func Deal[T any](w *World, of func(rank int) (*T, error)) (*T, error) {
	if !w.First() {
		var text []byte
		v := new(T)
		if err := receiveSlice(&text, 0); err != nil {
			return nil, err
		}
		return v, gob.NewDecoder(bytes.NewReader(text)).Decode(v)
	}
	own, err := of(0)
	for r := 1; r < w.Ranks && err == nil; r++ {
		var v *T
		if v, err = of(r); err != nil {
			break
		}
		var b bytes.Buffer
		if err = gob.NewEncoder(&b).Encode(v); err == nil {
			err = sendSlice(b.Bytes(), r)
		}
	}
	return own, err
}

// Gather brings numbers of all ranks to rank 0, which hands each rank's to take in turn.
func (w *World) Gather(own []float64, take func(rank int, v []float64)) error {
	if !w.First() {
		return sendSlice(own, 0)
	}
	take(0, own)
	for r := 1; r < w.Ranks; r++ {
		var v []float64
		if err := receiveSlice(&v, r); err != nil {
			return err
		}
		take(r, v)
	}
	return nil
}

// GatherText is Gather for bytes.
func (w *World) GatherText(own []byte, take func(rank int, text []byte)) error {
	if !w.First() {
		return sendSlice(own, 0)
	}
	take(0, own)
	for r := 1; r < w.Ranks; r++ {
		var text []byte
		if err := receiveSlice(&text, r); err != nil {
			return err
		}
		take(r, text)
	}
	return nil
}

// Agree tells all ranks whether one of them has something to say: the rank of the first that has, and its words; -1 where none has.
func (w *World) Agree(own []byte) (rank int, words []byte, err error) {
	speaking := []float64{0}
	if len(own) > 0 {
		speaking[0] = float64(w.Ranks - w.Rank)
	}
	if err := w.Most(speaking); err != nil || speaking[0] == 0 {
		return -1, nil, err
	}
	rank = w.Ranks - int(speaking[0])
	words = own
	if w.Rank == rank && rank > 0 {
		if err := sendSlice(own, 0); err != nil {
			return rank, nil, err
		}
	}
	if w.First() && rank > 0 {
		if err := receiveSlice(&words, rank); err != nil {
			return rank, nil, err
		}
	}
	err = w.Tell(&words)
	return rank, words, err
}
