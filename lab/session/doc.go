// Package session trains a lattice on a bench, step by step, and loses nothing.
//
// Its one idea is that everything follows from the journal: each measurement is
// written down before it is used, so that a session that was killed goes on as
// one that was not, and anybody can compute every step again from the raw marks.
package session
