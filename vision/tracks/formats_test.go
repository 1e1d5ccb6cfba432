package tracks_test

import (
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/vision/tracks"
)

// Two marks at (10, 10) and (30, 10) mm, which in the last frame are 6 mm further to the right, as other programs write them.
const (
	dlc = "scorer,DLC_net,DLC_net,DLC_net,DLC_net,DLC_net,DLC_net\nbodyparts,left,left,left,right,right,right\ncoords,x,y,likelihood,x,y,likelihood\n" +
		"0,10.0,10.0,0.99,30.0,10.0,0.98\n1,12,10,0.99,99,99,0.1\n2,16.0,10.0,1.0,36.0,10.0,0.97\n"
	dlcMany = "scorer,,,me,me,me,me\nindividuals,,,a,a,b,b\nbodyparts,,,mark,mark,mark,mark\ncoords,,,x,y,x,y\nlabeled-data,film,img000.png,10,10,30,10\nlabeled-data,film,img012.png,16,10,36,10\n"
	mdf     = "MTrackJ 1.5.1 Data File\nDisplaying true true true 1 2 0 4 100 4 0 0 0 2 1 12 0 true true true false\nAssembly 1 FF0000\nCluster 1 FF0000\nTrack 1 FF0000 true\nPoint 1 10.0 10.0 1.0 1.0 1.0\nPoint 2 16.0 10.0 1.0 2.0 1.0\n" +
		"Cluster 2 00FF00\nTrack 1 FF0000 true\nPoint 1 30.0 10.0 1.0 1.0 1.0\nPoint 2 36.0 10.0 1.0 2.0 1.0\nEnd of MTrackJ Data File\n"
	mateModel = `<?xml version="1.0" encoding="UTF-8"?>
<TrackMate version="7.11.1">
<Model spatialunits="pixel" timeunits="frame"><AllSpots nspots="5"><SpotsInFrame frame="0">
<Spot ID="1" POSITION_X="10.0" POSITION_Y="10.0" POSITION_T="0.0" FRAME="0" VISIBILITY="1" />
<Spot ID="2" POSITION_X="30.0" POSITION_Y="10.0" POSITION_T="0.0" FRAME="0" VISIBILITY="1" />
</SpotsInFrame><SpotsInFrame frame="1">
<Spot ID="3" POSITION_X="16.0" POSITION_Y="10.0" POSITION_T="1.0" FRAME="1" VISIBILITY="1" />
<Spot ID="4" POSITION_X="36.0" POSITION_Y="10.0" POSITION_T="1.0" FRAME="1" VISIBILITY="1" />
<Spot ID="5" POSITION_X="16.1" POSITION_Y="10.0" POSITION_T="1.0" FRAME="1" VISIBILITY="0" />
</SpotsInFrame></AllSpots>
<AllTracks><Track TRACK_ID="0"><Edge SPOT_SOURCE_ID="1" SPOT_TARGET_ID="3"/></Track><Track TRACK_ID="1"><Edge SPOT_SOURCE_ID="2" SPOT_TARGET_ID="4"/></Track></AllTracks>
<FilteredTracks><TrackID TRACK_ID="0"/><TrackID TRACK_ID="1"/></FilteredTracks></Model></TrackMate>
`
	mateTracks   = `<?xml version="1.0" encoding="UTF-8"?><Tracks nTracks="2" spaceUnits="mm" frameInterval="1.0"><particle nSpots="2"><detection t="0" x="10" y="10" z="0"/><detection t="1" x="16" y="10" z="0"/></particle><particle nSpots="2"><detection t="0" x="30" y="10" z="0"/><detection t="1" x="36" y="10" z="0"/></particle></Tracks>`
	napariPoints = "index,axis-0,axis-1\n0,10.0,10.0\n1,10.0,30.0\n"
)

var millimetres = tracks.Unit{Metre: 1e-3}

