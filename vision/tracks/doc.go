// Package tracks reads what other programs saw: positions of particles from
// trackpy and from ImageJ with TrackMate, displacement fields from DICe and from
// text tables as Ncorr's users export them.
//
// Its one idea is that such a file does not say what it measures in, so the caller
// must: [Unit] has the metres of one unit of the file, where the origin of the
// design lies in it, and which way y points. Points that the other program lost are
// counted, not guessed.
package tracks
