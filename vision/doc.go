// Package vision reads node positions from a photograph of a lattice.
//
// Its one idea is that a mark counts only if everything about it is as it must
// be. Round marks are found by their contrast with their surroundings; the marks
// of the frame, whose arrangement allows one reading only, fix how the photograph
// was taken; a disc of known shape is then fitted to each mark, which gives its
// centre to a few hundredths of a pixel and says how uncertain it is; and a node
// gets the mark at its place if there is exactly one. What is hidden, doubtful or
// doubled is reported as such and never filled in:
//
//	img, err := vision.Decode(file)
//	reading, err := vision.Read(vision.FromImage(img), layout, lens, vision.Options{})
//	reading.Nodes[6].X   // m, in the coordinates of the design
//
// Pixels count as in package camera: (0, 0) is the centre of the upper left one.
// The package knows nothing of the rest of the module.
package vision
