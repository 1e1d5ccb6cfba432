package driver

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// failures are what a driver can do wrong, and what becomes of it.
var failures = []struct {
	mode    string
	verb    string
	kind    Kind
	safe    Safety
	says    string // part of the message
	process bool   // tried with a process of its own as well
}{
	{"silence", Measure, Silent, HungUp, "no answer within", true},
	{"deaf", Measure, Silent, Unknown, "no answer within", true},
	{"slow", Measure, Silent, Confirmed, "no answer within", true},
	{"die", Measure, Gone, Unknown, "ended without an answer (exit status 3)", true},
	{"half", Measure, Gone, Unknown, "in the middle of a line (exit status 3)", true},
	{"range", Measure, Implausible, Confirmed, "frame 1 of 2: node 3 is 1e+06 m from the origin, further than a bench reaches (10 m); are these metres?", true},
	{"json", Measure, Garbled, Confirmed, "no JSON: unexpected end", true},
	{"units", Hello, Units, Confirmed, "counts length in mm; it must convert to m itself", true},
	{"grams", Hello, Units, Confirmed, "counts force in g; it must convert to N itself", false},
	{"no units", Hello, Units, Confirmed, `does not say its unit of length`, false},
	{"protocol", Hello, Garbled, Confirmed, "speaks protocol 2, and this program 1", false},
	{"no watchdog", Hello, Implausible, Confirmed, `"watchdog" is 0 s`, false},
	{"no nodes", Hello, Implausible, Confirmed, "the card of the driver: 0 nodes", false},
	{"stale", Measure, Stale, Confirmed, "it is stale: taken at 0 s, before the loads hung at", true},
	{"backwards", Load, Implausible, Confirmed, "clock of the driver runs backwards", false},
	{"no time", Load, Incomplete, Confirmed, `"applied" is missing`, false},
	{"negative time", Load, Implausible, Confirmed, `"applied" is -1 s`, false},
	{"nan", Measure, Garbled, Confirmed, "NaN and Infinity are no numbers of JSON", false},
	{"text", Measure, Garbled, Confirmed, `"frames.nodes" holds a string where a number is due`, false},
	{"huge", Measure, Garbled, Confirmed, "number 1e999", false},
	{"missing node", Measure, Incomplete, Confirmed, "frame 1 of 2: it has 2 nodes and the lattice 3", false},
	{"too many nodes", Measure, Incomplete, Confirmed, "frame 1 of 2: it has 4 nodes and the lattice 3", false},
	{"flat", Measure, Incomplete, Confirmed, "node 3 has 1 coordinates, not 2", false},
	{"sigmas", Measure, Incomplete, Confirmed, "1 standard deviations for 3 nodes", false},
	{"negative sigma", Measure, Implausible, Confirmed, "the standard deviation of node 1 is -1 m", false},
	{"one frame", Measure, Incomplete, Confirmed, "2 frames were asked for and 1 came", false},
	{"fixed", Measure, Incomplete, Confirmed, "frame 2 has 0 fixed marks and frame 1 has 1", false},
	{"hash", Measure, Implausible, Confirmed, `the sha256 of image "p.png"`, false},
	{"wrong id", Measure, OutOfTurn, Confirmed, "answered request 99 when", false},
	{"no id", Measure, Garbled, Confirmed, `which has no "id"`, false},
	{"chatter", Measure, Garbled, Confirmed, `the driver wrote "measuring now"`, false},
	{"long", Measure, Garbled, Confirmed, "a line is longer than 16 MiB", false},
	{"no code", Measure, Garbled, Confirmed, `an error without a "code"`, false},
	{"a list", Measure, Garbled, Confirmed, "the message holds a array where an object is due", false},
}

// saboteur changes what a driver writes, from the first answer that matters on.
type saboteur struct {
	w    io.Writer
	mode string
	die  func() // ends the driver
	on   bool   // it has failed once
	late time.Duration
}

const frame2 = `{"at":1e6,"nodes":[[0,0],[0.1,0],null]}`