func TestFormats(t *testing.T) {
	for name, c := range map[string]struct {
		text, format string
		first, last  int
		lost         int
		columns      map[string]string
		note         string
	}{
		"DeepLabCut":             {dlc, "DeepLabCut", 0, 2, 1, nil, "points with a likelihood below 0.6, the cutoff of DeepLabCut, count as lost: 1"},
		"DeepLabCut, several":    {dlcMany, "DeepLabCut", 0, 12, 0, nil, ""},
		"DeepLabCut in UTF-16":   {"\xff\xfe" + wide(dlc), "DeepLabCut", 0, 2, 1, nil, ""},
		"MTrackJ":                {mdf, "MTrackJ", 1, 2, 0, nil, "tracks of several clusters have one number"},
		"MTrackJ, slices":        {strings.NewReplacer("1.0 1.0 1.0\nPoint", "1.0 1.0 1.0\nPoint", "10.0 1.0 2.0 1.0", "10.0 2.0 1.0 1.0").Replace(mdf), "MTrackJ", 1, 2, 0, nil, "t is the same in all points, so frames are their slices z"},
		"MTrackJ, its table":     {"Nr\tCID\tTID\tPID\tx [mm]\ty [mm]\tt [sec]\tI [val]\n1\t1\t1\t1\t10\t10\t0\t9\n2\t1\t1\t2\t16\t10\t0.5\t9\n3\t2\t1\t1\t30\t10\t0\t9\n4\t2\t1\t2\t36\t10\t0.5\t9\n", "MTrackJ", 0, 1, 0, nil, "frames are the times of `t [sec]` in their order"},
		"TrackMate XML":          {mateModel, "TrackMate", 0, 1, 0, nil, "spots that the filters of TrackMate hide are left out: 1"},
		"TrackMate tracks":       {mateTracks, "TrackMate", 0, 1, 0, nil, ""},
		"napari tracks":          {"ID,T,Y,X\n0,0,10,10\n1,0,10,30\n0,1,10,16\n1,1,10,36\n", "ImageJ", 0, 1, 0, nil, "frames are the times of `T` in their order"},
		"napari points, in time": {"index,axis-0,axis-1,axis-2,label\n0,0,10,10,a\n1,0,10,30,b\n2,1,10,16,a\n3,1,10,36,b\n", "napari", 0, 1, 0, map[string]string{"frame": "axis-0", "particle": "label"}, ""},
		"columns of other names": {"n;nr;cx;cy;x\n0;1;10;10;5\n0;2;30;10;5\n1;1;16;10;5\n1;2;36;10;5\n", "trackpy", 0, 1, 0, map[string]string{"frame": "n", "particle": "nr", "x": "cx", "y": "cy"}, "not read: `x`"},
	} {
		unit := millimetres
		unit.Columns = c.columns
		s, err := tracks.Read(strings.NewReader(c.text), unit)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if s.Format != c.format || s.Lost != c.lost || !strings.Contains(strings.Join(s.Notes, "|"), c.note) {
			t.Errorf("%s: %s, %d lost, %q", name, s.Format, s.Lost, s.Notes)
		}
		got, err := s.Follow([][2]float64{{0.010, 0.010}, {0.030, 0.010}}, 5e-3, c.first, c.last)
		if err != nil || !got[0].Seen || !got[1].Seen || math.Abs(got[0].X[0]-0.016) > 1e-12 || math.Abs(got[1].X[0]-0.036) > 1e-12 || math.Abs(got[1].X[1]-0.010) > 1e-12 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	s, err := tracks.Read(strings.NewReader(dlc), millimetres)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.Follow([][2]float64{{0.010, 0.010}, {0.030, 0.010}}, 5e-3, 0, 1); err != nil || got[1].Seen || math.Abs(got[0].X[0]-0.012) > 1e-12 {
		t.Errorf("a mark of little likelihood: %+v, %v", got, err)
	}
	s, err = tracks.Read(strings.NewReader(napariPoints), millimetres)
	if err != nil || s.Format != "napari" || s.Points[1].X != [2]float64{0.030, 0.010} {
		t.Errorf("napari: %+v, %v", s, err)
	}
}

func wide(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		b.WriteByte(c)
		b.WriteByte(0)
	}
	return b.String()
}

