// Package bench runs sessions of a bench whose person is a page: a phone that is the card, the camera and the button.
//
// Its one idea is the turn. Whatever a person is asked, to hang a load, to take a photograph, to judge one, is a turn
// with a name of its own, and every answer says to which turn it belongs. So an answer counts once, however often it
// is sent and from however many phones, and one that comes too late is told so.
//
// A session is that of `elastrain lab train`: it trains by run/insitu, with all guards of lab, and its journal keeps what
// was measured. A server that is killed loses no more than the terminal does; the page goes on with the same directory.
// A session that another process runs is shown as far as its journal is.
//
// Read in this order: person.go (turns), session.go (one session), host.go (all of a folder), photo.go (from the phone to
// the inbox), state.go and record.go (what a page shows), sight.go (what theory says of a photograph), handler.go (routes).
package bench
