package lease

import (
	"os"
	"os/exec"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
)

// ended is the signature of a process that was on this machine: of this test, run by itself to print its own.
func ended(t *testing.T) []byte {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run", "TestSignature$")
	command.Env = append(os.Environ(), "ELASTRAIN_SIGN=1")
	text, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestSignature(t *testing.T) {
	if os.Getenv("ELASTRAIN_SIGN") != "" {
		_, _ = os.Stdout.Write(append(atomicfile.Signature(), '\n'))
		os.Exit(0)
	}
	if me := atomicfile.Signature(); !atomicfile.Lives(me) || atomicfile.Ended(me) {
		t.Errorf("this process, %s, does not live", me)
	}
	for _, other := range []string{`{"pid":1,"host":"elsewhere"}`, ``, `{`} {
		if atomicfile.Lives([]byte(other)) || atomicfile.Ended([]byte(other)) {
			t.Errorf("something is known of %q", other)
		}
	}
}
