// Package photos is a set of rendered photographs of lattices whose every mark
// is known: fifteen classes, each with what goes wrong in a laboratory.
//
// The set is the same every time: photograph i of a class depends on the class
// and i alone.
package photos
