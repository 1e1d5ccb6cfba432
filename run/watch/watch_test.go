package watch_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/run/watch"
	"github.com/elastrain/elastrain/snapshot"
)

// story is the log of a short training.
func story() []events.Record {
	v := func(x float64) *float64 { return &x }
	return []events.Record{
		{Seq: 1, Time: 1000.5, Kind: events.KindHead, Head: &events.Head{Format: 1, ID: "cafe", Of: "run", Title: "Iris | flowers", Spec: "iris.yaml", Seed: 7, Method: "gd", Nodes: 3, Elements: 2, Parameters: 2,
			Blocks: []snapshot.Block{{Kind: "bond", Names: []string{"stiffness"}, Units: []string{"N/m"}, Elements: 2}}}},
		{Seq: 2, Time: 1001, Kind: events.KindBegin, Epochs: 2},
		{Seq: 3, Kind: events.KindEpoch, Loss: v(2), TrainAccuracy: v(0.5), Theta: []float64{1, 3}},
		{Seq: 4, Time: 1003, Kind: events.KindEpoch, Epoch: 1, Loss: v(1.25), TestLoss: v(math.Inf(1)), Theta: []float64{2, 2}},
		{Seq: 5, Time: 1004, Kind: events.KindPause, Epoch: 1},
		{Seq: 6, Time: 1005, Kind: events.KindBegin, Epoch: 1},
		{Seq: 7, Time: 1006, Kind: events.KindEpoch, Epoch: 2, Loss: v(0.5)},
		{Seq: 8, Time: 1007, Kind: events.KindEnd, Epoch: 2, Loss: v(0.5), Status: "converged", Text: "it is done"},
	}
}

// frames takes an event file apart and checks its sums, as its format says.
func frames(t *testing.T, file []byte) (messages [][]byte) {
	t.Helper()
	sum := func(of []byte, want []byte) {
		crc := crc32.Checksum(of, crc32.MakeTable(crc32.Castagnoli))
		if got := (crc>>15 | crc<<17) + 0xa282ead8; got != binary.LittleEndian.Uint32(want) {
			t.Fatal("a sum does not match")
		}
	}
	for len(file) > 0 {
		n := binary.LittleEndian.Uint64(file)
		sum(file[:8], file[8:12])
		sum(file[12:12+n], file[12+n:16+n])
		messages = append(messages, file[12:12+n])
		file = file[16+n:]
	}
	return messages
}

// fields takes a message apart.
func fields(t *testing.T, b []byte) map[protowire.Number][][]byte {
	t.Helper()
	all := map[protowire.Number][][]byte{}
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		b = b[n:]
		if n = protowire.ConsumeFieldValue(number, kind, b); n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		value := b[:n]
		if kind == protowire.BytesType {
			value, _ = protowire.ConsumeBytes(b)
		}
		all[number] = append(all[number], value)
		b = b[n:]
	}
	return all
}

// board is the one event file of a directory.
func board(t *testing.T, dir string) (path string, text []byte) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "events.out.tfevents.*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%d event files, %v", len(files), err)
	}
	if text, err = os.ReadFile(files[0]); err != nil {
		t.Fatal(err)
	}
	return files[0], text
}

func take(t *testing.T, dir string, parts ...[]events.Record) []byte {
	t.Helper()
	sink := watch.NewTensorBoard(atomicfile.OS{}, dir)
	for _, p := range parts {
		if err := sink.Take(context.Background(), p); err != nil {
			t.Fatal(err)
		}
	}
	_, text := board(t, dir)
	return text
}

func TestTensorBoardHoldsTheCurves(t *testing.T) {
	all := frames(t, take(t, t.TempDir(), story()))
	if v := fields(t, all[0])[3]; len(v) != 1 || string(v[0]) != "brain.Event:2" {
		t.Errorf("the file begins with %q", v)
	}
	type point struct {
		step uint64
		time float64
		v    float32
	}
	curves, histograms := map[string][]point{}, map[string]int{}
	for _, m := range all[1:] {
		e := fields(t, m)
		step, _ := protowire.ConsumeVarint(e[2][0])
		time := math.Float64frombits(binary.LittleEndian.Uint64(e[1][0]))
		for _, summary := range e[5] {
			for _, value := range fields(t, summary)[1] {
				f := fields(t, value)
				tag := string(f[1][0])
				switch {
				case f[2] != nil:
					curves[tag] = append(curves[tag], point{step, time, math.Float32frombits(binary.LittleEndian.Uint32(f[2][0]))})
				case f[5] != nil:
					histograms[tag]++
					h := fields(t, f[5][0])
					if len(h[6][0]) != len(h[7][0]) {
						t.Error("a histogram has not as many limits as buckets")
					}
					last, sum := math.Inf(-1), 0.
					for i := 0; i < len(h[6][0]); i += 8 {
						limit := math.Float64frombits(binary.LittleEndian.Uint64(h[6][0][i:]))
						if limit <= last {
							t.Errorf("limit %v follows %v", limit, last)
						}
						last = limit
						sum += math.Float64frombits(binary.LittleEndian.Uint64(h[7][0][i:]))
					}
					if sum != 2 {
						t.Errorf("%v values are in the buckets, want 2", sum)
					}
				case f[8] != nil:
					if !bytes.Contains(f[8][0], []byte("iris.yaml")) && !bytes.Contains(f[8][0], []byte("converged it is done")) {
						t.Errorf("a text %q", f[8][0])
					}
				}
			}
		}
	}
	want := []point{{0, 1001, 2}, {1, 1003, 1.25}, {2, 1006, 0.5}}
	if got := curves["loss/training"]; len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("loss/training is %v, want %v", got, want)
	}
	if len(curves) != 2 || len(curves["accuracy/training"]) != 1 {
		t.Errorf("curves %v; what is infinite or absent is none", curves)
	}
	if len(histograms) != 1 || histograms["parameters/bond stiffness (N/m)"] != 2 {
		t.Errorf("histograms %v", histograms)
	}
}

