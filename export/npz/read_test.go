package npz

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// npy returns a .npy file of version 1 with this dictionary.
func npy(dictionary, numbers string) string {
	b := append([]byte(npyMagic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(dictionary)+1))
	return string(b) + dictionary + "\n" + numbers
}

// archive returns an archive with one member of honest size and checksum.
func archive(t testing.TB, method uint16, name, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(f, content)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// lyingArchive claims a size that its content does not have.
func lyingArchive(t testing.TB, method uint16, content string, size uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateRaw(&zip.FileHeader{Name: "a.npy", Method: method, CRC32: crc32.ChecksumIEEE([]byte(content)),
		CompressedSize64: uint64(len(content)), UncompressedSize64: size})
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(f, content)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadOtherSpellings(t *testing.T) {
	for _, text := range []string{
		"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }",
		"{'shape': (2,), 'fortran_order': True, 'descr': '<f8'}      ",
		`{"descr":"<f8","fortran_order":False,"shape":(2L,)}`,
		"{ 'descr' : '<f8' , 'fortran_order' : False , 'shape' : ( 2 , 1 , ) , }",
	} {
		arrays, err := read(t, archive(t, zip.Deflate, "a.npy", npy(text, strings.Repeat("\x00", 16))))
		if err != nil || len(arrays) != 1 || len(arrays[0].Data.([]float64)) != 2 {
			t.Errorf("%s: %v, %v", text, arrays, err)
		}
	}
	arrays, err := read(t, archive(t, zip.Store, "a.npy", string(file(t, "version2.npy"))))
	if err != nil || !equal(arrays[0], Float64s("a", []float64{1.5, 2.5}, 1, 2)) {
		t.Errorf("version 2: %v, %v", arrays, err)
	}
}

func TestReadRefuses(t *testing.T) {
	good := "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
	sixteen := strings.Repeat("\x00", 16)
	long := strings.Repeat(" ", 10_000)
	shape := func(s string) string { return strings.Replace(good, "(2,)", s, 1) }
	for _, c := range []struct{ name, content, want string }{
		{"empty", "", "ends in the middle"},
		{"magic", "\x93NUMPX" + npy(good, sixteen)[6:], "no .npy file"},
		{"version 0", "\x93NUMPY\x00" + npy(good, sixteen)[7:], "version 0"},
		{"version 4", "\x93NUMPY\x04" + npy(good, sixteen)[7:], "version 4"},
		{"version 2, cut", "\x93NUMPY\x02\x00\x01\x00", "ends in the middle"},
		{"version 2, 4 GiB header", "\x93NUMPY\x02\x00\xff\xff\xff\xff", "longer than 10000"},
		{"long header", npy(good+long, sixteen), "longer than 10000"},
		{"cut header", npy(good, "")[:30], "ends in the middle"},
		{"no dictionary", npy("[1, 2]", ""), "want { before"},
		{"empty dictionary", npy("{}", ""), "lacks one"},
		{"no shape", npy("{'descr': '<f8', 'fortran_order': False, }", ""), "lacks one"},
		{"twice", npy("{'descr': '<f8', 'descr': '<f8', 'shape': (), }", ""), "twice"},
		{"another key", npy("{'descr': '<f8', 'order': 'C'}", ""), `unknown key "order"`},
		{"no comma", npy("{'descr': '<f8' 'fortran_order': False}", ""), "want } before"},
		{"no colon", npy("{'descr' '<f8'}", ""), "want : before"},
		{"open string", npy("{'descr", ""), "string without end"},
		{"no string", npy("{descr: 1}", ""), "want a string"},
		{"more text", npy(good+" or 1", sixteen), "something follows it"},
		{"no boolean", npy(strings.Replace(good, "False", "None", 1), sixteen), "want False"},
		{"number as shape", npy(shape("2"), sixteen), "want ( before"},
		{"no tuple", npy(shape("(2)"), sixteen), "no tuple"},
		{"open tuple", npy(shape("(2,"), sixteen), "want a length"},
		{"negative", npy(shape("(-2,)"), sixteen), "want a length"},
		{"no length", npy(shape("(,)"), sixteen), "want a length"},
		{"no comma in tuple", npy(shape("(1, 2 3)"), sixteen), "want ) before"},
		{"absurd length", npy(shape("(99999999999999999999,)"), sixteen), "want a length"},
		{"overflow", npy(shape("(4611686018427387904, 4)"), ""), "too large"},
		{"many dimensions", npy(shape("("+strings.Repeat("1, ", 65)+")"), sixteen), "more than 64 dim"},
		{"too few numbers", npy(shape("(3,)"), sixteen), "does not fit"},
		{"too many numbers", npy(shape("(1,)"), sixteen), "does not fit"},
		{"huge", npy(shape("(1000000000000,)"), sixteen), "does not fit"},
		{"neither true nor false", npy("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", "\x01\x02"), "element 1: 2 is neither"},
	} {
		for _, method := range []uint16{zip.Store, zip.Deflate} {
			_, err := read(t, archive(t, method, "a.npy", c.content))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `"a.npy"`) {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
		}
	}
	for name, want := range map[string]string{
		"objects.npz":   "Python objects",
		"bigendian.npz": `type ">f8" are not known here; save with .astype('<f8')`,
		"complex.npz":   `type "<c16"`,
		"records.npz":   "records",
	} {
		if _, err := read(t, file(t, name)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	for name, want := range map[string]string{"a.txt": "no .npy file", ".npy": "1 to 255", "../a.npy": "slashes"} {
		if _, err := read(t, archive(t, zip.Store, name, npy(good, sixteen))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if _, err := read(t, []byte("no archive")); !errors.Is(err, zip.ErrFormat) {
		t.Error(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for range 2 {
		f, _ := w.Create("a.npy")
		io.WriteString(f, npy(good, sixteen))
	}
	w.Close()
	if _, err := read(t, b.Bytes()); err == nil || !strings.Contains(err.Error(), "same name") {
		t.Error(err)
	}
}

func TestReadDetectsLies(t *testing.T) {
	head := func(n string) string {
		return npy("{'descr': '<f8', 'fortran_order': False, 'shape': ("+n+",), }", "")
	}
	h := uint64(len(head("100000000")))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"more numbers claimed than there are bytes": {lyingArchive(t, zip.Store, head("100000000"), h+800_000_000), "cannot come out"},
		"a little more":    {lyingArchive(t, zip.Store, head("1"), uint64(len(head("1")))+8), "ends in the middle"},
		"less than is":     {lyingArchive(t, zip.Store, head("1")+"12345678more", uint64(len(head("1")))+8), "not a valid zip file"},
		"no deflated data": {lyingArchive(t, zip.Deflate, "\xff\xff\xff\xff", 100), "flate"},
		"unknown method":   {lyingArchive(t, 99, head("1")+"12345678", uint64(len(head("1")))+8), "unsupported compression"},
	} {
		if _, err := read(t, c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestReadDetectsEveryChangedByte(t *testing.T) {
	// A change of the numbers or of a header is detected; one of the times and
	// the like in the zip directory may be harmless, but never a wrong number.
	want := golden()
	data := written(t, want[:3])
	for i := range data {
		data[i] ^= 0x10
		arrays, err := read(t, data)
		if err == nil {
			for j := range arrays {
				arrays[j].Name = want[j].Name // names are not in the checksum
				if !equal(arrays[j], want[j]) {
					t.Errorf("byte %d of %d: %v", i, len(data), arrays[j])
				}
			}
		}
		data[i] ^= 0x10
		if _, err := read(t, data[:i]); err == nil {
			t.Errorf("cut after %d of %d bytes: no error", i, len(data))
		}
	}
}

func TestLimits(t *testing.T) {
	data := written(t, []Array{Float64s("a", make([]float64, 100), 100), Float64s("b", make([]float64, 100), 100)})
	for _, c := range []struct {
		limits Limits
		want   string
	}{
		{Limits{}, ""},
		{Limits{Bytes: 1600, Arrays: 2}, ""},
		{Limits{Bytes: 1599}, "needs 800 bytes, and only 799 more"},
		{Limits{Bytes: 799}, `"a.npy": it needs 800 bytes`},
		{Limits{Arrays: 1}, "has 2 arrays, and at most 1"},
	} {
		_, err := Read(bytes.NewReader(data), int64(len(data)), c.limits)
		if (c.want == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%+v: %v, want %q", c.limits, err, c.want)
		}
	}
	// float32 takes twice its size.
	single := archive(t, zip.Store, "a.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "12345678"))
	if _, err := Read(bytes.NewReader(single), int64(len(single)), Limits{Bytes: 15}); err == nil || !strings.Contains(err.Error(), "needs 16") {
		t.Error(err)
	}
}

func TestReadTakesNoMoreMemoryThanAllowed(t *testing.T) {
	// 8 MiB of zeros shrink to 8 KiB; a claim of 1 TiB takes a few bytes.
	bomb := archive(t, zip.Deflate, "a.npy", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (8388608,), }", strings.Repeat("\x00", 8<<20)))
	claim := lyingArchive(t, zip.Deflate, npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1099511627776,), }", ""), 1<<40)
	for _, data := range [][]byte{bomb, claim} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Read(bytes.NewReader(data), int64(len(data)), Limits{Bytes: 1 << 20})
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Error("no error")
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
			t.Errorf("took %d bytes: %v", took, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(written(f, golden()[3:4]), "")
	f.Add(file(f, "records.npz"), "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }")
	f.Add([]byte("0123456789abcdef"), "{'descr': '<i4', 'fortran_order': True, 'shape': (2, 2), }")
	f.Add([]byte("\x00\x01"), "{'shape': (1, 2), 'fortran_order': False, 'descr': '|b1'}")
	f.Fuzz(func(t *testing.T, data []byte, dictionary string) {
		readChecked(t, data)
		// A fuzzer cannot guess checksums. Wrap its bytes in an honest archive.
		if len(dictionary) < 1000 && len(data) < 1000 {
			readChecked(t, archive(t, zip.Store, "a.npy", npy(dictionary, string(data))))
		}
	})
}

// readChecked checks that what is accepted survives a round trip.
func readChecked(t *testing.T, data []byte) {
	arrays, err := Read(bytes.NewReader(data), int64(len(data)), Limits{Bytes: 1 << 20, Arrays: 20})
	if err != nil {
		return
	}
	again, err := read(t, written(t, arrays))
	if err != nil || len(again) != len(arrays) {
		t.Fatalf("%d arrays became %d: %v", len(arrays), len(again), err)
	}
	for i := range arrays {
		if !equal(arrays[i], again[i]) {
			t.Errorf("%v became %v", arrays[i], again[i])
		}
	}
}

// Texts are read as NumPy writes them, and written so that they come back.
func TestTexts(t *testing.T) {
	got, err := read(t, file(t, "text.npz"))
	if err != nil || len(got) != 1 || !reflect.DeepEqual(got[0].Data, []string{"iris", "wine"}) {
		t.Fatalf("%v, %v", got, err)
	}
	want := []Array{Strings("names", []string{"", "x", "Stäbe 梁 🙂", "turn about z"}, 2, 2), Strings("none", []string{}, 0)}
	var b bytes.Buffer
	if err := Write(&b, want); err != nil {
		t.Fatal(err)
	}
	if got, err = read(t, b.Bytes()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	many := make([]string, 5000) // more than a block
	for i := range many {
		many[i] = strings.Repeat("y", i%7)
	}
	b.Reset()
	if err := Write(&b, []Array{Strings("many", many, len(many))}); err != nil {
		t.Fatal(err)
	}
	if got, err = read(t, b.Bytes()); err != nil || !reflect.DeepEqual(got[0].Data, many) {
		t.Errorf("many texts: %v", err)
	}
	for _, bad := range []string{"a\x00b", "\xff", strings.Repeat("z", maxText+1)} {
		if err := Write(&b, []Array{Strings("a", []string{bad}, 1)}); err == nil {
			t.Errorf("%.10q was written", bad)
		}
	}
	const head = "{'descr': '<U2', 'fortran_order': False, 'shape': (1,), }"
	for _, bad := range []string{"\x00\x00\x00\x00a\x00\x00\x00", "\x00\xd8\x00\x00a\x00\x00\x00", "\xff\xff\xff\xffa\x00\x00\x00"} {
		if _, err := read(t, archive(t, zip.Store, "a.npy", npy(head, bad))); err == nil || !strings.Contains(err.Error(), "no text") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
