package watch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/events"
)

// TensorBoard writes the log of a training as an event file of TensorBoard: curves of
// what epochs have scored, histograms of the parameters where the log has them, and what
// is trained as a text. The bytes of the file follow from the log alone: one that is there
// already is continued where it agrees, and cut where it does not.
type TensorBoard struct {
	fsys atomicfile.FS
	dir  string

	path string       // of the file; "": no record was taken yet
	size int64        // of the file
	torn bool         // it may be longer than that
	head *events.Head // of the log
	time float64      // of the last record that had one
}

// NewTensorBoard writes into a directory, such as boards/mine: `tensorboard --logdir boards`
// shows all that are in boards.
func NewTensorBoard(fsys atomicfile.FS, dir string) *TensorBoard {
	return &TensorBoard{fsys: fsys, dir: dir}
}

// Name implements Sink.
func (b *TensorBoard) Name() string { return "TensorBoard, " + b.dir }

// mostBoard caps an event file that is continued.
const mostBoard = 1 << 30

// Take implements Sink.
func (b *TensorBoard) Take(_ context.Context, records []events.Record) error {
	if len(records) == 0 {
		return nil
	}
	head, time := b.head, b.time
	if b.path == "" {
		if head = records[0].Head; head == nil {
			return errors.New("the log has no head")
		}
		time = records[0].Time
	}
	var more []byte
	for i := range records {
		r := &records[i]
		if r.Time > 0 {
			time = r.Time
		}
		more = appendRecord(more, head, r, time)
	}
	if b.path == "" {
		if err := b.own(head.ID); err != nil {
			return err
		}
		if err := atomicfile.MakeDir(b.fsys, b.dir); err != nil {
			return err
		}
		path := filepath.Join(b.dir, fmt.Sprintf("events.out.tfevents.%010d%s%s", int64(records[0].Time), mark, head.ID))
		same, err := b.agrees(path, more)
		if err != nil {
			return err
		}
		if err := b.write(path, more[same:]); err != nil {
			return err
		}
		b.path, b.size = path, int64(len(more))
	} else {
		if b.torn {
			if err := b.fsys.Truncate(b.path, b.size); err != nil {
				return &atomicfile.Error{Op: "cut", Path: b.path, Err: err}
			}
			b.torn = false
		}
		if err := b.write(b.path, more); err != nil {
			b.torn = true
			return err
		}
		b.size += int64(len(more))
	}
	b.head, b.time = head, time
	return nil
}

// mark stands before the name of the log in the name of an event file.
const mark = ".elastrain."

// own moves to a folder that is not of another training of the same name: TensorBoard draws all files of a folder as one curve.
func (b *TensorBoard) own(id string) error {
	const most = 1000
	for n := 1; n <= most; n++ {
		dir := b.dir
		if n > 1 {
			dir = fmt.Sprintf("%s-%d", b.dir, n)
		}
		names, err := b.fsys.List(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &atomicfile.Error{Op: "list", Path: dir, Err: err}
		}
		others := false
		for _, name := range names {
			if _, of, found := strings.Cut(name, mark); found {
				others = others || of != id
			}
		}
		if !others {
			b.dir = dir
			return nil
		}
	}
	return fmt.Errorf("%d trainings have written into %s-2 and so on; choose another folder", most, b.dir)
}

// agrees is how many first bytes a file that is there has in common with what it is to
// hold; what it has beyond them is cut off.
func (b *TensorBoard) agrees(path string, want []byte) (int, error) {
	have, err := atomicfile.ReadFile(b.fsys, path, mostBoard)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	same := 0
	for same < min(len(have), len(want)) && have[same] == want[same] {
		same++
	}
	if same < len(have) {
		if err := b.fsys.Truncate(path, int64(same)); err != nil {
			return 0, &atomicfile.Error{Op: "cut", Path: path, Err: err}
		}
	}
	return same, nil
}

// write adds to the end of a file.
func (b *TensorBoard) write(path string, more []byte) error {
	if len(more) == 0 {
		return nil
	}
	f, err := b.fsys.OpenAppend(path)
	if err != nil {
		return &atomicfile.Error{Op: "open", Path: path, Err: err}
	}
	n, err := f.Write(more)
	if err == nil && n < len(more) {
		err = io.ErrShortWrite
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return &atomicfile.Error{Op: "write", Path: path, Err: err}
	}
	return nil
}

// appendRecord adds what TensorBoard is shown of a record, nothing of many.
func appendRecord(b []byte, head *events.Head, r *events.Record, time float64) []byte {
	var summary []byte
	switch r.Kind {
	case events.KindHead:
		b = frame(b, event(time, 0, eventVersion, []byte("brain.Event:2")))
		var table strings.Builder
		table.WriteString("| | |\n|---|---|\n")
		for _, f := range facts(head) {
			fmt.Fprintf(&table, "| %s | %s |\n", f.name, strings.ReplaceAll(f.text, "|", "\\|"))
		}
		summary = note(summary, "experiment", table.String())
	case events.KindEpoch:
		for _, s := range scores(r) {
			summary = scalar(summary, s.name, s.value)
		}
		parameters(head, r.Theta, func(name string, values []float64) { summary = histogram(summary, name, values) })
	case events.KindFault, events.KindEnd:
		words := r.Text
		if r.Verdict == nil { // a verdict says it itself
			words = strings.TrimSpace(r.Status + " " + words)
		}
		summary = note(summary, r.Kind, words)
	}
	if summary == nil {
		return b
	}
	return frame(b, event(time, int64(r.Epoch), eventSummary, summary))
}
