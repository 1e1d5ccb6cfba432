// Package lattice makes networks: chains, regular lattices and disordered
// point sets, as large as a mechanical neural network may want to be.
//
// The one idea: the same call gives the same network, bit for bit, and its
// numbering can be told without running it. Every generator returns a network
// of bars with nothing held, and every one follows two rules:
//
//   - Bonds run from the lower to the higher node number and are ordered by
//     their lower end, then by their higher end.
//   - Nodes are numbered along x first, then y, then z, from the origin, and
//     within a cell in the order the generator's comment gives. Only the
//     triangular lattices differ: they are numbered from the top right, each row
//     from right to left, as Li & Mao (2024) number theirs.
//
// Comments and messages count nodes from 1, as people do; the Go slices count
// from 0. Lengths are metres. The work grows in proportion to the number of
// nodes: neighbours come from the construction or from a grid of cells, never
// from comparing all pairs.
//
// No generator looks at rigidity. Its comment says whether the lattice is rigid
// on its own, that is, whether it moves as a rigid body only.
package lattice
