// Package autonomous lets the lattice of an experiment learn by itself, as automata (learn/automaton), over seeds and under conditions that grow
// worse, and says what is kept.
//
// Its one idea: what is kept is the share of the way from the loss at the start to the least that exact slopes lead to. Whoever judges stands
// beside, exactly and free of charge, and tells the lattice nothing.
package autonomous
