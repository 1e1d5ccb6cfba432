package camera

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// table is a calibration as keys and values. Keys are compared without regard to
// case and underscores, because every tool writes them its own way.
type table struct {
	keys   map[string]string // as the file writes them, by plain name
	values map[string]any    // by plain name
}

func plainKey(key string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(key))
}

func newTable(t map[string]any) (*table, error) {
	out := &table{map[string]string{}, map[string]any{}}
	for key, v := range t {
		p := plainKey(key)
		if other, twice := out.keys[p]; twice {
			a, b := min(key, other), max(key, other)
			return nil, fmt.Errorf("it has both %.40s and %.40s; leave one of them in", a, b)
		}
		if v != nil {
			out.keys[p], out.values[p] = key, v
		}
	}
	return out, nil
}

// find is the value of the one key there is of those that mean the same; "" if
// there is none.
func (t *table) find(plain ...string) (key string, v any, err error) {
	for _, p := range plain {
		if _, ok := t.values[p]; !ok {
			continue
		}
		if key != "" {
			return "", nil, fmt.Errorf("it has both %s and %s; leave one of them in", key, t.keys[p])
		}
		key, v = t.keys[p], t.values[p]
	}
	return key, v, nil
}

// number is the value of a key that holds one number; 0 where there is none.
func (t *table) number(plain ...string) (float64, error) {
	key, v, err := t.find(plain...)
	if key == "" || err != nil {
		return 0, err
	}
	a, err := arrayOf(v)
	if err != nil || len(a.data) != 1 {
		return 0, fmt.Errorf("%s is no number", key)
	}
	return a.data[0], nil
}

func (t *table) word(plain ...string) (key, word string, err error) {
	key, v, err := t.find(plain...)
	if key == "" || err != nil {
		return "", "", err
	}
	word, ok := v.(string)
	if !ok {
		return "", "", fmt.Errorf("%s is no word", key)
	}
	return key, word, nil
}

// array is numbers with their shape: [3 3] is three rows of three.
type array struct {
	shape []int
	data  []float64
}

func (a *array) String() string {
	words := make([]string, len(a.shape))
	for i, n := range a.shape {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, " × ")
}

// arrayOf reads OpenCV's {rows, cols, data}, lists, lists of lists as numpy's tolist
// writes them, numbers in a text, and a single number.
func arrayOf(v any) (*array, error) {
	switch v := v.(type) {
	case map[string]any:
		t, err := newTable(v)
		if err != nil {
			return nil, err
		}
		rows, err := t.number("rows")
		if err != nil {
			return nil, err
		}
		cols, err := t.number("cols")
		if err != nil {
			return nil, err
		}
		a, err := arrayOf(t.values["data"])
		if err != nil {
			return nil, err
		}
		if rows != 0 || cols != 0 {
			if rows*cols != float64(len(a.data)) {
				return nil, fmt.Errorf("%d numbers for %g × %g", len(a.data), rows, cols)
			}
			a.shape = []int{int(rows), int(cols)}
		}
		return a, nil
	case []any:
		a := &array{shape: []int{len(v)}}
		for i, item := range v {
			inner, err := arrayOf(item)
			if err != nil {
				return nil, err
			}
			if i == 0 {
				a.shape = append(a.shape, inner.shape...)
			} else if !slices.Equal(inner.shape, a.shape[1:]) {
				return nil, errors.New("its rows are not of one length")
			}
			a.data = append(a.data, inner.data...)
		}
		return a, nil
	case string:
		a := &array{}
		for word := range strings.FieldsSeq(v) {
			x, err := strconv.ParseFloat(word, 64)
			if err != nil {
				return nil, fmt.Errorf("`%.40s` is not a number", word)
			}
			a.data = append(a.data, x)
		}
		if len(a.data) != 1 {
			a.shape = []int{len(a.data)}
		}
		return a, nil
	case json.Number:
		return arrayOf(string(v))
	case float64:
		return &array{data: []float64{v}}, nil
	case int, int64, uint64:
		return arrayOf(fmt.Sprint(v))
	case bool:
		if v {
			return &array{data: []float64{1}}, nil
		}
		return &array{data: []float64{0}}, nil
	}
	return nil, errors.New("it holds no numbers")
}

// The keys by which tools name the same thing, plain.
var (
	matrixKeys     = []string{"cameramatrix", "mtx", "k", "intrinsicmatrix", "intrinsics", "cameraintrinsics"}
	distortionKeys = []string{"distortioncoefficients", "distortioncoeffs", "distortioncoeff", "distcoeffs", "distcoeff", "distcoefs", "dist", "distortion", "d"}
)

