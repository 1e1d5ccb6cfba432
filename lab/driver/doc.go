// Package driver makes a bench of any program that can read and write lines.
//
// Its one idea is a protocol of seven verbs (hello, arm, load, measure,
// set_stiffness, safe, ping), one JSON object a line, in which the host trusts
// nothing: every answer is checked, and whatever is wrong with it ends with the
// lattice unloaded and an error that says what the driver did. The protocol is
// described for the authors of drivers in docs/driver-protocol.md.
//
// Read in this order: wire.go (the messages), client.go (the host's side, a
// lab.Bench), validate.go (what an answer must hold), fault.go (what is said
// when it does not), process.go (a driver as a child process), serve.go (the driver's side: any
// lab.Bench behind the protocol), bounds.go (limits, checked on both sides),
// exercise.go (a test of somebody's driver).
//
// Below it, package serial speaks the same protocol over a port, and the
// packages folder and manual are benches made of files and of a person.
package driver
