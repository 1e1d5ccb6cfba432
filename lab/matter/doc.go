// Package matter says which stiffness a bond can really be given.
//
// Its one idea is the Law of a bond: a map from where the bond is and what is
// wanted to a setting (a width, a level, an angle, a current) and the stiffness
// that is then reached. Levels, calibration curves with play and materials that
// only soften are laws; so is a bond that takes any stiffness. Whoever learns asks
// the law for the nearest reachable stiffness and for the steps that are
// possible from here, and keeps what could not be realised for the next update.
//
// Read in this order: law.go (the seam, and the bonds of a lattice), width.go,
// levels.go, curve.go, oneway.go (the laws), feedback.go (steps smaller than a
// level), csv.go (tables of calibration).
package matter
