//go:build petsc

package main

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
)

// fault is an error of one rank on its way to rank 0, which says it: its kind must not be lost, for the exit code and the way out follow from it.
type fault struct {
	Machine, Text, Code, Help string
	Full                      bool
}

// agree lets all ranks know whether one of them has failed. The error is the own one where there is one, else that of the
// first rank that has one.
func (j *job) agree(own error) error {
	var text []byte
	if own != nil {
		said := (&cli.Terminal{}).Describe(own)
		f := fault{Text: strings.TrimPrefix(own.Error(), j.orders.Dir+": "), Code: said.Code, Help: said.Help, Full: errors.Is(own, atomicfile.ErrDiskFull)}
		f.Machine, _ = os.Hostname() // "" where the machine has no name
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(&f); err != nil {
			return err
		}
		text = b.Bytes()
	}
	rank, text, err := j.w.Agree(text)
	if err != nil || own != nil || rank < 0 {
		return errors.Join(own, err)
	}
	var f fault
	if err := gob.NewDecoder(bytes.NewReader(text)).Decode(&f); err != nil {
		return err
	}
	return &run.DirectoryError{Code: f.Code, Dir: j.orders.Dir, Cause: fmt.Sprintf("rank %d on %s", rank, f.Machine), Help: f.Help, Err: &f}
}

func (f *fault) Error() string { return f.Text }

// Is keeps a full disk one.
func (f *fault) Is(target error) bool { return f.Full && target == atomicfile.ErrDiskFull }
