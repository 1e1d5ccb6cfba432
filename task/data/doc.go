// Package data holds what a network learns from: tables of measured numbers,
// and the fixed, repeatable ways of taking them apart.
//
// One idea: a [Table] is plain rows of numbers with an optional class each, and
// everything else is a pure function of it and a seed. The same seed gives the
// same split, the same order of samples in epoch 17 and the same synthetic
// points, on every machine and for any number of threads, so that a run which
// was killed and resumed needs no generator state.
//
//   - A table comes from [Load] (iris, wine, breast-cancer, digits; embedded) or
//     from [ReadCSV]; [Linear] makes regression points.
//   - [Split] parts the rows into training and test rows, [Shuffle] orders the
//     rows of one epoch.
//   - [Fit] takes the range of each feature from some rows and gives an
//     [Encoding], which maps a row to the unit loads that push the network.
//
// Rows, columns and classes count from 0 in Go slices. Messages for people
// count lines and columns from 1.
//
// The package reads only what it is handed and touches no file, network or
// clock. The sources, citations and licences of the embedded sets are in
// docs/data-sources.md and in [Table.Source].
package data
