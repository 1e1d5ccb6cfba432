package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
	"github.com/elastrain/elastrain/snapshot"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var head = &Head{Format: 1, ID: "a", Of: "run", Spec: "a.yaml", Blocks: []snapshot.Block{{Kind: "bar", Names: []string{"stiffness"}, Units: []string{"N/m"}, Elements: 3}}}

// begin opens a log with a head.
func begin(t testing.TB, fsys atomicfile.FS, dir string) *Log {
	t.Helper()
	l, err := Open(fsys, dir)
	check(t, err)
	if l.Count() == 0 {
		check(t, l.Tell(Record{Kind: KindHead, Head: head}))
	}
	return l
}

// epoch is a record of an epoch.
func epoch(n int) Record {
	loss := 1 / float64(n+1)
	return Record{Kind: KindEpoch, Epoch: n, Steps: 2 * n, Loss: &loss, Theta: []float64{1, float64(n), 1e-9}}
}

// numbered sees that numbers and epochs have no gap.
func numbered(t testing.TB, records []Record) {
	t.Helper()
	for i, r := range records {
		if r.Seq != i+1 || r.Kind == KindEpoch && (r.Epoch != i-1 || len(r.Theta) != 3 || r.Theta[1] != float64(r.Epoch)) {
			t.Fatalf("record %d is %+v", i+1, r)
		}
	}
}

// Whatever is told, and however often the log is closed, torn and opened again,
// it is read back with numbers from 1 without a gap.
func TestTold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fsys := faultfs.New()
		dir := "d"
		if err := atomicfile.MakeDir(fsys, dir); err != nil {
			t.Fatal(err)
		}
		number := rapid.Custom(func(t *rapid.T) *float64 {
			if rapid.Bool().Draw(t, "absent") {
				return nil
			}
			v := rapid.Float64().Draw(t, "v")
			return &v
		})
		var want []Record
		for range rapid.IntRange(1, 5).Draw(t, "processes") {
			l, err := Open(fsys, dir)
			if err != nil {
				t.Fatal(err)
			}
			for range rapid.IntRange(0, 6).Draw(t, "records") {
				r := Record{Kind: KindEpoch, Epoch: rapid.IntRange(0, 1<<40).Draw(t, "epoch"), Steps: rapid.Int().Draw(t, "steps"), Loss: number.Draw(t, "loss"),
					TrainAccuracy: number.Draw(t, "accuracy"), TestError: number.Draw(t, "error"), Theta: rapid.SliceOfN(rapid.Float64(), 0, 3).Draw(t, "theta")}
				switch {
				case len(want) == 0:
					r = Record{Kind: KindHead, Head: head}
				case rapid.Bool().Draw(t, "other"):
					r = Record{Kind: KindFault, Text: rapid.String().Draw(t, "text"), Load: &Load{Part: "input", Number: 3}}
				}
				if err := l.Tell(r); err != nil {
					t.Fatal(err)
				}
				r.Seq = len(want) + 1
				if len(r.Theta) == 0 {
					r.Theta = nil
				}
				r.Text = strings.ToValidUTF8(r.Text, "�")
				want = append(want, r)
			}
			if rapid.Bool().Draw(t, "closed") {
				if err := l.Close(); err != nil {
					t.Fatal(err)
				}
			} else if err := l.Flush(); err != nil {
				t.Fatal(err)
			}
			f, err := fsys.OpenAppend(filepath.Join(dir, Name))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Write([]byte(rapid.StringMatching(`[a-z{]*`).Draw(t, "torn"))); err != nil {
				t.Fatal(err)
			}
		}
		got, err := Read(fsys, dir)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d records of %d, %v", len(got), len(want), err)
		}
		for i := range got {
			if got[i].Time == 0 {
				t.Fatalf("record %d has no time", i+1)
			}
			if got[i].Time = 0; !reflect.DeepEqual(got[i], want[i]) {
				t.Fatalf("record %d is %+v, want %+v", i+1, got[i], want[i])
			}
		}
	})
}

// An epoch is written as encoding/json writes it, by code that is quicker.
func TestPlainLines(t *testing.T) {
	v, w := 0.25, 1e-30
	r := Record{Seq: 12, Time: 1764336109.271, Kind: KindEpoch, Epoch: 3, Steps: 9, Loss: &v, TestLoss: &w, Theta: []float64{1, 2.5}}
	line, err := appendLine(nil, &r)
	check(t, err)
	want, err := json.Marshal(&r)
	check(t, err)
	if got := string(line[:len(line)-sumSize-1]) + "}"; got != string(want) {
		t.Errorf("%s, want %s", got, want)
	}
	nan := math.NaN()
	line, err = appendLine(nil, &Record{Seq: 2, Kind: KindEpoch, Loss: &nan})
	check(t, err)
	if strings.Contains(string(line), "NaN") {
		t.Errorf("%s", line)
	}
}

