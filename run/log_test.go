package run

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
	"github.com/elastrain/elastrain/run/events"
)

// told checks the log of a run that has come to its end: numbers without a gap,
// every epoch of events.jsonl once and with the same numbers, an end last.
func told(t *testing.T, what string, fsys atomicfile.FS, dir string) []events.Record {
	t.Helper()
	records, err := events.Read(fsys, dir)
	if err != nil || len(records) < 3 {
		t.Fatalf("%s: %d records, %v", what, len(records), err)
	}
	last := records[len(records)-1]
	if records[0].Head == nil || records[0].Head.Of != "run" || records[0].Head.Parameters == 0 || last.Kind != events.KindEnd || last.Verdict == nil {
		t.Errorf("%s: from %+v to %+v", what, records[0], last)
	}
	var epochs []string
	for i, r := range records {
		if r.Seq != i+1 {
			t.Errorf("%s: record %d has the number %d", what, i+1, r.Seq)
		}
		if r.Kind == events.KindEpoch {
			epochs = append(epochs, fmt.Sprintf("%d %d %v %v", r.Epoch, r.Steps, *r.Loss, r.TestLoss == nil))
		}
	}
	metrics, err := ReadMetrics(fsys, dir)
	check(t, err)
	var want []string
	for _, m := range metrics {
		want = append(want, fmt.Sprintf("%d %d %v %v", m.Epoch, m.Steps, m.Train.Loss, Number(m.Test.Loss) == nil))
	}
	if !slices.Equal(epochs, want) {
		t.Errorf("%s: epochs\n%s\nwant\n%s", what, strings.Join(epochs, "\n"), strings.Join(want, "\n"))
	}
	return records
}

