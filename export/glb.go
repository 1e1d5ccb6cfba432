package export

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"github.com/elastrain/elastrain/snapshot"
)

var glbFormat = Format{
	Name: "glb", Ending: ".glb", Cases: AllCases,
	Holds: "the network in space with the shape under every load case as a morph target, which an animation shows in turn; bonds coloured by force",
	Opens: "Blender, browsers, Windows 3D viewer, PowerPoint",
	Lacks: func(in *Input) []string {
		list := append(lacksCut(in.Snapshot), lacksKinds(in.Snapshot, 2, "a line")...)
		if n := len(in.Cases); n > mostTargets {
			list = append(list, fmt.Sprintf("the shapes of %d of %d cases are left out: viewers take about %d; --case N takes one", n-mostTargets, n, mostTargets))
		}
		return list
	},
	Says: func(in *Input) []string {
		if len(in.Cases) == 0 || !math.IsNaN(in.Scale) {
			return nil
		}
		scale := newShapes(in).scale
		if scale == 1 {
			return nil
		}
		return []string{fmt.Sprintf("displacements are magnified %.3g times; --scale 1 is to scale", scale)}
	},
	Refuses: fitsGLB, Write: writeGLB,
}

// mostTargets is how many morph targets viewers take.
const mostTargets = 8

// shapes are the lines of a network and how they move.
type shapes struct {
	m     *mesh
	lines []cell
	cases []snapshot.Case
	scale float64 // of displacements
}

func newShapes(in *Input) *shapes {
	s := &shapes{m: newMesh(in.Snapshot), cases: in.Cases[:min(len(in.Cases), mostTargets)]}
	for _, c := range s.m.cells {
		if len(c.points) == 2 {
			s.lines = append(s.lines, c)
		}
	}
	most, size := 0.0, 0.0
	for i := range s.cases {
		moved, across := s.m.largest(&s.cases[i])
		most, size = max(most, moved), across
	}
	s.scale = 1
	if most > 0 {
		s.scale = 0.1 * size / most // the point that moves most goes a tenth of the network
	}
	s.scale = in.magnified(s.scale)
	return s
}

type object = map[string]any

