package camera_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/elastrain/elastrain/vision/camera"
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

const plainLens = "camera_matrix: [[545, 0, 320], [0, 541, 240], [0, 0, 1]]\ndist: [0, 0, 0, 0]\n"

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

// One camera as many tools and people write it.
func TestReadLensAsPeopleWriteIt(t *testing.T) {
	want := camera.Lens{Fx: 545, Fy: 541, Cx: 320, Cy: 240, K1: -0.01, K2: 0.002, P1: 1e-4, P2: 2e-4}
	sized := want
	sized.Width, sized.Height = 640, 480
	k, d := "[[545, 0, 320], [0, 541, 240], [0, 0, 1]]", "[[-0.01, 0.002, 0.0001, 0.0002, 0]]"
	for name, c := range map[string]struct {
		text string
		want camera.Lens
	}{
		"tolist, json":   {`{"camera_matrix": ` + k + `, "dist_coeff": ` + d + `}`, want},
		"tolist, mtx":    {`{"ret": 0.3, "mtx": ` + k + `, "dist": ` + d + `, "rvecs": [[[1], [2], [3]]]}`, want},
		"K and D":        {`{"K": ` + k + `, "D": [[-0.01], [0.002], [0.0001], [0.0002], [0]]}`, want},
		"tolist, yaml":   {"camera_matrix:\n- [545.0, 0.0, 320.0]\n- [0.0, 541.0, 240.0]\n- [0.0, 0.0, 1.0]\ndist_coeff:\n- - -0.01\n  - 0.002\n  - 1.0e-04\n  - 0.0002\n  - 0\n", want},
		"flat list":      {"image_width: 640\nimage_height: 480\ncamera_matrix: {rows: 3, cols: 3, data: [545, 0, 320, 0, 541, 240, 0, 0, 1]}\ndistortion_model: plumb_bob\ndistortion_coefficients: [-0.01, 0.002, 0.0001, 0.0002, 0]\n", sized},
		"rational zeros": {"camera_matrix: {rows: 3, cols: 3, data: [545, 0, 320, 0, 541, 240, 0, 0, 1]}\ndistortion_model: rational_polynomial\ndistortion_coefficients: {rows: 1, cols: 8, data: [-0.01, 0.002, 0.0001, 0.0002, 0, 0, 0, 0]}\n", want},
		"ROS message":    {"header: {seq: 3, frame_id: \"cam\"}\nheight: 480\nwidth: 640\ndistortion_model: plumb_bob\nD: [-0.01, 0.002, 0.0001, 0.0002, 0.0]\nK: [545.0, 0.0, 320.0, 0.0, 541.0, 240.0, 0.0, 0.0, 1.0]\nR: [1, 0, 0, 0, 1, 0, 0, 0, 1]\nP: [545, 0, 320, 0, 0, 541, 240, 0, 0, 0, 1, 0]\nbinning_x: 0\n", sized},
		"Kalibr":         {"cam0:\n  cam_overlaps: []\n  camera_model: pinhole\n  distortion_coeffs: [-0.01, 0.002, 0.0001, 0.0002]\n  distortion_model: radtan\n  intrinsics: [545.0, 541.0, 320.0, 240.0]\n  resolution: [640, 480]\n  rostopic: /cam0/image_raw\n", sized},
		"EuRoC":          {"sensor_type: camera\nresolution: [640, 480]\ncamera_model: pinhole\nintrinsics: [545, 541, 320, 240] #fu, fv, cu, cv\ndistortion_model: radial-tangential\ndistortion_coefficients: [-0.01, 0.002, 0.0001, 0.0002]\n", sized},
		"a key each":     {`{"camera_model": "OPENCV", "fl_x": 545, "fl_y": 541, "cx": 320, "cy": 240, "w": 640, "h": 480, "k1": -0.01, "k2": 0.002, "p1": 1e-4, "p2": 2e-4}`, sized},
		"XML, a list":    {"<?xml version=\"1.0\"?>\n<opencv_storage>\n<cameraMatrix type_id=\"opencv-matrix\"><rows>3</rows><cols>3</cols><dt>d</dt><data>545. 0. 320. 0. 541. 240. 0. 0. 1.</data></cameraMatrix>\n<distCoeffs>-0.01 0.002\n 1e-4 2e-4 0.</distCoeffs>\n</opencv_storage>\n", want},
	} {
		if got, err := camera.ReadLens(strings.NewReader(c.text)); err != nil || *got != c.want {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, c.want)
		}
	}
}

