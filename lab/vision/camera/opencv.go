package camera

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
)

// mostCalibration is the size of a calibration file beyond which it is none.
const mostCalibration = 4 << 20

// ReadLens reads a calibration from a file of OpenCV's FileStorage (YAML, XML or
// JSON, as its calibration sample and ROS write them) or from the JSON of MATLAB,
//
//	jsonencode(toStruct(cameraParams))
//
// A .mat file with the object itself is not read: MathWorks does not publish how
// it is stored.
func ReadLens(r io.Reader) (*Lens, error) {
	text, err := io.ReadAll(io.LimitReader(r, mostCalibration+1))
	if err != nil {
		return nil, fmt.Errorf("the calibration cannot be read: %w", err)
	}
	if len(text) > mostCalibration {
		return nil, fmt.Errorf("the calibration has more than %d MB: that is not a calibration", mostCalibration>>20)
	}
	text = bytes.TrimPrefix(bytes.TrimSpace(text), []byte("\xef\xbb\xbf"))
	var l *Lens
	switch {
	case bytes.HasPrefix(text, []byte("MATLAB 5.0")):
		return nil, errors.New("this is a .mat file; in MATLAB, write jsonencode(toStruct(cameraParams)) to a text file and read that")
	case bytes.HasPrefix(text, []byte("{")):
		l, err = readJSON(text)
	case bytes.HasPrefix(text, []byte("<")):
		l, err = readXML(text)
	default:
		l, err = readYAML(text)
	}
	if err == nil {
		err = l.Check()
	}
	if err != nil {
		return nil, fmt.Errorf("the calibration cannot be used: %w", err)
	}
	return l, nil
}

// matrix is OpenCV's way to write one. ROS leaves out the type.
type matrix struct {
	Rows int       `yaml:"rows" json:"rows"`
	Cols int       `yaml:"cols" json:"cols"`
	Data []float64 `yaml:"data" json:"data"`
}

// storage is the keys that OpenCV's tools use; of two spellings one is there.
type storage struct {
	Camera      *matrix  `yaml:"camera_matrix" json:"camera_matrix"`
	Camera2     *matrix  `yaml:"cameraMatrix" json:"cameraMatrix"`
	Camera3     *matrix  `yaml:"Camera_Matrix" json:"Camera_Matrix"`
	Distortion  *matrix  `yaml:"distortion_coefficients" json:"distortion_coefficients"`
	Distortion2 *matrix  `yaml:"distCoeffs" json:"distCoeffs"`
	Distortion3 *matrix  `yaml:"Distortion_Coefficients" json:"Distortion_Coefficients"`
	Width       float64  `yaml:"image_width" json:"image_width"`
	Height      float64  `yaml:"image_height" json:"image_height"`
	Width2      float64  `yaml:"image_Width" json:"image_Width"`
	Height2     float64  `yaml:"image_Height" json:"image_Height"`
	RMS         *float64 `yaml:"avg_reprojection_error" json:"avg_reprojection_error"`
	Model       string   `yaml:"distortion_model" json:"distortion_model"`
	Fisheye     int      `yaml:"fisheye_model" json:"fisheye_model"`
}

// directive is OpenCV's "%YAML:1.0", which is not YAML, and its tag.
var directive = regexp.MustCompile(`(?m)^%YAML.*$|!!opencv-matrix`)

func readYAML(text []byte) (*Lens, error) {
	if bytes.ContainsAny(text, "&*") {
		return nil, errors.New("it has YAML anchors or aliases, which OpenCV does not write")
	}
	var s storage
	if err := yaml.Unmarshal(directive.ReplaceAll(text, nil), &s); err != nil {
		return nil, fmt.Errorf("it is no YAML of OpenCV: %w", err)
	}
	return s.lens()
}

func readJSON(text []byte) (*Lens, error) {
	var s storage
	var m matlab
	if err := json.Unmarshal(text, &m); err == nil && m.there() {
		return m.lens()
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("it is neither JSON of OpenCV nor of MATLAB: %w", err)
	}
	return s.lens()
}

// xmlMatrix is a matrix in XML, its numbers in one text.
type xmlMatrix struct {
	Rows int    `xml:"rows"`
	Cols int    `xml:"cols"`
	Data string `xml:"data"`
}

func (m *xmlMatrix) matrix() (*matrix, error) {
	if m == nil {
		return nil, nil
	}
	out := &matrix{Rows: m.Rows, Cols: m.Cols}
	for field := range strings.FieldsSeq(m.Data) {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return nil, fmt.Errorf("`%.40s` is not a number", field)
		}
		out.Data = append(out.Data, v)
	}
	return out, nil
}

