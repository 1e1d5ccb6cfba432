// Package ingest reads networks from files of other programs.
//
// Its one idea is that a file is read as it stands: which format it is in is known by its ending and its first words, nodes
// keep the numbers that the file gives them, and a unit that the file does not say is asked for, never guessed.
//
// There is one list of formats ([Formats]), a file each, beside that of package export. [Read] makes a [Network] of the bytes of a
// file: the nodes and bonds that a table would give, named sets of nodes, and notes of what was not read.
package ingest