// fisheyes are names of the fisheye of OpenCV and Kalibr, and others of models that are neither that nor a pinhole with the coefficients
// of Brown, plain.
var fisheyes = []string{"equidistant", "equi", "fisheye", "kannalabrandt", "kannalabrandt4", "kannalabrandt8", "kb4", "kb8", "opencvfisheye"}
var others = []string{"fov", "atan", "thinprismfisheye", "omni", "omnidirectional", "omniradtan", "ucm", "eucm", "ds", "doublesphere", "mei", "scaramuzza", "ocamcalib"}

// lensOf is the lens of a calibration of OpenCV, ROS, Python or Kalibr.
func lensOf(all map[string]any) (*Lens, error) {
	if camera, err := kalibr(all); err != nil {
		return nil, err
	} else if camera != nil {
		all = camera
	}
	t, err := newTable(all)
	if err != nil {
		return nil, err
	}
	l := &Lens{}
	none, err := t.model(l)
	if err != nil {
		return nil, err
	}
	flat, err := t.flat(l, none)
	if err != nil {
		return nil, err
	}
	if !flat {
		if err := t.matrix(l); err != nil {
			return nil, err
		}
		if err := t.distortion(l, none); err != nil {
			return nil, err
		}
	}
	if err := t.pictures(l); err != nil {
		return nil, err
	}
	l.RMS, err = t.number("avgreprojectionerror")
	return l, err
}

// kalibr is the one camera of a file of Kalibr; nil if it is no such file.
func kalibr(all map[string]any) (map[string]any, error) {
	var camera map[string]any
	count := 0
	for key, v := range all {
		if m, ok := v.(map[string]any); ok && strings.HasPrefix(key, "cam") && len(key) > 3 && strings.Trim(key[3:], "0123456789") == "" {
			camera = m
			count++
		}
	}
	if count > 1 {
		return nil, fmt.Errorf("it has %d cameras (cam0, cam1, ...); leave in the one that takes the photographs", count)
	}
	return camera, nil
}

// model refuses by name what is neither the pinhole with the coefficients of Brown nor the fisheye of OpenCV and Kalibr. none:
// the file says that there is no distortion.
func (t *table) model(l *Lens) (none bool, err error) {
	for _, keys := range [][]string{{"fisheyemodel"}, {"fisheye"}} {
		is, err := t.number(keys...)
		if err != nil {
			return false, err
		}
		l.Fisheye = l.Fisheye || is != 0
	}
	for _, plain := range slices.Sorted(maps.Keys(t.values)) {
		key := t.keys[plain]
		word, ok := t.values[plain].(string)
		l.Fisheye = l.Fisheye || ok && slices.Contains(fisheyes, plainKey(word))
		if ok && slices.Contains(others, plainKey(word)) {
			return false, fmt.Errorf("%s is %s, a model that is not known here; calibrate with plumb_bob (OpenCV, ROS) or radtan (Kalibr), whose coefficients are k1 k2 p1 p2 k3, or with equidistant (fisheye), k1 k2 k3 k4", key, word)
		}
		switch plain {
		case "xi", "mappingcoefficients", "stretchmatrix", "polynomial":
			return false, fmt.Errorf("it has %s: an omnidirectional or fisheye camera has another model; calibrate as a pinhole camera with k1 k2 p1 p2 k3", key)
		}
	}
	key, word, err := t.word("distortionmodel")
	if err != nil {
		return false, err
	}
	switch p := plainKey(word); {
	case slices.Contains(fisheyes, p):
	case slices.Contains([]string{"plumbbob", "radtan", "radialtangential", "brownconrady", "rationalpolynomial"}, p) && l.Fisheye:
		return false, fmt.Errorf("%s is %s, and another key says that the lens is a fisheye; leave one of them out", key, word)
	case slices.Contains([]string{"", "plumbbob", "radtan", "radialtangential", "brownconrady", "opencv", "rationalpolynomial"}, p):
	case p == "none":
		none = true
	default:
		return false, fmt.Errorf("%s is %.40s, which is not known here; known are plumb_bob, radtan, none, and rational_polynomial where k4 and all further coefficients are 0", key, word)
	}
	if key, word, err = t.word("cameramodel"); err != nil {
		return false, err
	}
	switch p := plainKey(word); {
	case slices.Contains([]string{"", "pinhole", "perspective", "opencv", "pinholeradtan", "pinholeequi"}, p), slices.Contains(fisheyes, p):
	default:
		return false, fmt.Errorf("%s is %.40s; only pinhole cameras and fisheyes (equidistant) are known here", key, word)
	}
	return none, nil
}