func readXML(text []byte) (*Lens, error) {
	var x struct {
		XMLName     xml.Name   `xml:"opencv_storage"`
		Camera      *xmlMatrix `xml:"camera_matrix"`
		Camera2     *xmlMatrix `xml:"cameraMatrix"`
		Camera3     *xmlMatrix `xml:"Camera_Matrix"`
		Distortion  *xmlMatrix `xml:"distortion_coefficients"`
		Distortion2 *xmlMatrix `xml:"distCoeffs"`
		Distortion3 *xmlMatrix `xml:"Distortion_Coefficients"`
		Width       float64    `xml:"image_width"`
		Height      float64    `xml:"image_height"`
		Width2      float64    `xml:"image_Width"`
		Height2     float64    `xml:"image_Height"`
		RMS         *float64   `xml:"avg_reprojection_error"`
		Fisheye     int        `xml:"fisheye_model"`
	}
	if err := xml.Unmarshal(text, &x); err != nil {
		return nil, fmt.Errorf("it is no XML of OpenCV: %w", err)
	}
	s := storage{Width: x.Width, Height: x.Height, Width2: x.Width2, Height2: x.Height2, RMS: x.RMS, Fisheye: x.Fisheye}
	for _, pair := range []struct {
		from *xmlMatrix
		to   **matrix
	}{
		{x.Camera, &s.Camera}, {x.Camera2, &s.Camera2}, {x.Camera3, &s.Camera3},
		{x.Distortion, &s.Distortion}, {x.Distortion2, &s.Distortion2}, {x.Distortion3, &s.Distortion3},
	} {
		var err error
		if *pair.to, err = pair.from.matrix(); err != nil {
			return nil, err
		}
	}
	return s.lens()
}

func first(list ...*matrix) *matrix {
	for _, m := range list {
		if m != nil {
			return m
		}
	}
	return nil
}

func (s *storage) lens() (*Lens, error) {
	camera := first(s.Camera, s.Camera2, s.Camera3)
	if camera == nil {
		return nil, errors.New("it has no camera_matrix")
	}
	if camera.Rows != 3 || camera.Cols != 3 || len(camera.Data) != 9 {
		return nil, fmt.Errorf("camera_matrix is %d × %d with %d numbers; it must be 3 × 3", camera.Rows, camera.Cols, len(camera.Data))
	}
	if s.Fisheye != 0 || s.Model != "" && s.Model != "plumb_bob" {
		return nil, errors.New("it is of a fisheye or rational model; calibrate with the five coefficients k1 k2 p1 p2 k3")
	}
	k := camera.Data
	l := &Lens{Fx: k[0], Cx: k[2], Fy: k[4], Cy: k[5]}
	if err := noSkew(k[1], k[3], k[6], k[7], k[8]-1, l.Fx); err != nil {
		return nil, err
	}
	d := first(s.Distortion, s.Distortion2, s.Distortion3)
	if d == nil {
		return nil, errors.New("it has no distortion_coefficients")
	}
	if n := len(d.Data); n != d.Rows*d.Cols || n != 4 && n != 5 && n != 8 && n != 12 && n != 14 {
		return nil, fmt.Errorf("distortion_coefficients has %d numbers for %d × %d; there must be 4, 5, 8, 12 or 14", n, d.Rows, d.Cols)
	}
	l.K1, l.K2, l.P1, l.P2 = d.Data[0], d.Data[1], d.Data[2], d.Data[3]
	if len(d.Data) > 4 {
		l.K3 = d.Data[4]
		for i, v := range d.Data[5:] {
			if v != 0 {
				return nil, fmt.Errorf("distortion coefficient %d is %g; only the five k1 k2 p1 p2 k3 are known here: calibrate without the rational, thin prism and tilted models", i+6, v)
			}
		}
	}
	var err error
	if l.Width, l.Height, err = size(max(s.Width, s.Width2), max(s.Height, s.Height2)); err != nil {
		return nil, err
	}
	if s.RMS != nil {
		l.RMS = *s.RMS
	}
	return l, nil
}

func size(w, h float64) (int, int, error) {
	for _, v := range []float64{w, h} {
		if !(v >= 0 && v <= 1e6) || v != math.Trunc(v) {
			return 0, 0, fmt.Errorf("the picture size %g × %g is none", w, h)
		}
	}
	return int(w), int(h), nil
}

// noSkew says that entries of a camera matrix that must be zero are.
func noSkew(skew, a, b, c, d, focal float64) error {
	const small = 1e-9
	if math.Abs(skew) > small*math.Abs(focal) {
		return fmt.Errorf("the pixels are skewed by %g; calibrate without skew", skew)
	}
	for _, v := range []float64{a, b, c, d} {
		if !(math.Abs(v) <= small) {
			return errors.New("the camera matrix is not of the form [fx 0 cx; 0 fy cy; 0 0 1]")
		}
	}
	return nil
}
