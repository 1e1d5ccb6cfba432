// Package part is the printed part of a network: its bonds as struts with their
// widths, joined at the nodes, with holes for pins, ears for weights, dots for a
// camera and a frame around.
//
// Its one idea: a part is a union of simple shapes, and what a maker changes of
// them (a wider joint, a fillet, the width of a laser's cut) is a change of those
// shapes before they are joined, never of the outline afterwards. A flat network
// is closed outlines (Outline), which a laser cuts and which stand up as a body; a
// network in space is the surface of all its struts (Plan.Body). Either body is a
// Mesh that is closed, oriented and of one piece, or an error that names the bond.
//
// A Plan is in SI units, as the rest of the house; outlines and meshes are in
// millimetres, as files for machines are.
package part
