package engine_test

import (
	"fmt"

	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/studio/engine"
)

// Example asks for a motion of a verb that there is not, and for what answers.
func Example() {
	e := &engine.Engine{Version: "0.1"}
	for _, verb := range []string{"version", "dance"} {
		object, _, err := message.Split(e.Call(verb, []byte("{}\n")))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(string(object[:23]))
	}
	// Output:
	// {"version":"0.1","go":"
	// {"error":{"code":"E0803
}