// matrix reads the camera matrix, or the four numbers of Kalibr.
func (t *table) matrix(l *Lens) error {
	key, v, err := t.find(matrixKeys...)
	if err != nil {
		return err
	}
	if key == "" {
		return fmt.Errorf("it has no camera_matrix (or cameraMatrix, mtx, K, in Kalibr's file intrinsics)%s", t.list())
	}
	a, err := arrayOf(v)
	if err != nil {
		return fmt.Errorf("%s: %w; it must be 3 × 3", key, err)
	}
	k := a.data
	switch {
	case plainKey(key) == "intrinsics" && len(k) == 4:
		l.Fx, l.Fy, l.Cx, l.Cy = k[0], k[1], k[2], k[3]
		return nil
	case len(k) != 9 || !slices.Equal(a.shape, []int{3, 3}) && len(a.shape) != 1:
		return fmt.Errorf("%s is %v with %d numbers; it must be 3 × 3", key, a, len(k))
	}
	l.Fx, l.Cx, l.Fy, l.Cy = k[0], k[2], k[4], k[5]
	return noSkew(k[1], k[3], k[6], k[7], k[8]-1, l.Fx)
}

func (t *table) distortion(l *Lens, none bool) error {
	key, v, err := t.find(distortionKeys...)
	if err != nil {
		return err
	}
	if key == "" {
		if none {
			return nil
		}
		return fmt.Errorf("it has no distortion_coefficients (or distCoeffs, dist_coeff, dist, D, in Kalibr's file distortion_coeffs)%s", t.list())
	}
	a, err := arrayOf(v)
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	d := a.data
	if keyD, model := plainKey(key) == "d", t.values["distortionmodel"] == nil && !l.Fisheye; keyD && model && slices.Equal(a.shape, []int{4, 1}) {
		return fmt.Errorf("%s is a column of 4 numbers, as cv2.fisheye writes it and cv2.calibrateCamera does not; say which it is, distortion_model: equidistant for a fisheye, or plumb_bob", key)
	}
	switch n := len(d); {
	case none && n == 0:
		return nil
	case l.Fisheye && n != 4 && n < 8:
		return fmt.Errorf("%s has %d numbers; a fisheye has 4: k1 k2 k3 k4", key, n)
	case l.Fisheye:
		l.K1, l.K2, l.K3, l.K4 = d[0], d[1], d[2], d[3]
		for i, c := range d[4:] {
			if c != 0 {
				return fmt.Errorf("%s: number %d is %g; a fisheye has 4: k1 k2 k3 k4", key, i+5, c)
			}
		}
		return nil
	case n != 4 && n != 5 && n != 8 && n != 12 && n != 14:
		return fmt.Errorf("%s has %d numbers; there must be 4, 5, 8, 12 or 14: k1 k2 p1 p2 k3 and zeros", key, n)
	}
	if none {
		for i, c := range d {
			if c != 0 {
				return fmt.Errorf("%s %d is %g, but distortion_model is none; say which of the two holds", key, i+1, c)
			}
		}
	}
	l.K1, l.K2, l.P1, l.P2 = d[0], d[1], d[2], d[3]
	if len(d) == 4 {
		return nil
	}
	l.K3 = d[4]
	for i, c := range d[5:] {
		if c != 0 {
			return fmt.Errorf("%s: number %d is %g; only the five k1 k2 p1 p2 k3 are known here: calibrate without the rational, thin prism and tilted models", key, i+6, c)
		}
	}
	return nil
}

// pictures reads the size of the pictures of the calibration, if it is there.
func (t *table) pictures(l *Lens) error {
	w, err := t.number("imagewidth", "width", "w")
	if err != nil {
		return err
	}
	h, err := t.number("imageheight", "height", "h")
	if err != nil {
		return err
	}
	if key, v, err := t.find("resolution"); err != nil {
		return err
	} else if key != "" && w == 0 && h == 0 {
		a, err := arrayOf(v)
		if err != nil || len(a.data) != 2 {
			return fmt.Errorf("%s is not a width and a height", key)
		}
		w, h = a.data[0], a.data[1]
	}
	l.Width, l.Height, err = size(w, h)
	return err
}

// list is the keys of the file, to be found by whoever reads the message.
func (t *table) list() string {
	var keys []string
	for _, key := range t.keys {
		keys = append(keys, fmt.Sprintf("%.30s", key))
	}
	slices.Sort(keys)
	switch n := len(keys); {
	case n == 0:
		return "; it has no keys at all"
	case n > 12:
		keys = append(keys[:12], "...")
	}
	return "; its keys are " + strings.Join(keys, ", ")
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
			return errors.New("the camera matrix is not of the form [[fx, 0, cx], [0, fy, cy], [0, 0, 1]]; MATLAB writes the transposed one, as IntrinsicMatrix")
		}
	}
	return nil
}
