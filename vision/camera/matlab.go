package camera

import (
	"encoding/json"
	"errors"
	"fmt"
)

// matlab is what jsonencode(toStruct(cameraParams)) has of a lens. Depending on
// the release the intrinsics are K, its transpose IntrinsicMatrix, or their
// entries (also those of a cameraIntrinsics object).
type matlab struct {
	K                    [][]float64
	IntrinsicMatrix      [][]float64
	FocalLength          []float64
	PrincipalPoint       []float64
	Skew                 float64
	RadialDistortion     []float64
	TangentialDistortion []float64
	ImageSize            []float64
	MeanReprojection     float64 `json:"MeanReprojectionError"`
}

// matlabOf is the file as MATLAB writes it; nil if it is another's. K alone does not
// tell: Python users call their matrix so, and count pixels from 0.
func matlabOf(t map[string]any, text []byte) *matlab {
	known := false
	for _, key := range []string{"RadialDistortion", "IntrinsicMatrix", "FocalLength", "PrincipalPoint"} {
		known = known || t[key] != nil
	}
	m := new(matlab)
	if !known || json.Unmarshal(text, m) != nil {
		return nil
	}
	return m
}

func (m *matlab) lens() (*Lens, error) {
	l := &Lens{RMS: m.MeanReprojection}
	at := func(k [][]float64, i, j int) float64 { return k[i][j] }
	k := m.K
	if k == nil {
		k = m.IntrinsicMatrix
		at = func(k [][]float64, i, j int) float64 { return k[j][i] }
	}
	switch {
	case k != nil:
		if len(k) != 3 || len(k[0]) != 3 || len(k[1]) != 3 || len(k[2]) != 3 {
			return nil, errors.New("its camera matrix is not 3 × 3")
		}
		l.Fx, l.Fy, l.Cx, l.Cy = at(k, 0, 0), at(k, 1, 1), at(k, 0, 2), at(k, 1, 2)
		if err := noSkew(at(k, 0, 1), at(k, 1, 0), at(k, 2, 0), at(k, 2, 1), at(k, 2, 2)-1, l.Fx); err != nil {
			return nil, err
		}
	case len(m.FocalLength) == 2 && len(m.PrincipalPoint) == 2:
		l.Fx, l.Fy, l.Cx, l.Cy = m.FocalLength[0], m.FocalLength[1], m.PrincipalPoint[0], m.PrincipalPoint[1]
		if err := noSkew(m.Skew, 0, 0, 0, 0, l.Fx); err != nil {
			return nil, err
		}
	default:
		return nil, errors.New("it has neither K nor IntrinsicMatrix nor FocalLength and PrincipalPoint")
	}
	// MATLAB counts pixels from 1.
	l.Cx--
	l.Cy--
	switch r := m.RadialDistortion; len(r) {
	case 3:
		l.K1, l.K2, l.K3 = r[0], r[1], r[2]
	case 2:
		l.K1, l.K2 = r[0], r[1]
	default:
		return nil, fmt.Errorf("RadialDistortion has %d numbers; there must be 2 or 3", len(r))
	}
	switch t := m.TangentialDistortion; len(t) {
	case 2:
		l.P1, l.P2 = t[0], t[1]
	case 0:
	default:
		return nil, fmt.Errorf("TangentialDistortion has %d numbers; there must be 2", len(t))
	}
	if len(m.ImageSize) == 2 { // rows, columns
		var err error
		if l.Width, l.Height, err = size(m.ImageSize[1], m.ImageSize[0]); err != nil {
			return nil, err
		}
	}
	return l, nil
}
