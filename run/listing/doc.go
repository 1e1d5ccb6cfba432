// Package listing says in a row each what runs and sessions a folder holds: of what experiment, in which state, how far, how well.
//
// Its one idea is that a row is read from the ends of a log and a few places between them, whatever its length, and trusts nothing that
// it reads: a folder may be anybody's. The page of the studio and `elastrain runs` show the same rows.
package listing
