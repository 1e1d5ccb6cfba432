// Package export writes a network in the formats of other programs.
//
// Its one idea: a format is one entry of one list, Formats, which says what its
// files are called, what they hold and which program opens them, and one file of
// this package with a function of a snapshot. The help of the command and
// docs/files.md are made of the list. A format computes nothing: what a file
// shows has been solved before, and is in SI units.
package export
