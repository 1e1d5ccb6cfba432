package atomicfile

import "encoding/json"

// Signature says which process this is, for a file that tells others who works on something.
func Signature() []byte {
	text, err := json.Marshal(self())
	if err != nil {
		panic(err) // strings and a number
	}
	return text
}

// Ended reports whether the process that wrote a signature is known to have ended: it ran on this machine, since the
// machine was started, and is not there any more.
func Ended(signature []byte) bool {
	here, lives := known(signature)
	return here && !lives
}

// Lives reports whether the process that wrote a signature is known to run. Of another machine nothing can be known from here.
func Lives(signature []byte) bool {
	here, lives := known(signature)
	return here && lives
}

// known looks for the process of a signature, if it can be found from here.
func known(signature []byte) (here, lives bool) {
	o, me := parseOwner(signature), self()
	if o.PID != 0 && o.startedAgain(me) {
		return true, false
	}
	if o.PID == 0 || o.Host != me.Host || o.Boot == "" || o.Boot != me.Boot || o.Space != me.Space {
		return false, false
	}
	start, alive := processStart(o.PID)
	return true, alive && start == o.Start
}

// Host is the machine in a signature; "" where none can be read.
func Host(signature []byte) string { return parseOwner(signature).Host }
