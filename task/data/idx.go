package data

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// MaxPictureBytes is the most that an IDX file may hold when it is unpacked.
const MaxPictureBytes = 512 << 20

// IDX is an array of bytes as files of MNIST hold them: the last axis moves fastest.
type IDX struct {
	Dims []int
	Data []byte
}

// ReadIDX reads an IDX file of unsigned bytes (http://yann.lecun.com/exdb/mnist), plain or compressed with gzip. name is for messages.
func ReadIDX(text []byte, name string) (IDX, error) { return readIDX(text, name, MaxPictureBytes) }

func readIDX(text []byte, name string, most int) (IDX, error) {
	text, err := unpack(text, name, most)
	if err != nil {
		return IDX{}, err
	}
	if len(text) < 4 || text[0] != 0 || text[1] != 0 {
		return IDX{}, fmt.Errorf("%s: no IDX file: it does not begin with two zero bytes; IDX files of MNIST end in -ubyte or -ubyte.gz", name)
	}
	if text[2] != 0x08 {
		return IDX{}, fmt.Errorf("%s: an IDX file of type 0x%02x; unsigned bytes (0x08) are read", name, text[2])
	}
	axes := int(text[3])
	if axes < 1 || axes > 3 {
		return IDX{}, fmt.Errorf("%s: an IDX file with %d axes; labels have 1, pictures 3", name, axes)
	}
	if len(text) < 4+4*axes {
		return IDX{}, fmt.Errorf("%s: the file ends within its header; get it again", name)
	}
	a := IDX{Data: text[4+4*axes:]}
	size := 1
	for i := range axes {
		n := int(binary.BigEndian.Uint32(text[4+4*i:]))
		if n < 1 || n > most/size {
			return IDX{}, fmt.Errorf("%s: axis %d is %d long; at most %d bytes in all, and at least one, are read", name, i+1, n, most)
		}
		a.Dims = append(a.Dims, n)
		size *= n
	}
	if len(a.Data) != size {
		return IDX{}, fmt.Errorf("%s: the header tells of %d bytes and the file has %d; get it again", name, size, len(a.Data))
	}
	return a, nil
}

// mostPacked is how many times shorter gzip can make a file, at most.
const mostPacked = 1032

// IDXSize is what the header of an IDX file says of its size, plain or compressed: how many pictures of how many pixels; 0 where it
// says nothing that can be read.
func IDXSize(text []byte) (rows, features int) {
	var head [16]byte
	if len(text) > 2 && text[0] == 0x1f && text[1] == 0x8b {
		z, err := gzip.NewReader(bytes.NewReader(text))
		if err != nil {
			return 0, 0
		}
		if _, err := io.ReadFull(z, head[:]); err != nil {
			return 0, 0
		}
	} else if copy(head[:], text) < len(head) {
		return 0, 0
	}
	if head[0] != 0 || head[1] != 0 || head[2] != 8 || head[3] != 3 {
		return 0, 0
	}
	size := [3]int{}
	for i := range size {
		if size[i] = int(binary.BigEndian.Uint32(head[4+4*i:])); size[i] < 1 || size[i] > MaxPictureBytes {
			return 0, 0
		}
	}
	if size[1] > MaxPictureBytes/size[2] {
		return 0, 0
	}
	return size[0], size[1] * size[2]
}

// unpack undoes gzip, where text is compressed by it.
func unpack(text []byte, name string, most int) ([]byte, error) {
	const header = 64 // of an IDX file, at most
	if len(text) < 2 || text[0] != 0x1f || text[1] != 0x8b {
		if len(text) > most+header {
			return nil, fmt.Errorf("%s: %d bytes; at most %d are read", name, len(text), most)
		}
		return text, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s: damaged gzip file: %w; get it again", name, err)
	}
	var to bytes.Buffer
	// The file ends with how long it is unpacked, which is believed as far as any can be packed.
	if said := int(binary.LittleEndian.Uint32(text[max(0, len(text)-4):])); said <= min(most+header, mostPacked*len(text)) {
		to.Grow(said + bytes.MinRead)
	}
	if _, err := to.ReadFrom(io.LimitReader(z, int64(most+header+1))); err != nil {
		return nil, fmt.Errorf("%s: damaged gzip file: %w; get it again", name, err)
	}
	out := to.Bytes()
	if len(out) > most+header {
		return nil, fmt.Errorf("%s: more than %d bytes when unpacked; take a part of it", name, most)
	}
	return out, nil
}

// IsIDX says whether a name is that of an IDX file of pictures.
func IsIDX(name string) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	return strings.HasSuffix(name, "-ubyte") || strings.HasSuffix(name, ".idx") || strings.HasSuffix(name, ".idx3") || strings.HasSuffix(name, "idx3.ubyte")
}

// Labels is the file of labels that belongs to an IDX file of pictures, named as those of MNIST are; "" where the name does not say.
func Labels(pictures string) string {
	at := strings.LastIndexAny(pictures, `/\`) + 1
	labels := pictures[:at] + strings.NewReplacer("images", "labels", "idx3", "idx1").Replace(pictures[at:])
	if labels == pictures {
		return ""
	}
	return labels
}

// Pictures is a part of a set of pictures: one label each.
type Pictures struct{ Pictures, Labels IDX }

// FromPictures makes a table of the training part and, if it has rows, the test part behind it. classes are names by label; nil: the labels that are
// there, as numbers.
func FromPictures(name string, train, test Pictures, classes []string) (*Table, error) {
	t := &Table{Name: name, Source: name, Full: 255, Classes: classes}
	for i, part := range []Pictures{train, test} {
		what := []string{"training", "test"}[i]
		if part.Pictures.Data == nil && i == 1 {
			continue
		}
		if len(part.Pictures.Dims) != 3 || len(part.Labels.Dims) != 1 {
			return nil, fmt.Errorf("%s: the %s part has %d axes of pictures and %d of labels; they are 3 and 1", name, what, len(part.Pictures.Dims), len(part.Labels.Dims))
		}
		n, high, wide := part.Pictures.Dims[0], part.Pictures.Dims[1], part.Pictures.Dims[2]
		if part.Labels.Dims[0] != n {
			return nil, fmt.Errorf("%s: %d pictures in the %s part, and %d labels; take files that belong together", name, n, what, part.Labels.Dims[0])
		}
		if high*wide > MaxColumns {
			return nil, fmt.Errorf("%s: pictures of %d x %d; at most %d pixels are read", name, wide, high, MaxColumns)
		}
		if i == 0 {
			t.Wide, t.High = wide, high
			t.Features = pixels(wide, high)
		} else if wide != t.Wide || high != t.High {
			return nil, fmt.Errorf("%s: pictures of %d x %d in the training part and %d x %d in the test part; take files that belong together", name, t.Wide, t.High, wide, high)
		}
		if i == 1 {
			t.TestFrom = len(t.Label)
		}
		t.greys = append(t.greys, part.Pictures.Data)
		for _, l := range part.Labels.Data {
			t.Label = append(t.Label, int(l))
		}
	}
	most := 0
	for _, l := range t.Label {
		most = max(most, l)
	}
	if classes == nil {
		for c := range most + 1 {
			t.Classes = append(t.Classes, fmt.Sprint(c))
		}
	}
	if most >= len(t.Classes) {
		return nil, fmt.Errorf("%s: a label of %d; there are %d classes", name, most, len(t.Classes))
	}
	if len(t.Classes) < 2 {
		return nil, fmt.Errorf("%s: every label is 0; there is nothing to tell apart", name)
	}
	return t, nil
}
