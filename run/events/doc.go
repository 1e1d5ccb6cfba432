// Package events is the log of what happens in a training, which a run and a
// session of a bench write alike and which anybody can follow while it grows.
//
// Its one idea: a record has a number. The first line of log.jsonl is record 1,
// each further line has the next number, and a number once read means the same
// for ever: the log is never cut but for a last line that a crash has torn, and
// never written over. So whoever knows the last number it has seen knows what is
// still to come, however often the writer was killed and went on.
//
// The log is told from what a directory keeps anyway: of a run from its
// trainer and events.jsonl, of a session from its journal. Where a record was
// lost with the power, it is told again from there, with its number.
//
//	{"seq":7,"time":1764336109.271,"kind":"epoch","epoch":5,"steps":5,"loss":0.021,"sum":"8a21b3f0"}
//
// The order of reading: record.go, line.go, log.go (writing), follow.go.
package events
