// Package camera maps points of a flat specimen to pixels of its photograph and
// back.
//
// Its one idea is to do this in two steps. A [Homography] maps the plane of the
// design (metres, y up) to the pixels of a picture without lens errors (y down);
// a [Lens] maps those to the pixels of the real picture. The homography is fitted
// anew to the marks of the frame in every photograph, so the camera may move
// between two; the lens is calibrated once, by OpenCV, ROS, Kalibr or MATLAB,
// and read from their files.
//
// The centre of the pixel in column i and row j, both from 0, is at (i, j), as in
// OpenCV.
//
// R. Hartley and A. Zisserman, Multiple View Geometry, 2nd ed. (2004), chapter 4;
// D. C. Brown, Decentering distortion of lenses, Photogrammetric Engineering 32
// (1966) 444.
package camera