// The fisheye of OpenCV and Kalibr, from files of both: what is 45 degrees off is shown at the polynomial of pi/4, and comes back.
func TestFisheye(t *testing.T) {
	want := camera.Lens{Fx: 545, Fy: 541, Cx: 320, Cy: 240, Fisheye: true, K1: 0.1, K2: -0.02, K3: 0.005, K4: -0.001}
	sized := want
	sized.Width, sized.Height = 640, 480
	const k = "K: [[545, 0, 320], [0, 541, 240], [0, 0, 1]]\n"
	for name, c := range map[string]struct {
		text string
		want camera.Lens
	}{
		"Kalibr":      {"cam0: {camera_model: pinhole, distortion_model: equidistant, distortion_coeffs: [0.1, -0.02, 0.005, -0.001], intrinsics: [545, 541, 320, 240], resolution: [640, 480]}\n", sized},
		"ROS":         {"distortion_model: equidistant\n" + k + "D: [0.1, -0.02, 0.005, -0.001]\n", want},
		"cv2.fisheye": {"distortion_model: fisheye\n" + k + "D: [[0.1], [-0.02], [0.005], [-0.001]]\n", want},
		"flag":        {"fisheye_model: 1\n" + k + "D: [0.1, -0.02, 0.005, -0.001]\n", want},
		"zeros":       {"distortion_model: equidistant\n" + k + "D: [0.1, -0.02, 0.005, -0.001, 0, 0, 0, 0]\n", want},
		"a key each":  {`{"camera_model": "OPENCV_FISHEYE", "fl_x": 545, "fl_y": 541, "cx": 320, "cy": 240, "k1": 0.1, "k2": -0.02, "k3": 0.005, "k4": -0.001}`, want},
	} {
		if got, err := camera.ReadLens(strings.NewReader(c.text)); err != nil || *got != c.want {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, c.want)
		}
	}
	a := math.Pi / 4
	d := a * (1 + 0.1*a*a - 0.02*math.Pow(a, 4) + 0.005*math.Pow(a, 6) - 0.001*math.Pow(a, 8))
	for _, c := range [][2][2]float64{
		{{320 + 545, 240}, {320 + 545*d, 240}},
		{{320 - 545*0.6, 240 + 541*0.8}, {320 - 545*0.6*d, 240 + 541*0.8*d}},
		{{320, 240}, {320, 240}},
	} {
		if got := want.Distort(c[0]); math.Hypot(got[0]-c[1][0], got[1]-c[1][1]) > 1e-9 {
			t.Errorf("%v is shown at %v, want %v", c[0], got, c[1])
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		p := [2]float64{rapid.Float64Range(0, 639).Draw(t, "x"), rapid.Float64Range(0, 479).Draw(t, "y")}
		u, ok := want.Undistort(p)
		if !ok {
			t.Fatal("no inverse inside the picture")
		}
		if q := want.Distort(u); math.Hypot(p[0]-q[0], p[1]-q[1]) > 1e-9 {
			t.Fatalf("%v came back as %v", p, q)
		}
	})
	if _, ok := want.Undistort([2]float64{320 + 545*3, 240}); ok {
		t.Error("what is behind the camera was undistorted")
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
		"npz":          {"PK\x03\x04rest", ".npz"},
		"npy":          {"\x93NUMPY\x01", ".npy"},
		"pickle":       {"\x80\x04\x95", "pickle"},
		"yaml.dump":    {"camera_matrix: !!python/object/apply:numpy.core.multiarray._reconstruct\n", "tolist"},
		"fisheye of 5": {"distortion_model: equidistant\nK: [[545, 0, 320], [0, 541, 240], [0, 0, 1]]\nD: [0.1, 0, 0, 0, 0]\n", "D has 5 numbers; a fisheye has 4"},
		"two models":   {"lens_type: Fisheye\ndistortion_model: plumb_bob\n" + plainLens, "another key says that the lens is a fisheye"},
		"Kalibr omni":  {"cam0: {camera_model: omni, distortion_model: radtan, distortion_coeffs: [0.1, 0, 0, 0], intrinsics: [0.8, 545, 541, 320, 240]}\n", "camera_model is omni"},
		"two cameras":  {"cam0: {intrinsics: [545, 541, 320, 240]}\ncam1: {intrinsics: [545, 541, 320, 240]}\n", "2 cameras"},
		"new model":    {"distortion_model: quartic\n" + plainLens, "quartic"},
		"rational set": {"K: [[545, 0, 320], [0, 541, 240], [0, 0, 1]]\nD: [0.1, 0, 0, 0, 0, 0.3, 0, 0]\n", "number 6 is 0.3"},
		"ragged":       {`{"camera_matrix": [[545, 0, 320], [0, 541], [0, 0, 1]], "dist": [0, 0, 0, 0]}`, "camera_matrix: its rows are not of one length"},
		"a word in it": {`{"camera_matrix": [[545, 0, "x"], [0, 541, 240], [0, 0, 1]], "dist": [0, 0, 0, 0]}`, "`x` is not a number"},
		"none of it":   {`{"focal": 545, "centre": [320, 240]}`, "its keys are centre, focal"},
		"two matrices": {"mtx: [[1, 0, 3], [0, 1, 2], [0, 0, 1]]\n" + plainLens, "has both"},
		"omnidir":      {"xi: [[1.2]]\n" + plainLens, "has xi"},
		"cv2.fisheye":  {`{"K": [[545, 0, 320], [0, 541, 240], [0, 0, 1]], "D": [[0.1], [0], [0], [0]]}`, "cv2.fisheye"},
		"MATLAB fish":  {`{"Intrinsics": {"MappingCoefficients": [880, 0, 0, 0]}, "MappingCoefficients": [880, 0, 0, 0]}`, "MappingCoefficients"},
		"Kalibr ds":    {"cam0: {camera_model: ds, distortion_model: none, distortion_coeffs: [], intrinsics: [-0.2, 0.6, 545, 541, 320, 240]}\n", "camera_model is ds"},
		"any key":      {"lens_type: Thin_Prism_Fisheye\n" + plainLens, "lens_type is Thin_Prism_Fisheye"},
		"key, fish":    {`{"camera_model": "OPENCV_FISHEYE", "fl_x": 545, "fl_y": 541, "cx": 320, "cy": 240, "k1": -0.01, "p1": 0.002}`, "it is a fisheye and has p1 and p2"},
		"key, k4":      {"fx: 545\nfy: 541\ncx: 320\ncy: 240\nk1: 0.1\nk4: 0.2\n", "k4 is 0.2"},
		"key, b1":      {"fx: 545\nfy: 541\ncx: 320\ncy: 240\nk1: 0.1\nb1: 0.2\n", "b1 is 0.2"},
		"key, p3":      {"fx: 545\nfy: 541\ncx: 320\ncy: 240\nk1: 0.1\np3: 0.2\n", "p3 is 0.2"},
		"key, no k":    {"fx: 545\nfy: 541\ncx: 320\ncy: 240\n", "no k1"},
		"transposed":   {`{"camera_matrix": [[545, 0, 0], [0, 541, 0], [320, 240, 1]], "dist": [0, 0, 0, 0]}`, "the form [[fx, 0, cx], [0, fy, cy], [0, 0, 1]]; MATLAB"},
		"no list":      {"[[545, 0, 320], [0, 541, 240], [0, 0, 1]]\n", "keys and values"},
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
	f.Add([]byte("cam0:\n  camera_model: pinhole\n  distortion_coeffs: [-0.01, 0.002, 0.0001, 0.0002]\n  distortion_model: radtan\n  intrinsics: [545.0, 541.0, 320.0, 240.0]\n"))
	f.Add([]byte(`{"camera_matrix": [[545, 0, 320], [0, 541, 240], [0, 0, 1]], "dist_coeff": [[-0.01, 0.002, 0.0001, 0.0002, 0]]}`))
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