// Cut at every byte, as by a kill or by the power, the log goes on with the next
// number: what was whole stays as it is, and no epoch is lost or told twice.
func TestLogCutAtEveryByte(t *testing.T) {
	quickly(t)
	_, parent := memory(t)
	fresh, stopped, _ := disks(t, parent)
	dir, q := filepath.Join(parent, "a"), faulty(t, parent)
	path := filepath.Join(dir, events.Name)
	text := read(t, stopped, path)
	end := len(text)
	for range 3 {
		end = strings.LastIndexByte(text[:end-1], '\n')
	}
	cuts := 0
	for size := range len(text) + 1 {
		if size < end && size%97 != 0 && os.Getenv(everyFlip) == "" {
			continue // every byte of the last lines, and of the others some
		}
		cuts++
		fsys := stopped.Reboot(faultfs.Killed)
		put(t, fsys, path, text[:size])
		q.FS = fsys
		trained(t, q)
		what := fmt.Sprintf("cut at byte %d of %d", size, len(text))
		told(t, what, fsys, dir)
		whole := text[:strings.LastIndexByte(text[:size], '\n')+1]
		if after := read(t, fsys, path); !strings.HasPrefix(after, whole) {
			t.Errorf("%s: what stood there has changed", what)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d cuts of a log of %d bytes", cuts, len(text))
	// A process that is killed after any call, again and again.
	fsys := fresh.Reboot(faultfs.Killed)
	for n := 5; ; n += 7 {
		fsys.CrashAfter(n)
		q.FS = fsys
		_, _, err := finish(q)
		fsys = fsys.Reboot(faultfs.Killed)
		check(t, atomicfile.MakeDir(fsys, parent))
		if err == nil {
			break
		}
	}
	q.FS = fsys
	trained(t, q)
	told(t, "killed again and again", fsys, dir)
}

// A log that is damaged is made anew, under another name, and that is said; one
// of a later version is left alone.
func TestDamagedLog(t *testing.T) {
	quickly(t)
	_, parent := memory(t)
	_, stopped, _ := disks(t, parent)
	dir, q := filepath.Join(parent, "a"), faulty(t, parent)
	path := filepath.Join(dir, events.Name)
	text := read(t, stopped, path)
	before, err := events.Read(stopped, dir)
	check(t, err)
	for at := 0; at < len(text); at += 17 {
		fsys := stopped.Reboot(faultfs.Killed)
		flipped := []byte(text)
		flipped[at] ^= 1
		put(t, fsys, path, string(flipped))
		q.FS = fsys
		r, result := trained(t, q)
		what := fmt.Sprintf("byte %d changed", at)
		if len(result.Mended) != 1 || !strings.Contains(result.Mended[0], events.Name) {
			t.Errorf("%s: mended %v", what, result.Mended)
		}
		if records := told(t, what, fsys, r.Dir); records[0].Head.ID == before[0].Head.ID {
			t.Errorf("%s: the log that was made anew has the name of the old one", what)
		}
		if t.Failed() {
			return
		}
	}
}

// What a log says of a run.
func TestLogTells(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t)
	q := Request{File: parse(t, example("iris"), "learn={method: adam, rate: 0.05, epochs: 6}"), FS: fsys, Parent: parent, Name: "a"}
	stopAfter(t, q, 4)
	r, result := trained(t, q)
	records := told(t, "iris", fsys, r.Dir)
	var kinds []string
	for _, rec := range records {
		kinds = append(kinds, rec.Kind)
		if rec.Kind == events.KindEpoch && len(rec.Theta) != records[0].Head.Parameters {
			t.Errorf("epoch %d: %d parameters", rec.Epoch, len(rec.Theta))
		}
		if rec.Time == 0 {
			t.Errorf("record %d has no time", rec.Seq)
		}
	}
	if got := strings.Join(kinds, " "); got != "head begin epoch epoch epoch epoch epoch pause begin epoch epoch end" {
		t.Error(got)
	}
	h := records[0].Head
	if len(h.Blocks) != 1 || h.Blocks[0].Names[0] != "stiffness" || h.Blocks[0].Units[0] != "N/m" || h.Blocks[0].Len() != h.Parameters || h.Blocks[0].Learn != h.Learn {
		t.Errorf("blocks %+v", h.Blocks)
	}
	if len(h.Inputs) != 4 || h.Inputs[0].Unit != "N" || len(h.Outputs) != 3 || h.Outputs[2].Name != "virginica" || h.Identity != r.Manifest.Identity {
		t.Errorf("head %+v", h)
	}
	end := records[len(records)-1]
	if *end.Loss != result.Loss || *end.TestAccuracy != *result.TestAccuracy || end.Text != result.Verdict.Text {
		t.Errorf("end %+v", end)
	}
	trained(t, q) // nothing more is told of a complete run
	if again, err := events.Read(fsys, r.Dir); err != nil || len(again) != len(records) {
		t.Errorf("%d records, %v", len(again), err)
	}
	// More epochs go on behind the end, in the same log.
	q.File = parse(t, example("iris"), "learn={method: adam, rate: 0.05, epochs: 9}")
	r, _ = trained(t, q)
	more := told(t, "more epochs", fsys, r.Dir)
	if more[len(records)].Kind != events.KindBegin || more[len(records)].Epochs != 9 || more[0].Head.ID != h.ID {
		t.Errorf("%+v", more[len(records)])
	}
	// Elements of all kinds: blocks name what they are.
	q = Request{File: parse(t, example("frame"), "learn.epochs=2"), FS: fsys, Parent: parent, Name: "a", NoFigures: true}
	check(t, fsys.Remove(filepath.Join(r.Dir, manifestName)))
	for _, name := range []string{checkpointsName, ""} {
		names, err := fsys.List(filepath.Join(r.Dir, name))
		check(t, err)
		for _, file := range names {
			_ = fsys.Remove(filepath.Join(r.Dir, name, file))
		}
	}
	r, _ = trained(t, q)
	h = told(t, "frame", fsys, r.Dir)[0].Head
	sum := 0
	for _, b := range h.Blocks {
		if b.First != sum || len(b.Names) != len(b.Units) {
			t.Errorf("block %+v", b)
		}
		sum += b.Len()
	}
	if sum != h.Parameters || h.Blocks[0].Kind != "beam" || h.Blocks[0].Units[0] != "m" {
		t.Errorf("blocks %+v of %d parameters", h.Blocks, h.Parameters)
	}
}
