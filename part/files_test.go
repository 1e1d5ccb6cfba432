package part

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
)

// closed checks that every edge of triangles is met once each way, and returns their volume.
func closed(t *testing.T, what string, corners [][3][3]float64) (volume float64) {
	t.Helper()
	edges := map[[2][3]float64]int{}
	for _, c := range corners {
		for i := range c {
			edges[[2][3]float64{c[i], c[(i+1)%3]}]++
		}
		volume += dot(c[0], cross(c[1], c[2])) / 6
	}
	for e, n := range edges {
		if n != 1 || edges[[2][3]float64{e[1], e[0]}] != 1 {
			t.Fatalf("%s: the edge from %v to %v is met %d times, and %d times back", what, e[0], e[1], n, edges[[2][3]float64{e[1], e[0]}])
		}
	}
	return volume
}

func readSTL(t *testing.T, file []byte) (corners [][3][3]float64) {
	t.Helper()
	n := int(binary.LittleEndian.Uint32(file[80:]))
	if len(file) != 84+50*n {
		t.Fatalf("%d bytes for %d facets", len(file), n)
	}
	for f := range n {
		number := func(i int) float64 {
			return float64(math.Float32frombits(binary.LittleEndian.Uint32(file[84+50*f+4*i:])))
		}
		var normal [3]float64
		var c [3][3]float64
		for axis := range 3 {
			normal[axis] = number(axis)
			for k := range c {
				c[k][axis] = number(3 + 3*k + axis)
			}
		}
		if dot(normal, cross(minus(c[1], c[0]), minus(c[2], c[0]))) <= 0 {
			t.Errorf("facet %d looks the other way", f)
		}
		corners = append(corners, c)
	}
	return corners
}

func read3MF(t *testing.T, file []byte) (corners [][3][3]float64) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("3D/3dmodel.model")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	var model struct {
		Unit    string `xml:"unit,attr"`
		Objects []struct {
			Points []struct {
				X float64 `xml:"x,attr"`
				Y float64 `xml:"y,attr"`
				Z float64 `xml:"z,attr"`
			} `xml:"mesh>vertices>vertex"`
			Triangles []struct {
				A int `xml:"v1,attr"`
				B int `xml:"v2,attr"`
				C int `xml:"v3,attr"`
			} `xml:"mesh>triangles>triangle"`
		} `xml:"resources>object"`
	}
	if err := xml.Unmarshal(text, &model); err != nil {
		t.Fatal(err)
	}
	if model.Unit != "millimeter" || len(model.Objects) != 1 {
		t.Fatalf("unit %q, %d objects", model.Unit, len(model.Objects))
	}
	at := func(i int) [3]float64 { p := model.Objects[0].Points[i]; return [3]float64{p.X, p.Y, p.Z} }
	for _, f := range model.Objects[0].Triangles {
		corners = append(corners, [3][3]float64{at(f.A), at(f.B), at(f.C)})
	}
	return corners
}

// contour is a ring with its layer, as a drawing has it.
type contour struct {
	layer string
	ring  []Point
}

func readSVG(t *testing.T, file []byte) (list []contour) {
	t.Helper()
	var drawing struct {
		Groups []struct {
			ID    string `xml:"id,attr"`
			Paths []struct {
				D string `xml:"d,attr"`
			} `xml:"path"`
		} `xml:"g"`
	}
	if err := xml.Unmarshal(file, &drawing); err != nil {
		t.Fatal(err)
	}
	for _, g := range drawing.Groups {
		for _, p := range g.Paths {
			inner, ok := strings.CutPrefix(p.D, "M")
			inner, shut := strings.CutSuffix(inner, " Z")
			if !ok || !shut {
				t.Fatalf("a path is not closed: %s", p.D)
			}
			var ring []Point
			for _, pair := range strings.Split(inner, " L") {
				var q Point
				if _, err := fmt.Sscan(pair, &q[0], &q[1]); err != nil {
					t.Fatal(err)
				}
				q[1] = -q[1] // y is down there
				ring = append(ring, q)
			}
			list = append(list, contour{g.ID, ring})
		}
	}
	return list
}

func readDXF(t *testing.T, file []byte) (list []contour) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(string(file)), "\n")
	entity := ""
	for i := 0; i+1 < len(lines); i += 2 {
		code, err := strconv.Atoi(strings.TrimSpace(lines[i]))
		if err != nil {
			t.Fatal(err)
		}
		value := lines[i+1]
		if code == 0 {
			if entity = value; entity == "POLYLINE" {
				list = append(list, contour{})
			}
			if entity == "VERTEX" {
				list[len(list)-1].ring = append(list[len(list)-1].ring, Point{})
			}
			continue
		}
		if entity != "POLYLINE" && entity != "VERTEX" {
			continue
		}
		last := &list[len(list)-1]
		switch {
		case code == 8:
			last.layer = value
		case entity == "POLYLINE" && code == 70 && value != "1":
			t.Error("a polyline is open")
		case entity == "VERTEX" && (code == 10 || code == 20):
			v, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Fatal(err)
			}
			last.ring[len(last.ring)-1][code/10-1] = v
		}
	}
	return list
}

// area is that of a drawing: edges less holes, by the sense of their contours.
func area(t *testing.T, what string, list []contour) (sum float64) {
	t.Helper()
	for _, c := range list {
		if c.layer == "MARKS" {
			continue
		}
		a := 0.
		for i, p := range c.ring {
			q := c.ring[(i+1)%len(c.ring)]
			a += (p[0]*q[1] - p[1]*q[0]) / 2
		}
		if (a > 0) != (c.layer == "CUT") {
			t.Errorf("%s: a contour of layer %s runs the other way", what, c.layer)
		}
		sum += a
	}
	return sum
}

// What stands in the four files that machines take is one closed body, or closed contours in their layers, and they agree:
// the area of the drawing times the thickness is the volume of the body.
func TestFilesThatAreMade(t *testing.T) {
	s := example(t, "behaviour", "")
	for _, o := range []Options{{}, {Fillet: 0.5e-3, Pins: 3e-3, Ears: 2e-3, Dots: 2e-3, Frame: 5e-3, Feature: 0.4e-3}} {
		p, err := New(s, o)
		if err != nil {
			t.Fatal(err)
		}
		body, err := p.Body()
		if err != nil {
			t.Fatal(err)
		}
		outline, err := p.Outline()
		if err != nil {
			t.Fatal(err)
		}
		var stl, threemf, svg, dxf bytes.Buffer
		for _, err := range []error{body.WriteSTL(&stl, "a"), body.Write3MF(&threemf, "a < b"), outline.WriteSVG(&svg, "a & b"), outline.WriteDXF(&dxf)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		volume := closed(t, "STL", readSTL(t, stl.Bytes()))
		near(t, "the volume of the 3MF body", closed(t, "3MF", read3MF(t, threemf.Bytes())), volume, 1e-5)
		near(t, "the volume of the body", body.Volume(), volume, 1e-5)
		inSVG, inDXF := area(t, "SVG", readSVG(t, svg.Bytes())), area(t, "DXF", readDXF(t, dxf.Bytes()))
		near(t, "the area of the SVG drawing", inSVG, inDXF, 3e-5) // places are rounded to 0.1 um
		thickness := 0.
		for _, c := range readSTL(t, stl.Bytes()) {
			for _, q := range c {
				thickness = max(thickness, math.Abs(q[2]))
			}
		}
		low := 0.
		for _, q := range body.Points {
			low = min(low, q[2])
		}
		if o.Dots == 0 { // dots stand out
			near(t, "area times thickness", inDXF*(thickness-low), volume, 1e-4)
		}
	}
}