// writeGLB writes a binary glTF 2.0 file: a chunk of JSON, and one of numbers.
func writeGLB(w io.Writer, in *Input) error {
	s := newShapes(in)
	var views, accessors []object
	var binaryData []byte
	vertices := 2 * len(s.lines)
	// add appends numbers, and is the accessor of them.
	add := func(typ string, parts int, bounds bool, at func(row, part int) float32, rows int) int {
		begin := len(binaryData)
		lo, hi := make([]float64, parts), make([]float64, parts) // of float32, to the bit
		for row := range rows {
			for part := range parts {
				v := at(row, part)
				if row == 0 {
					lo[part], hi[part] = float64(v), float64(v)
				}
				lo[part], hi[part] = min(lo[part], float64(v)), max(hi[part], float64(v))
				binaryData = binary.LittleEndian.AppendUint32(binaryData, math.Float32bits(v))
			}
		}
		view := object{"buffer": 0, "byteOffset": begin, "byteLength": len(binaryData) - begin}
		if typ == "VEC3" {
			view["target"] = 34962 // of vertices
		}
		views = append(views, view)
		a := object{"bufferView": len(views) - 1, "componentType": 5126, "count": rows, "type": typ}
		if bounds {
			a["min"], a["max"] = lo, hi
		}
		accessors = append(accessors, a)
		return len(accessors) - 1
	}
	point := func(vertex int) int { return s.lines[vertex/2].points[vertex%2] }
	positions := add("VEC3", 3, true, func(v, axis int) float32 { return float32(s.m.at[point(v)][axis]) }, vertices)
	colours := s.colours()
	attributes := object{"POSITION": positions, "COLOR_0": add("VEC3", 3, false, func(v, part int) float32 { return colours[v/2][part] }, vertices)}
	var targets []object
	names := []string{}
	for i := range s.cases {
		c := &s.cases[i]
		targets = append(targets, object{"POSITION": add("VEC3", 3, true, func(v, axis int) float32 { return float32(s.scale * s.m.moved(c, point(v))[axis]) }, vertices)})
		name := c.Title
		if name == "" {
			name = fmt.Sprintf("%s %d", partName(in.Snapshot, c.Part), c.Sample)
		}
		names = append(names, name)
	}
	begin := len(binaryData)
	for v := range vertices {
		binaryData = binary.LittleEndian.AppendUint32(binaryData, uint32(v))
	}
	views = append(views, object{"buffer": 0, "byteOffset": begin, "byteLength": len(binaryData) - begin, "target": 34963}) // of indices
	accessors = append(accessors, object{"bufferView": len(views) - 1, "componentType": 5125, "count": vertices, "type": "SCALAR"})
	primitive := object{"attributes": attributes, "indices": len(accessors) - 1, "mode": 1, "material": 0}
	shape := object{"name": "network", "primitives": []object{primitive}, "extras": object{"targetNames": names, "magnification": s.scale, "source": in.Source}}
	node := object{"mesh": 0, "name": "network"}
	if in.Drawn.Dim == 3 {
		node["rotation"] = []float64{-math.Sqrt2 / 2, 0, 0, math.Sqrt2 / 2} // z is up here, and y there
	}
	doc := object{
		"asset": object{"version": "2.0", "generator": "elastrain"}, "scene": 0, "scenes": []object{{"nodes": []int{0}}}, "nodes": []object{node},
		"meshes":         []object{shape},
		"materials":      []object{{"name": "bonds", "pbrMetallicRoughness": object{"metallicFactor": 0, "roughnessFactor": 1}, "extensions": object{"KHR_materials_unlit": object{}}}},
		"extensionsUsed": []string{"KHR_materials_unlit"},
	}
	if n := len(targets); n > 0 {
		primitive["targets"] = targets
		weights := make([]float64, n)
		weights[0] = 1
		shape["weights"] = weights
		// Case by case from rest to load and back, 2 s each.
		keys := 2*n + 1
		input := add("SCALAR", 1, true, func(key, _ int) float32 { return float32(key) }, keys)
		output := add("SCALAR", 1, false, func(at, _ int) float32 {
			if key, target := at/n, at%n; key == 2*target+1 {
				return 1
			}
			return 0
		}, keys*n)
		doc["animations"] = []object{{"name": "loads", "samplers": []object{{"input": input, "output": output, "interpolation": "LINEAR"}},
			"channels": []object{{"sampler": 0, "target": object{"node": 0, "path": "weights"}}}}}
	}
	doc["buffers"], doc["bufferViews"], doc["accessors"] = []object{{"byteLength": len(binaryData)}}, views, accessors
	text, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	for len(text)%4 != 0 {
		text = append(text, ' ')
	}
	head := []byte("glTF")
	for _, v := range []uint32{2, uint32(12 + 8 + len(text) + 8 + len(binaryData)), uint32(len(text)), 0x4E4F534A} {
		head = binary.LittleEndian.AppendUint32(head, v)
	}
	middle := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, uint32(len(binaryData))), 0x004E4942)
	for _, part := range [][]byte{head, text, middle, binaryData} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// fitsGLB refuses a network that has no lines to show.
func fitsGLB(in *Input) error {
	for i := range in.Elements {
		if el := &in.Elements[i]; !el.Cut && len(el.Nodes) == 2 {
			return nil
		}
	}
	return fmt.Errorf("the network has no bonds that could be drawn; a .vtu file shows its nodes")
}

// colours are those of lines by the force of the first case: blue is pushed, red is pulled, grey bears nothing.
func (s *shapes) colours() [][3]float32 {
	list := make([][3]float32, len(s.lines))
	force := func(i int) float64 {
		el := &s.m.s.Elements[s.lines[i].element]
		if len(s.cases) == 0 || len(el.Modes) == 0 {
			return 0
		}
		return s.cases[0].Force[el.Mode]
	}
	most := 0.0
	for i := range list {
		most = max(most, math.Abs(force(i)))
	}
	for i := range list {
		share := 0.0
		if most > 0 {
			share = force(i) / most
		}
		end := [3]float64{0.70, 0.09, 0.17} // as in pictures of signed values
		if share < 0 {
			end = [3]float64{0.13, 0.40, 0.67}
		}
		for part := range 3 {
			list[i][part] = float32(0.75 + math.Abs(share)*(end[part]-0.75))
		}
	}
	return list
}