// Cut at every byte, a log has its whole lines, and the writer goes on behind them.
func TestCutAtEveryByte(t *testing.T) {
	fsys := faultfs.New()
	check(t, atomicfile.MakeDir(fsys, "d"))
	l := begin(t, fsys, "d")
	for n := range 5 {
		check(t, l.Tell(epoch(n)))
	}
	check(t, l.Close())
	text, err := atomicfile.ReadFile(fsys, "d/"+Name, mostBytes)
	check(t, err)
	for size := range len(text) + 1 {
		check(t, atomicfile.WriteFile(fsys, "d/"+Name, text[:size]))
		records, err := Read(fsys, "d")
		check(t, err)
		if len(records) != strings.Count(string(text[:size]), "\n") {
			t.Fatalf("%d bytes: %d records", size, len(records))
		}
		numbered(t, records)
		l := begin(t, fsys, "d")
		if l.Count() > 0 && l.Epoch() != l.Count()-2 {
			t.Fatalf("%d bytes: epoch %d after %d records", size, l.Epoch(), l.Count())
		}
		for n := l.Epoch() + 1; n < 7; n++ {
			check(t, l.Tell(epoch(n)))
		}
		check(t, l.Close())
		records, err = Read(fsys, "d")
		check(t, err)
		if len(records) != 8 {
			t.Fatalf("%d bytes: then %d records", size, len(records))
		}
		numbered(t, records)
	}
}

// One bit that flips is found at its line.
func TestFlips(t *testing.T) {
	var text []byte
	records := []Record{{Seq: 1, Kind: KindHead, Head: head}, epoch(0), epoch(1)}
	var err error
	for i := range records {
		records[i].Seq = i + 1
		text, err = appendLine(text, &records[i])
		check(t, err)
	}
	for at := range text {
		for bit := range 8 {
			text[at] ^= 1 << bit
			got, err := Parse("log", text)
			var damaged *DamagedError
			line := 1 + strings.Count(string(text[:at]), "\n")
			torn := at == len(text)-1 // the last line is torn then, which is no damage
			if !torn && (!errors.As(err, &damaged) || damaged.Line > line || damaged.Line < line-1) {
				t.Errorf("bit %d of byte %d: %d records, %v", bit, at, len(got), err)
			}
			text[at] ^= 1 << bit
		}
	}
}

const writes = "ELASTRAIN_EVENTS_WRITES"

// A writer of its own, for TestFollow: it tells of epochs until it is killed or has told all.
func TestMain(m *testing.M) {
	if dir := os.Getenv(writes); dir != "" {
		os.Exit(write(dir))
	}
	os.Exit(m.Run())
}

const (
	last    = 3000            // epoch that the writer tells
	longest = 5 * time.Minute // ends what hangs
)

func write(dir string) int {
	l, err := Open(atomicfile.OS{}, dir)
	if err == nil && l.Count() == 0 {
		err = l.Tell(Record{Kind: KindHead, Head: head})
	}
	for n := 0; err == nil && n <= last; n++ {
		if n > l.Epoch() { // the others were told before
			err = l.Tell(epoch(n))
		}
		if n%100 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	if err == nil && !l.Ended() {
		err = l.Tell(Record{Kind: KindEnd, Epoch: last})
	}
	if err != nil || l.Close() != nil {
		return 1
	}
	return 0
}

// A log is followed while another process writes it, is killed with SIGKILL and
// goes on, again and again: every record comes once, in order.
func TestFollow(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	self, err := os.Executable()
	check(t, err)
	killed := make(chan int)
	go func() {
		kills := 0
		for wait := 3 * time.Millisecond; ; wait += 3*time.Millisecond + wait/8 { // soon longer than the writer takes, on a busy machine as well
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), writes+"="+dir)
			if cmd.Start() != nil {
				break
			}
			timer := time.AfterFunc(wait, func() { _ = cmd.Process.Kill() })
			err := cmd.Wait()
			if timer.Stop(); err == nil {
				break
			}
			kills++
		}
		killed <- kills
	}()
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	var records, late []Record
	for r, err := range FollowWith(ctx, atomicfile.OS{}, dir, 0, time.Millisecond) {
		check(t, err)
		records = append(records, r)
	}
	kills := <-killed
	if len(records) != last+3 || records[last+2].Kind != KindEnd {
		t.Fatalf("%d records after %d kills", len(records), kills)
	}
	numbered(t, records[:last+2])
	for r, err := range Follow(ctx, dir, 2000) {
		check(t, err)
		late = append(late, r)
	}
	if len(late) != last+3-1999 || late[0].Seq != 2000 {
		t.Errorf("from 2000 on: %d records, the first is %d", len(late), late[0].Seq)
	}
	t.Logf("%d records through %d kills", len(records), kills)
}

