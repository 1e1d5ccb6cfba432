package vision

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
)

// Grey pictures of scientific cameras: PGM in its binary form (P5), of 8 or 16 bits.

func init() { image.RegisterFormat("pgm", "P5", decodePGM, configPGM) }

var errPGM = errors.New("the header of the PGM picture cannot be read")

// headerPGM reads the size and the largest value.
func headerPGM(r *bufio.Reader) (width, height, most int, err error) {
	if a, _ := r.ReadByte(); a != 'P' {
		return 0, 0, 0, errPGM
	}
	if b, _ := r.ReadByte(); b != '5' {
		return 0, 0, 0, errPGM
	}
	for _, to := range []*int{&width, &height, &most} {
		if *to, err = numberPGM(r); err != nil {
			return 0, 0, 0, err
		}
	}
	if width < 1 || height < 1 || most < 1 || most > 65535 {
		return 0, 0, 0, errPGM
	}
	return width, height, most, nil
}

// numberPGM reads blanks and comments, digits, and one blank.
func numberPGM(r *bufio.Reader) (n int, err error) {
	digits, comment := 0, false
	for range 1 << 16 { // a header is short
		c, err := r.ReadByte()
		if err != nil {
			return 0, errPGM
		}
		blank := c == ' ' || c == '\t' || c == '\n' || c == '\r'
		switch {
		case comment:
			comment = c != '\n' && c != '\r'
		case c >= '0' && c <= '9' && digits < 6:
			n, digits = 10*n+int(c-'0'), digits+1
		case digits > 0 && blank:
			return n, nil
		case digits == 0 && c == '#':
			comment = true
		case digits > 0 || !blank:
			return 0, errPGM
		}
	}
	return 0, errPGM
}

func configPGM(r io.Reader) (image.Config, error) {
	width, height, most, err := headerPGM(bufio.NewReader(r))
	model := color.GrayModel
	if most > 255 {
		model = color.Gray16Model
	}
	return image.Config{Width: width, Height: height, ColorModel: model}, err
}

func decodePGM(from io.Reader) (image.Image, error) {
	r := bufio.NewReader(from)
	width, height, most, err := headerPGM(r)
	if err != nil {
		return nil, err
	}
	size := image.Rect(0, 0, width, height)
	var pixels []byte
	var img image.Image
	if most > 255 {
		wide := image.NewGray16(size)
		pixels, img = wide.Pix, wide
	} else {
		narrow := image.NewGray(size)
		pixels, img = narrow.Pix, narrow
	}
	if _, err := io.ReadFull(r, pixels); err != nil {
		return nil, fmt.Errorf("the PGM picture is cut short: %w", err)
	}
	// Cameras of 10 and 12 bits count to less than the word holds.
	if most != 255 && most != 65535 {
		for i := range len(pixels) {
			switch {
			case most > 255 && i%2 == 0:
				v := min(int(pixels[i])<<8|int(pixels[i+1]), most) * 65535 / most
				pixels[i], pixels[i+1] = byte(v>>8), byte(v)
			case most < 255:
				pixels[i] = byte(min(int(pixels[i]), most) * 255 / most)
			}
		}
	}
	return img, nil
}