func (s *saboteur) Write(line []byte) (int, error) {
	text := string(line)
	id := text[:strings.IndexAny(text, ",}")]
	frames := strings.Contains(text, `"frames"`)
	frame := func(f string) string { return id + `,"frames":[` + f + "," + frame2 + "]}\n" }
	switch {
	case s.mode == "silence" && (frames || s.on):
		s.on = true
		return len(line), nil
	case s.mode == "deaf" && frames:
		select {} // not even the end of its input wakes it
	case s.mode == "slow" && frames:
		time.Sleep(s.late)
	case s.mode == "die" && frames:
		s.die()
	case s.mode == "half" && frames:
		_, _ = s.w.Write(line[:len(line)/2])
		s.die()
	case frames:
		text = s.frames(text, id, frame)
	case strings.Contains(text, `"applied"`):
		switch s.mode {
		case "backwards":
			text = id + `,"applied":` + map[bool]string{false: "1000", true: "999"}[s.on] + "}\n"
			s.on = true
		case "no time":
			text = id + "}\n"
		case "negative time":
			text = id + `,"applied":-1}` + "\n"
		}
	case strings.Contains(text, `"watchdog"`):
		from := map[string][2]string{
			"units": {`"length":"m"`, `"length":"mm"`}, "grams": {`"force":"N"`, `"force":"g"`}, "no units": {`"units"`, `"unit"`},
			"protocol": {`"protocol":1`, `"protocol":2`}, "no watchdog": {`"watchdog"`, `"dog"`}, "no nodes": {`"nodes":3`, `"nodes":0`},
		}[s.mode]
		text = strings.Replace(text, from[0], from[1], 1)
	}
	_, err := io.WriteString(s.w, text)
	return len(line), err
}

func (s *saboteur) frames(text, id string, frame func(string) string) string {
	switch s.mode {
	case "range":
		return frame(`{"at":1e6,"nodes":[[0,0],[0.1,0],[0.05,-1e6]]}`)
	case "json":
		return id + `,"frames":[{"at":` + "\n"
	case "stale":
		return frame(`{"at":0,"nodes":[[0,0],[0.1,0],[0.05,-0.05]]}`)
	case "nan":
		return frame(`{"at":1e6,"nodes":[[0,0],[0.1,0],[NaN,NaN]]}`)
	case "text":
		return frame(`{"at":1e6,"nodes":[[0,0],[0.1,0],["0.05","-0.05"]]}`)
	case "huge":
		return frame(`{"at":1e6,"nodes":[[0,0],[0.1,0],[1e999,0]]}`)
	case "missing node":
		return frame(`{"at":1e6,"nodes":[[0,0],[0.1,0]]}`)
	case "too many nodes":
		return frame(`{"at":1e6,"nodes":[[0,0],[0.1,0],null,null]}`)
	case "flat":
		return frame(`{"at":1e6,"nodes":[[0,0],[0.1,0],[1]]}`)
	case "sigmas":
		return frame(`{"at":1e6,"nodes":[[0,0],[0.1,0],null],"sigma":[1e-6]}`)
	case "negative sigma":
		return frame(`{"at":1e6,"nodes":[[0,0],[0.1,0],null],"sigma":[-1,0,0]}`)
	case "one frame":
		return id + `,"frames":[` + frame2 + "]}\n"
	case "fixed":
		return frame(`{"at":1e6,"nodes":[[0,0],[0.1,0],null],"fixed":[[0,0]]}`)
	case "hash":
		return frame(`{"at":1e6,"nodes":[[0,0],[0.1,0],null],"images":[{"path":"p.png","sha256":"12"}]}`)
	case "wrong id":
		return `{"id":99` + strings.TrimPrefix(text, id)
	case "no id":
		return `{"nr":99` + strings.TrimPrefix(text, id)
	case "chatter":
		return "measuring now\n" + text
	case "long":
		return id + `,"frames":"` + string(bytes.Repeat([]byte("x"), MaxLine)) + "\"}\n"
	case "no code":
		return id + `,"error":{"message":"broken"}}` + "\n"
	case "a list":
		return "[1,2]\n"
	}
	return text
}

// victim as its first argument makes the test binary a driver.
const victim = "be-a-driver"

// beDriver serves the bench of the tests on the standard streams and fails by
// mode. A file, if it has a name, always holds the state of the lattice.
func beDriver(mode, state string) {
	b := newTwoBars()
	b.told = func(what string) {
		if state == "" {
			return
		}
		if err := os.WriteFile(state, []byte(what), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	fmt.Fprintln(os.Stderr, "a driver that fails by "+mode)
	s := &saboteur{w: os.Stdout, mode: mode, late: 2 * time.Second, die: func() { os.Exit(3) }}
	if err := Serve(b, os.Stdin, s); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
