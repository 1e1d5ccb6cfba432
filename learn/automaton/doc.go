// Package automaton has matter that learns with no computer in the loop: every bond is a small automaton that feels its own elongation,
// goes by its own clock, keeps a few words and hears one bit, and a driver at the boundary shows samples and hangs the error it sees.
//
// Its one idea: nothing global but the bit. What bonds do, and what befalls them, are events in time, one after the other, and
// between two of them the lattice rests exactly under its loads. All chances are drawn from one seed.
package automaton
