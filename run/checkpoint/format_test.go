package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"math"
	"reflect"
	"strings"
	"testing"
)

// example is a checkpoint of a few KB, as a run would write it.
func example(t testing.TB) []Section {
	t.Helper()
	progress, err := JSON("progress", map[string]any{"epoch": 37, "offset": 12345})
	if err != nil {
		t.Fatal(err)
	}
	k := make([]float64, 120)
	for i := range k {
		k[i] = math.Sqrt(float64(i)) * 100
	}
	return []Section{progress, Float64s("stiffness", k), Float64s("optimiser", k[:100]), Uint64s("random", []uint64{1, 2, 3}), {Name: "empty"}}
}

func TestRoundTrip(t *testing.T) {
	for _, sections := range [][]Section{
		example(t),
		{},
		{{Name: "a", Payload: []byte{}}},
		{{Name: strings.Repeat("n", maxName), Payload: []byte("x")}, {Name: "Θ", Payload: make([]byte, 1000)}},
	} {
		data := Encode(sections)
		got, err := Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(sections) {
			t.Fatalf("%d sections became %d", len(sections), len(got))
		}
		for i, s := range sections {
			if got[i].Name != s.Name || !bytes.Equal(got[i].Payload, s.Payload) {
				t.Errorf("section `%s` changed", s.Name)
			}
		}
		if !bytes.Equal(Encode(got), data) {
			t.Error("encoding again gives other bytes")
		}
	}
}

// TestBytes pins the format: old checkpoints must stay readable. The bytes come
// from a program of a few lines in another language.
func TestBytes(t *testing.T) {
	got := Encode([]Section{{Name: "ab", Payload: []byte("xyz")}})
	want := "454c5452434b5031" + "01000000" + "01000000" + "4f00000000000000" + "10fe068a" +
		"0200" + "6162" + "0300000000000000" + "78797a" + "ba849d6b" +
		"5352810cf7f4a10ec142b410f5060aa1b23e6b49b7591d215fc2c7080b0d4323"
	if hex.EncodeToString(got) != want {
		t.Errorf("got  %x\nwant %s", got, want)
	}
}

func TestEveryFlippedBitIsDetected(t *testing.T) {
	sections := example(t)
	data := Encode(sections)
	owner := make([]string, len(data)) // what the error must name, by byte
	pos := headerSize
	for _, s := range sections {
		payload := pos + 2 + len(s.Name) + 8
		end := payload + len(s.Payload) + 4
		for i := payload; i < end; i++ {
			owner[i] = "section `" + s.Name + "` is damaged"
		}
		pos = end
	}
	for i := len(magic); i < headerSize; i++ {
		owner[i] = "its header does not match"
	}
	for i := pos; i < len(data); i++ {
		owner[i] = "the SHA-256 at its end"
	}
	for i := range data {
		for bit := range 8 {
			data[i] ^= 1 << bit
			_, err := Decode(data)
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), owner[i]) {
				t.Fatalf("bit %d of byte %d: %v, want %q", bit, i, err, owner[i])
			}
			data[i] ^= 1 << bit
		}
	}
}

func TestEveryTruncationIsDetected(t *testing.T) {
	data := Encode(example(t))
	for n := range data {
		_, err := Decode(data[:n])
		if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "file ends in the middle") {
			t.Fatalf("the first %d bytes: %v", n, err)
		}
	}
	for _, more := range []string{"\x00", "\n", string(data)} {
		if _, err := Decode(append(data[:len(data):len(data)], more...)); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "follow its end") {
			t.Errorf("%d more bytes: %v", len(more), err)
		}
	}
}

// forge builds a file with valid checksums from a body that Encode would not
// write.
func forge(version, count uint32, size int64, body string) []byte {
	b := append([]byte(nil), magic...)
	b = binary.LittleEndian.AppendUint32(b, version)
	b = binary.LittleEndian.AppendUint32(b, count)
	if size == 0 {
		size = int64(headerSize + len(body) + sha256.Size)
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(size))
	b = appendChecksum(b, 0)
	b = append(b, body...)
	digest := sha256.Sum256(b)
	return append(b, digest[:]...)
}

func forgeSection(name string, length uint64, payload string) string {
	b := binary.LittleEndian.AppendUint16(nil, uint16(len(name)))
	b = append(b, name...)
	b = binary.LittleEndian.AppendUint64(b, length)
	b = append(b, payload...)
	return string(binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli)))
}

