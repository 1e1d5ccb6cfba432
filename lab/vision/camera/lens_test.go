package camera_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/elastrain/elastrain/lab/vision/camera"
)

var calibrated = camera.Lens{
	Fx: 1203.5, Fy: 1201.25, Cx: 639.25, Cy: 477.5, K1: -0.21, K2: 0.11, P1: 0.0004, P2: -0.0007, K3: -0.02,
	Width: 1280, Height: 960, RMS: 0.1375,
}

func TestUndistortIsInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := [2]float64{rapid.Float64Range(0, 1279).Draw(t, "x"), rapid.Float64Range(0, 959).Draw(t, "y")}
		u, ok := calibrated.Undistort(p)
		if !ok {
			t.Fatal("no inverse inside the picture")
		}
		if q := calibrated.Distort(u); math.Hypot(p[0]-q[0], p[1]-q[1]) > 1e-9 {
			t.Fatalf("%v came back as %v", p, q)
		}
	})
}

// What cv2.projectPoints of OpenCV 4.6 makes of undistorted pixels.
func TestDistortAsOpenCV(t *testing.T) {
	for _, c := range [][2][2]float64{
		{{100, 80}, {129.2901159878382, 101.93252189304951}},
		{{640, 480}, {639.9999958749896, 480.00000177117624}},
		{{1200, 900}, {1166.0934683909409, 874.8330221603464}},
		{{30, 930}, {70.13605194631884, 900.1324793972567}},
	} {
		if got := calibrated.Distort(c[0]); math.Hypot(got[0]-c[1][0], got[1]-c[1][1]) > 1e-9 {
			t.Errorf("%v is shown at %v, OpenCV says %v", c[0], got, c[1])
		}
	}
}

// A strong barrel folds over: beyond the fold there is no inverse.
func TestNoInverseBeyondTheFold(t *testing.T) {
	l := camera.Lens{Fx: 500, Fy: 500, Cx: 320, Cy: 240, K1: -0.4}
	// x (1 − 0.4 x²) is largest at x² = 1/1.2, where it is 0.6086.
	if _, ok := l.Undistort([2]float64{320 + 500*0.61, 240}); ok {
		t.Error("a pixel beyond the fold was undistorted")
	}
	if _, ok := l.Undistort([2]float64{320 + 500*0.55, 240}); !ok {
		t.Error("a pixel within the fold was not undistorted")
	}
}

// The files of testdata were written by cv2.FileStorage of OpenCV 4.6.
func TestReadLens(t *testing.T) {
	for _, name := range []string{"cal.yml", "cal.xml", "cal.json"} {
		f, err := os.Open(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := camera.ReadLens(f)
		f.Close()
		if err != nil || *got != calibrated {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

const matlabText = `{"RadialDistortion":[-0.21,0.11,-0.02],"TangentialDistortion":[0.0004,-0.0007],"ImageSize":[960,1280],
"WorldPoints":[[0,0],[0,25]],"EstimateSkew":false,"MeanReprojectionError":0.1375,`

func TestReadMATLAB(t *testing.T) {
	for name, rest := range map[string]string{
		"K":         `"K":[[1203.5,0,640.25],[0,1201.25,478.5],[0,0,1]]}`,
		"transpose": `"IntrinsicMatrix":[[1203.5,0,0],[0,1201.25,0],[640.25,478.5,1]]}`,
		"entries":   `"FocalLength":[1203.5,1201.25],"PrincipalPoint":[640.25,478.5],"Skew":0}`,
	} {
		got, err := camera.ReadLens(strings.NewReader(matlabText + rest))
		if err != nil || *got != calibrated {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestReadLensRefuses(t *testing.T) {
	good, err := os.ReadFile(filepath.Join("testdata", "cal.yml"))
	if err != nil {
		t.Fatal(err)
	}
	change := func(old, new string) string {
		if !strings.Contains(string(good), old) {
			t.Fatalf("the file has no %q", old)
		}
		return strings.Replace(string(good), old, new, 1)
	}
	for name, c := range map[string]struct{ text, want string }{
		"empty":        {"", "no camera_matrix"},
		"mat":          {"MATLAB 5.0 MAT-file, Platform: GLNXA64", "jsonencode"},
		"not a number": {change("1.2035000000000000e+03", ".NaN"), "not"},
		"negative":     {change("1.2035000000000000e+03", "-1203"), "positive"},
		"shape":        {change("rows: 3", "rows: 4"), "3 × 3"},
		"skew":         {change("1.2035000000000000e+03, 0.,", "1203.5, 4.,"), "skew"},
		"count":        {change("rows: 5", "rows: 6"), "numbers"},
		"rational":     {change("rows: 5", "rows: 8") + "\n", "numbers"},
		"truncated":    {string(good[:len(good)/2]), ""},
		"alias":        {"a: &a [1]\nb: *a\n", "alias"},
		"size":         {change("image_width: 1280", "image_width: 12.5"), "size"},
		"json":         {`{"a":`, "JSON"},
		"xml":          {`<html></html>`, "XML"},
		"long":         {strings.Repeat("# calibration\n", 1<<19), "MB"},
		"matlab":       {matlabText + `"K":[[1]]}`, "3 × 3"},
		"no intrinsic": {matlabText + `"Skew":0}`, "neither K"},
	} {
		_, err := camera.ReadLens(strings.NewReader(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", name, err, c.want)
		}
	}
}

func TestFits(t *testing.T) {
	if calibrated.Fits(1280, 960) != nil || calibrated.Fits(960, 1280) == nil {
		t.Error("the lens must fit pictures of its own size only")
	}
	if (*camera.Lens)(nil).Fits(3, 4) != nil {
		t.Error("no lens fits all")
	}
}

func FuzzReadLens(f *testing.F) {
	for _, name := range []string{"cal.yml", "cal.xml", "cal.json"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(matlabText + `"K":[[1203.5,0,640.25],[0,1201.25,478.5],[0,0,1]]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := camera.ReadLens(strings.NewReader(string(text)))
		if (l == nil) != (err != nil) {
			t.Fatal("a lens and an error, or neither")
		}
		if err == nil && l.Check() != nil {
			t.Fatal("a lens that is none was read")
		}
	})
}
