// Package render photographs a lattice that does not exist, so that every pixel
// of the photograph is known.
//
// Its one idea is to follow the light: the specimen has a reflectance, the lamp
// is uneven and leaves glare, something may lie in the way, the lens distorts and
// blurs, the sensor counts photons and adds noise of its own. Edges of discs are
// sampled 16 × 16 times a pixel, so centres are true to a few thousandths of a
// pixel. The same scene and seed give the same picture.
package render
