package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// result is what was measured.
type result struct {
	options       *options
	bonds         int
	ratios        []float64 // steps a second with viewers to those without, a round each
	controls      []float64 // and with viewers of the plain server
	rates         []float64 // steps a second without viewers
	waits         []float64 // s
	records       int
	viewing       float64 // s of processors of the viewers
	control       float64 // and of those of the plain server
	processor     float64 // and of the server, while it is looked at
	switches      int64
	took          time.Duration
	before, after state
	growth        []int64 // resident behind each round, bytes
}

// take adds what viewers found.
func (r *result) take(found *seen) {
	r.waits = append(r.waits, found.Waits...)
	r.records += found.Records
	r.viewing += found.Processor
}

// print tells it.
func (r *result) print(w io.Writer) error {
	var course []string
	for _, bytes := range r.growth {
		course = append(course, fmt.Sprintf("%.1f", float64(bytes)/1e6))
	}
	slices.Sort(r.waits)
	quantile := func(q float64) float64 {
		if len(r.waits) == 0 {
			return math.NaN()
		}
		return 1e3 * r.waits[min(len(r.waits)-1, int(q*float64(len(r.waits))))]
	}
	slowed := func(ratios []float64) string {
		mean, sd := moments(ratios)
		return fmt.Sprintf("%.1f %% (median of the rounds; mean %.1f %% with a standard error of %.1f)", 100*(1-median(ratios)), 100*(1-mean), 100*sd/math.Sqrt(float64(len(ratios))))
	}
	grown := func(before, after int64) string {
		return fmt.Sprintf("%.2f MB before, %.2f MB after: %+.1f %%", float64(before)/1e6, float64(after)/1e6, 100*(float64(after)/float64(before)-1))
	}
	rate, _ := moments(r.rates)
	looked := float64(len(r.ratios)) * r.options.turn.Seconds()
	_, err := fmt.Fprintf(w, `bonds                        %d
viewers                      %d, each follows the log and the list, and asks twice every %v
time                         %.1f min in %d rounds of %v each with viewers, with viewers of a plain server, and without; %d processors
steps a second               %.3f without viewers
slowed by                    %s
by viewers of a plain server %s
processors                   server %.1f %% of one while looked at, woken %.0f times a second; viewers %.1f %%, of the plain server %.1f %%
requests                     %d, p50 %.2f ms, p99 %.2f ms, most %.2f ms
records                      %d, each once and in order at every viewer
goroutines                   %d before, %d after
memory of its own            %s
resident memory              %s; behind each round %s
memory in use                %s
`, r.bonds, r.options.viewers, r.options.every, r.took.Minutes(), len(r.ratios), r.options.turn, runtime.NumCPU(), rate, slowed(r.ratios), slowed(r.controls),
		100*r.processor/looked, float64(r.switches)/looked, 100*r.viewing/looked, 100*r.control/looked,
		len(r.waits), quantile(0.5), quantile(0.99), quantile(1), r.records, r.before.Goroutines, r.after.Goroutines,
		grown(r.before.Own, r.after.Own), grown(r.before.Resident, r.after.Resident), strings.Join(course, " "), grown(r.before.Heap, r.after.Heap))
	return err
}

func moments(v []float64) (mean, sd float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		sd += (x - mean) * (x - mean) / float64(max(1, len(v)-1))
	}
	return mean, math.Sqrt(sd)
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(v))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// record is what is read of a log.
type record struct {
	Time  float64
	Kind  string
	Epoch int
	Head  *struct{ Elements int }
}

// records reads a log.
func records(path string) (list []record, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	lines := bufio.NewReaderSize(f, 1<<16)
	for {
		text, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		var r record
		if err := json.Unmarshal(text, &r); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
}

// rate is the steps a second since a time.
func rate(path string, since time.Time) (float64, error) {
	list, err := records(path)
	if err != nil {
		return 0, err
	}
	from := float64(since.UnixMilli()) / 1e3
	list = slices.DeleteFunc(list, func(r record) bool { return r.Kind != "epoch" || r.Time < from })
	if len(list) < 3 {
		return 0, fmt.Errorf("only %d steps in %v: take a longer -turn or a smaller -side", len(list), time.Since(since).Round(time.Second))
	}
	first, last := list[0], list[len(list)-1]
	return float64(last.Epoch-first.Epoch) / (last.Time - first.Time), nil
}

// warm waits for the first steps of a training.
func warm(path string) (bonds int, err error) {
	for began := time.Now(); time.Since(began) < 2*time.Minute; time.Sleep(200 * time.Millisecond) {
		list, err := records(path)
		if err == nil && len(list) > 8 && list[0].Head != nil {
			return list[0].Head.Elements, nil
		}
	}
	return 0, fmt.Errorf("nothing is trained")
}

// status is a line of what Linux tells of the memory of this process, bytes; 0 where the system does not tell.
func status(key string) int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, is := strings.CutPrefix(line, key+":"); is {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			if err == nil {
				return kb << 10
			}
		}
	}
	return 0
}
