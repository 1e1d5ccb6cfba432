// Package specimen has what separates a network that was built from the one that was drawn: springs that came out stiffer or
// softer, that wander with time, and readings with errors.
//
// Its one idea: the same draws serve twice. A specimen with a number tells what is left of a trained network when it is built
// (Scattered, Drifted, Read); and a training that is to end with a network which bears it meets another specimen at every step (Rule).
package specimen
