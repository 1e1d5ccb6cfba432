// Package figure draws what a paper or a talk about a mechanical network
// shows: the lattice with its stiffnesses, learning curves, confusion
// matrices, damage bars, regression scatters, and sheets of several of these.
//
// Its one idea: a picture is a struct of plain data that can draw itself on
// any canvas, so that the vector file for the paper and the bitmap for the
// slide come from the same code and agree.
//
//	l := figure.Lattice{Network: net, Values: k, ValueTitle: "stiffness k (N/m)"}
//	svg, err := figure.SVG(l, 12*vg.Centimeter, 9*vg.Centimeter)
//	png, err := figure.PNG(l, 12*vg.Centimeter, 9*vg.Centimeter, 300)
//
// Text is set in points (8 to 10), so choose the size the picture has on the
// printed page: 8.5 cm is a journal column, 12 cm x 9 cm suits a slide.
//
// # Conventions
//
// Lengths on the canvas are vg.Length; data are in the units that the titles
// name. Slices index nodes and elements from 0, and people see them numbered
// from 1. Titles and labels may raise and lower text: "10^{-3}", "k_{12}".
// NaN and infinite values are skipped; a picture with nothing to show says
// "no data". The same data give the same bytes: nothing depends on time,
// machine names or the iteration order of a map.
//
// The package knows networks, but neither mechanics nor learning.
package figure