// follow is what a follower sees until it has n records, or an error.
func follow(t *testing.T, fsys atomicfile.FS, n int, seen func(Record)) (err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	count := 0
	for r, err := range FollowWith(ctx, fsys, "d", 0, time.Millisecond) {
		if err != nil {
			return err
		}
		if count++; r.Seq != count {
			t.Errorf("record %d has the number %d", count, r.Seq)
		}
		seen(r)
		if count == n {
			return nil
		}
	}
	return ctx.Err()
}

// Lines that the power took are told again, and a follower goes on without a
// repeat; where another log is in the place of the first it says so.
func TestFollowAfterTheUnusual(t *testing.T) {
	fsys := faultfs.New()
	if err := follow(t, fsys, 1, func(Record) {}); err == nil {
		t.Error("a directory that is not there is followed")
	}
	check(t, atomicfile.MakeDir(fsys, "d"))
	l := begin(t, fsys, "d")
	for n := range 4 {
		check(t, l.Tell(epoch(n)))
	}
	check(t, l.Flush())
	path := "d/" + Name
	whole, err := atomicfile.ReadFile(fsys, path, mostBytes)
	check(t, err)
	lost := whole[:strings.LastIndex(string(whole[:len(whole)-1]), "\n")-20]
	check(t, follow(t, fsys, 8, func(r Record) {
		if r.Seq == 5 { // the last that is there
			check(t, atomicfile.WriteFile(fsys, path, lost))
			l := begin(t, fsys, "d")
			l.Now = func() time.Time { return time.Unix(1, 0) } // other bytes than before
			for n := l.Epoch() + 1; n < 7; n++ {
				check(t, l.Tell(epoch(n)))
			}
			check(t, l.Close())
		}
	}))
	err = follow(t, fsys, 9, func(r Record) {
		if r.Seq == 8 {
			check(t, atomicfile.WriteFile(fsys, path, []byte(strings.Replace(string(whole), `"id":"a"`, `"id":"b"`, 1))))
		}
	})
	if !errors.Is(err, ErrOther) {
		t.Errorf("another log: %v", err)
	}
	check(t, atomicfile.WriteFile(fsys, path, append(whole, "nothing\n"...)))
	var damaged *DamagedError
	if err := follow(t, fsys, 9, func(Record) {}); !errors.As(err, &damaged) || damaged.Line != 7 && damaged.Line != 6 {
		t.Errorf("a damaged log: %v", err)
	}
}

// No text makes the reader fail otherwise than by an error, and what it reads are
// numbered records.
func FuzzParse(f *testing.F) {
	var text []byte
	for i, r := range []Record{{Kind: KindHead, Head: head}, epoch(0), {Kind: KindLoad, Load: &Load{Part: "input"}}, {Kind: KindEnd, Text: "done"}} {
		r.Seq = i + 1
		text, _ = appendLine(text, &r)
	}
	f.Add(text)
	f.Add(text[:len(text)-3])
	f.Add([]byte("\n"))
	f.Add([]byte(`{"seq":1,"sum":"00000000"}` + "\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		records, err := Parse("log", text)
		var damaged *DamagedError
		if err != nil && !errors.As(err, &damaged) {
			t.Errorf("%T", err)
		}
		for i, r := range records {
			if r.Seq != i+1 || r.Kind == "" || (r.Head != nil) != (i == 0) {
				t.Errorf("record %d is %+v", i+1, r)
			}
		}
	})
}

func BenchmarkTell(b *testing.B) {
	l := begin(b, atomicfile.OS{}, b.TempDir())
	v := 0.123456789
	for i := 0; b.Loop(); i++ {
		check(b, l.Tell(Record{Kind: KindEpoch, Epoch: i, Steps: i, Loss: &v, TrainAccuracy: &v, TestLoss: &v, TestAccuracy: &v}))
	}
	check(b, l.Close())
}

func ExampleFollow() {
	dir, err := os.MkdirTemp("", "log")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if write(dir) != 0 { // mostly another process, which still writes
		panic("no log")
	}
	for r, err := range Follow(context.Background(), dir, last) {
		if err != nil {
			panic(err)
		}
		fmt.Println(r.Seq, r.Kind, r.Epoch)
	}
	// Output:
	// 3000 epoch 2998
	// 3001 epoch 2999
	// 3002 epoch 3000
	// 3003 end 3000
}
