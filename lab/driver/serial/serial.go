// Package serial speaks the driver protocol over a serial port: the same
// messages, a line each.
//
// Its one idea is that a port is a worse pipe. What a device says while it
// starts is passed over until it answers hello, and hello is asked again while
// a boot loader swallows it. A port has no end of input that the device could
// see, so a device must have a watchdog; when the host closes the port, or the
// cable is pulled, the watchdog makes the lattice safe.
package serial

import (
	"fmt"
	"io"
	"sync"
	"time"

	"go.bug.st/serial"

	"github.com/elastrain/elastrain/lab/driver"
)

// Baud is the usual speed.
const Baud = 115200

// Open opens a port (such as /dev/ttyACM0 or COM3) with 8 data bits, no parity
// and one stop bit. Speed is in bits a second; 0 means Baud. The lattice counts
// as safe only when the device has said so.
func Open(port string, speed int, o driver.Options) (*driver.Client, error) {
	if speed == 0 {
		speed = Baud
	}
	p, err := serial.Open(port, &serial.Mode{BaudRate: speed})
	if err != nil {
		return nil, fmt.Errorf("the port %s cannot be opened: %w; is the device plugged in, and may you use it?", port, err)
	}
	if err := p.ResetInputBuffer(); err != nil {
		_ = p.Close()
		return nil, fmt.Errorf("the port %s cannot be emptied: %w", port, err)
	}
	hangUp := sync.OnceFunc(func() { _ = p.Close() })
	return driver.Connect(driver.Link{
		Name: driver.Clean(port, 300), R: p, W: whole{p}, Noisy: true,
		HangUp: hangUp,
		End:    func(time.Duration) (string, bool) { return "", false },
	}, o), nil
}

// whole writes all of a line, of which a port may take a part at a time.
type whole struct{ w io.Writer }

func (w whole) Write(line []byte) (n int, err error) {
	for n < len(line) {
		k, err := w.w.Write(line[n:])
		n += k
		if err != nil {
			return n, err
		}
		if k == 0 {
			return n, io.ErrShortWrite
		}
	}
	return n, nil
}
