package camera

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/elastrain/elastrain/internal/excerpt"
)

// mostCalibration is the size of a calibration file beyond which it is none.
const mostCalibration = 4 << 20

// ReadLens reads a calibration as people keep it: a file of OpenCV's FileStorage
// (YAML, XML or JSON), of ROS, of Kalibr, the lists that Python writes with
// numpy's tolist, or the JSON of MATLAB,
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
	if err := notText(text); err != nil {
		return nil, err
	}
	var t map[string]any
	switch {
	case bytes.HasPrefix(text, []byte("{")):
		t, err = readJSON(text)
	case bytes.HasPrefix(text, []byte("<")):
		t, err = readXML(text)
	default:
		t, err = readYAML(text)
	}
	var l *Lens
	if err == nil {
		if m := matlabOf(t, text); m != nil {
			l, err = m.lens()
		} else {
			l, err = lensOf(t)
		}
	}
	if err == nil {
		err = l.Check()
	}
	if err != nil {
		return nil, fmt.Errorf("the calibration cannot be used: %w", err)
	}
	return l, nil
}

// tolist is the way out for arrays of numpy in a form that only Python reads.
const tolist = `in Python, json.dump({"camera_matrix": K.tolist(), "dist_coeff": d.tolist()}, file) writes what can be read`

// notText names the files that people have and that are no text.
func notText(text []byte) error {
	for _, f := range []struct{ start, what string }{
		{"MATLAB 5.0", "this is a .mat file; in MATLAB, write jsonencode(toStruct(cameraParams)) to a text file and read that"},
		{"PK\x03\x04", "this is an .npz file of numpy, or another archive; " + tolist},
		{"\x93NUMPY", "this is an .npy file of numpy; " + tolist},
		{"\x80", "this is a pickle of Python; " + tolist},
		{"\xff\xfe", "this is UTF-16 text; save it as UTF-8"},
		{"\xfe\xff", "this is UTF-16 text; save it as UTF-8"},
	} {
		if bytes.HasPrefix(text, []byte(f.start)) {
			return errors.New(f.what)
		}
	}
	if bytes.Contains(text, []byte("!!python/")) {
		return errors.New("this is a dump of Python objects (!!python/...); " + tolist)
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return errors.New("this is no text; a calibration is YAML, XML or JSON")
	}
	return nil
}

// directive is OpenCV's "%YAML:1.0", which is not YAML, and its tag.
var directive = regexp.MustCompile(`(?m)^%YAML.*$|!!opencv-matrix`)

// anchor is where a name for later stands in YAML.
var anchor = regexp.MustCompile(`(?m)(^|[:\-,\[{])[ \t]*[&*][A-Za-z0-9_]`)

func readYAML(text []byte) (map[string]any, error) {
	if anchor.Match(text) {
		return nil, errors.New("it has YAML anchors or aliases, which no calibration needs")
	}
	var t map[string]any
	if err := yaml.Unmarshal(directive.ReplaceAll(text, nil), &t); err != nil {
		why, _, _ := strings.Cut(err.Error(), "\n")
		return nil, fmt.Errorf("it is no YAML of keys and values: %s", excerpt.Of(why, 200))
	}
	return t, nil
}

func readJSON(text []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var t map[string]any
	err := d.Decode(&t)
	if err == nil && d.More() {
		err = errors.New("something follows the object")
	}
	if err != nil {
		return nil, fmt.Errorf("it is no JSON of OpenCV, Python or MATLAB: %w", err)
	}
	return t, nil
}

// readXML takes the elements of opencv_storage; one without elements is its text.
func readXML(text []byte) (map[string]any, error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	root, path := map[string]any{}, []map[string]any{}
	var names []string
	var words strings.Builder
	fail := func(err error) (map[string]any, error) {
		return nil, fmt.Errorf("it is no XML of OpenCV: %w", err)
	}
	const deepest = 20
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fail(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(names) == 0 && t.Name.Local != "opencv_storage" || len(names) == deepest {
				return fail(fmt.Errorf("<%.40s> stands where <opencv_storage> is due", t.Name.Local))
			}
			names, path = append(names, t.Name.Local), append(path, map[string]any{})
			words.Reset()
		case xml.CharData:
			words.Write(t)
		case xml.EndElement:
			last := len(names) - 1
			name, inside := names[last], path[last]
			names, path = names[:last], path[:last]
			if last == 0 {
				root = inside
				continue
			}
			path[last-1][name] = any(inside)
			if len(inside) == 0 {
				path[last-1][name] = strings.TrimSpace(words.String())
			}
			words.Reset()
		}
	}
	if len(names) > 0 || len(root) == 0 {
		return fail(io.ErrUnexpectedEOF)
	}
	return root, nil
}