func TestForgedFilesAreRefused(t *testing.T) {
	good := forgeSection("a", 1, "x")
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "file ends in the middle"},
		{"another kind of file", []byte("PK\x03\x04 and so on, for quite some time"), "no checkpoint"},
		{"two sections of one name", forge(1, 2, 0, good+good), "two sections are named `a`"},
		{"bytes behind the sections", forge(1, 1, 0, good+"z"), "1 bytes follow the last section"},
		{"fewer sections than promised", forge(1, 2, 0, good+strings.Repeat("\x00", 14)), "section number 2 is damaged"},
		{"promised section missing", forge(1, 2, 0, forgeSection("a", 20, strings.Repeat("x", 20))), "section number 2 is damaged: it runs beyond"},
		{"too many sections", forge(1, 1<<32-1, 0, good), "cannot hold 4294967295 sections"},
		{"rather many sections", forge(1, 2, 0, good), "cannot hold 2 sections"},
		{"absurd length", forge(1, 1, 0, forgeSection("a", math.MaxUint64, "x")), "`a` is damaged: it runs beyond"},
		{"length one too large", forge(1, 1, 0, forgeSection("a", 2, "x")), "`a` is damaged: it runs beyond"},
		{"length too small", forge(1, 1, 0, forgeSection("a", 0, "x")), "`a` is damaged: its checksum"},
		{"name too long", forge(1, 1, 0, "\xff\xff"+strings.Repeat("n", 40)), "number 1 is damaged: its name runs beyond"},
		{"no name", forge(1, 1, 0, forgeSection("", 1, "x")), "number 1 is damaged: its name"},
		{"long name", forge(1, 1, 0, forgeSection(strings.Repeat("n", 256), 1, "x")), "number 1 is damaged: its name"},
		{"name no UTF-8", forge(1, 1, 0, forgeSection("\xff", 1, "x")), "number 1 is damaged: its name"},
		{"absurd size", forge(1, 1, MaxSize+1, good), "impossible size"},
		{"tiny size", forge(1, 1, 59, good), "impossible size"},
		{"size too large", forge(1, 1, 1000, good), "file ends in the middle: it has 76 of 1000 bytes"},
	} {
		if _, err := Decode(c.data); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	_, err := Decode(forge(2, 1, 0, good))
	if !errors.Is(err, ErrVersion) || errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "version 2") {
		t.Errorf("version 2: %v", err)
	}
}

func TestEncodePanicsOnMisuse(t *testing.T) {
	big := make([]byte, 64<<20)
	var many []Section
	for i := range 65 { // the same bytes, many times
		many = append(many, Section{Name: string(rune('A' + i)), Payload: big})
	}
	for name, sections := range map[string][]Section{
		"no name":   {{}},
		"long name": {{Name: strings.Repeat("n", 256)}},
		"no UTF-8":  {{Name: "\xff"}},
		"twice":     {{Name: "a"}, {Name: "a"}},
		"too big":   many,
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			Encode(sections)
		}()
	}
}

func TestDecodeAllocatesLittle(t *testing.T) {
	data := Encode(example(t))
	if n := testing.AllocsPerRun(10, func() { Decode(data) }); n > 20 {
		t.Errorf("%v allocations for 5 sections", n)
	}
	got, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	// Appending to one payload must not overwrite the next section.
	if p := got[0].Payload; cap(p) != len(p) {
		t.Errorf("payload has room for %d more bytes", cap(p)-len(p))
	}
}

func FuzzDecode(f *testing.F) {
	data := Encode(example(f))
	f.Add(data)
	f.Add(data[:100])
	f.Add(Encode(nil))
	f.Add(forge(1, 1, 0, forgeSection("a", 1, "x")))
	f.Add(forge(1, 1, 0, forgeSection("a", math.MaxUint64, "x")))
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		decodeChecked(t, data)
		// A fuzzer cannot guess checksums. Take its bytes as a body, too.
		if len(data) > 4 {
			decodeChecked(t, forge(1, uint32(data[0]), 0, string(data[1:])))
			n := min(int(data[0]), len(data)-1)
			decodeChecked(t, forge(1, 1, 0, forgeSection(string(data[1:1+n]), uint64(len(data)-1-n), string(data[1+n:]))))
		}
	})
}

// decodeChecked checks that what is accepted is what Encode writes.
func decodeChecked(t *testing.T, data []byte) {
	sections, err := Decode(data)
	if err != nil {
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrVersion) {
			t.Errorf("an error of no kind: %v", err)
		}
		return
	}
	again := Encode(sections)
	if !bytes.Equal(again, data) {
		t.Errorf("accepted %x, which is not %x", data, again)
	}
	if more, err := Decode(again); err != nil || !reflect.DeepEqual(more, sections) {
		t.Errorf("decoding twice: %v", err)
	}
}

// appendChecksum appends the checksum of b[start:].
func appendChecksum(b []byte, start int) []byte {
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[start:], castagnoli))
}
