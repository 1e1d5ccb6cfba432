// Package task says what a network should do: samples (forces in, what is
// wanted out) and a loss that turns displacements at the output ports into one
// number and its derivative. It knows nothing of how displacements come about.
package task