// However the records come, and whatever of the file is there or torn, the bytes are the same.
func TestTensorBoardFollowsFromTheLog(t *testing.T) {
	whole := take(t, t.TempDir(), story())
	for n := 1; n < len(story()); n++ {
		if got := take(t, t.TempDir(), story()[:n], story()[n:]); !bytes.Equal(got, whole) {
			t.Errorf("told in two parts after %d the file differs", n)
		}
	}
	for cut := 0; cut <= len(whole); cut += 37 {
		dir := t.TempDir()
		take(t, dir, story())
		path, _ := board(t, dir)
		if err := os.WriteFile(path, append(whole[:cut:cut], "torn"[:cut%5]...), 0o666); err != nil {
			t.Fatal(err)
		}
		if got := take(t, dir, story()); !bytes.Equal(got, whole) {
			t.Errorf("a file torn at %d is not mended", cut)
		}
	}
}

// A disk that is full after any number of calls costs nothing: what is told again is written once.
func TestTensorBoardOnAFullDisk(t *testing.T) {
	whole := take(t, t.TempDir(), story())
	for _, fault := range faultfs.Faults {
		for n := 1; ; n++ {
			disk := faultfs.New()
			disk.Fail(n, fault)
			sink := watch.NewTensorBoard(disk, "/boards/mine")
			failed := false
			for _, part := range [][]events.Record{story()[:3], story()[3:6], story()[6:]} {
				err := sink.Take(context.Background(), part)
				if err != nil {
					failed = true
					err = sink.Take(context.Background(), part)
				}
				if err != nil {
					t.Fatalf("%v of call %d, and then the second try: %v", fault, n, err)
				}
			}
			if !failed {
				break
			}
			got, err := atomicfile.ReadFile(disk, "/boards/mine/events.out.tfevents.0000001000.elastrain.cafe", 1<<20)
			if err != nil || !bytes.Equal(got, whole) {
				t.Errorf("after %v of call %d the file differs (%v)", fault, n, err)
			}
		}
	}
}

func TestFeedKeepsWhatIsNotTaken(t *testing.T) {
	dir := t.TempDir()
	log, err := events.Open(atomicfile.OS{}, dir)
	if err != nil {
		t.Fatal(err)
	}
	sick := &sick{broken: true}
	feed := watch.NewFeed(atomicfile.OS{}, dir, sick)
	for _, r := range story() {
		if err := errors.Join(log.Tell(r), log.Flush()); err != nil {
			t.Fatal(err)
		}
		sick.broken = r.Seq%3 != 0 && r.Seq < 8
		var failed *watch.Error
		if err := feed.Deliver(context.Background()); sick.broken != errors.As(err, &failed) {
			t.Errorf("at %d: %v", r.Seq, err)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(sick.kinds, " "); got != "head begin epoch epoch pause begin epoch end" {
		t.Errorf("taken were %s", got)
	}
}

// sick is a sink that is broken now and then.
type sick struct {
	broken bool
	kinds  []string
}

func (*sick) Name() string { return "sick" }

func (s *sick) Take(_ context.Context, records []events.Record) error {
	if s.broken {
		return errors.New("not now")
	}
	for _, r := range records {
		s.kinds = append(s.kinds, r.Kind)
	}
	return nil
}

// Another training of the same name gets a folder of its own, and finds it again; TensorBoard would make one curve of both.
func TestTensorBoardKeepsTrainingsApart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mine")
	first := take(t, dir, story())
	other := func() []events.Record {
		list := story()
		head := *list[0].Head
		head.ID = "beef"
		list[0].Head = &head
		return list
	}
	for range 2 {
		if err := watch.NewTensorBoard(atomicfile.OS{}, dir).Take(context.Background(), other()); err != nil {
			t.Fatal(err)
		}
		if _, text := board(t, dir+"-2"); len(frames(t, text)) != len(frames(t, first)) {
			t.Errorf("%d bytes, the first has %d", len(text), len(first))
		}
	}
	if text := take(t, dir, story()); !bytes.Equal(text, first) {
		t.Error("the first one was changed")
	}
}