func TestFormatsRefuse(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		columns map[string]string
		want    string
	}{
		"no coords":           {"scorer,a,a\nbodyparts,m,m\n0,1,2\n", nil, "without its line `coords`"},
		"cut off":             {strings.TrimSuffix(dlc, ",10.0,0.97\n"), nil, "line 6: 5 cells, and the header has 7"},
		"a word":              {strings.Replace(dlc, "16.0", "left", 1), nil, "line 6, column 2 `left x`: \"left\" is not a number"},
		"frame twice":         {strings.Replace(dlc, "\n2,16.0", "\n1,16.0", 1), nil, "line 6: a second line of frame 1"},
		"no frame":            {strings.Replace(dlc, "\n2,16.0", "\nlast,16.0", 1), nil, "\"last\" numbers no frame"},
		"MTrackJ cut off":     {strings.TrimSuffix(mdf, "End of MTrackJ Data File\n"), nil, "it is cut off"},
		"MTrackJ slices":      {strings.Replace(mdf, "Point 2 36.0 10.0 1.0", "Point 2 36.0 10.0 2.0", 1), nil, "line 11: z is 2 here and 1 on line 7, at the same t"},
		"MTrackJ channels":    {strings.Replace(mdf, "Point 2 36.0 10.0 1.0 2.0 1.0", "Point 2 36.0 10.0 1.0 2.0 2.0", 1), nil, "line 11: a point of channel 2.0, and others are of channel 1.0"},
		"MTrackJ half frames": {strings.Replace(mdf, "Point 2 36.0 10.0 1.0 2.0", "Point 2 36.0 10.0 1.0 2.5", 1), nil, "line 11: t = 2.5 is no number of a frame"},
		"another unit":        {strings.Replace(mateModel, `spatialunits="pixel"`, `spatialunits="micron"`, 1), nil, "line 3: the file says micron, and one unit is given as 0.001 m; give --unit um"},
		"no spot":             {strings.Replace(mateModel, `SPOT_TARGET_ID="4"`, `SPOT_TARGET_ID="9"`, 1), nil, "an edge of spot \"9\", which does not exist"},
		"broken XML":          {mateModel[:400], nil, "it is no XML"},
		"another XML":         {"<?xml version='1.0'?><kml></kml>", nil, "an XML file that is not TrackMate's"},
		"napari, three axes":  {"index,axis-0,axis-1,axis-2\n0,0,10,10\n", nil, "axis-0 may be the time or the depth: say that it is the time by --columns frame=axis-0"},
		"napari shapes":       {"index,shape-type,vertex-index,axis-0,axis-1\n0,path,0,1,2\n", nil, "these are shapes of napari, not points"},
		"no such column":      {"a,b\n1,2\n", map[string]string{"x": "c"}, "line 1: there is no column `c`, which is named for x: there are `a`, `b`"},
		"columns of no table": {mdf, map[string]string{"x": "c"}, "columns are named, and the file is no table"},
		"pixels and lengths":  {"x [mm],y [mm],u [px],v [px]\n1,2,0,0\n", nil, "line 1, column 4 `v [px]`: pixels, and \"y [mm]\" is a length"},
		"no columns":          {"a,b\n1,2\n", nil, "others are named by --columns, as x=NAME"},
	} {
		unit := millimetres
		unit.Columns = c.columns
		if _, err := tracks.Read(strings.NewReader(c.text), unit); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", name, err, c.want)
		}
	}
}

// One measurement in several files: photographs by the numbers in their names, or the subsets of DICe with all frames.
func TestReadAll(t *testing.T) {
	files := func(list ...string) (out []tracks.File) {
		for i := 0; i < len(list); i += 2 {
			out = append(out, tracks.File{Name: list[i], Text: strings.NewReader(list[i+1])})
		}
		return out
	}
	subset := func(x, u string) string {
		return "FRAME,COORDINATE_X,COORDINATE_Y,DISPLACEMENT_X,DISPLACEMENT_Y,SIGMA,STATUS_FLAG\n1," + x + ",10,0,0,0.01,4\n2," + x + ",10," + u + ",0,0.02,4\n"
	}
	s, err := tracks.ReadAll(files("DICe_solution_0.txt", subset("10", "6"), "DICe_solution_1.txt", subset("30", "5")), millimetres)
	if err != nil {
		t.Fatal(err)
	}
	nodes := [][2]float64{{0.0101, 0.010}, {0.030, 0.010}, {0.090, 0}}
	got, err := s.At(nodes, 5e-3, 2)
	if err != nil || math.Abs(got[0].X[0]-0.0161) > 1e-12 || math.Abs(got[1].X[0]-0.035) > 1e-12 || got[1].Sigma != 2e-5 || got[2].Seen {
		t.Errorf("%+v, %v", got, err)
	}
	frame := func(u string) string {
		return "SUBSET_ID,COORDINATE_X,COORDINATE_Y,DISPLACEMENT_X,DISPLACEMENT_Y\n0,10,10," + u + ",0\n1,30,10," + u + ",0\n"
	}
	s, err = tracks.ReadAll(files("out/DICe_solution_0.txt", frame("0"), "out/DICe_solution_12.txt", frame("6")), millimetres)
	if err != nil {
		t.Fatal(err)
	}
	if got, err = s.At(nodes[:2], 5e-3, 12); err != nil || math.Abs(got[1].X[0]-0.036) > 1e-12 || !strings.Contains(strings.Join(s.Notes, "|"), "frames are the numbers in the names of the files") {
		t.Errorf("%+v, %v, %q", got, err, s.Notes)
	}
	for want, list := range map[string][]string{
		"second.csv: nothing says which photograph it shows": {"first1.csv", "x,y\n1,1\n", "second.csv", "x,y\n2,1\n"},
		"both are frame 1":                                {"a1.csv", "x,y\n1,1\n", "b1.csv", "x,y\n2,1\n"},
		"several measurements":                            {"a1.csv", "frame,particle,x,y\n0,1,1,1\n1,1,2,1\n", "a2.csv", "frame,particle,x,y\n0,1,1,1\n1,1,2,1\n"},
		"a2.csv is a DICe file, and a1.csv is a x y file": {"a1.csv", "x,y\n1,1\n", "a2.csv", frame("1")},
		"a2.csv: empty file":                              {"a1.csv", "x,y\n1,1\n", "a2.csv", ""},
		"some of the files have a column of frames":       {"a1.csv", subset("1", "1"), "a2.csv", frame("1")},
	} {
		if _, err := tracks.ReadAll(files(list...), millimetres); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
