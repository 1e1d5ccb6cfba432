package studio

import "net/http"

// mostNow caps the records of one answer, bytes.
const mostNow = 16 << 20

// logNow answers with the records that there are from a number on, and ends: a page that compares many runs would
// need a connection for each otherwise, and a browser has six.
func (s *Server) logNow(w http.ResponseWriter, r *http.Request, f *follower, next int, mark string) error {
	ctx, end := s.life(r)
	defer end()
	defer f.enter()()
	f.catchUp(ctx)
	f.judge()
	f.mu.Lock()
	if mark != "" && mark != f.log { // another log than that which was asked about
		next = 1
	}
	text, size, more := []byte(`{"records":[`), 0, false
	for i := next; i <= len(f.lines); i++ {
		if size += len(f.lines[i-1]) + 1; size > mostNow && i > next {
			more = true
			break
		}
		if i > next {
			text = append(text, ',')
		}
		text = append(text, f.lines[i-1]...)
	}
	state := stateText(f.state, f.why, f.trouble)
	log := f.log
	f.mu.Unlock()
	text = append(text, `],"more":`...)
	if more {
		text = append(text, "true"...)
	} else {
		text = append(text, "false"...)
	}
	text = append(append(text, `,"mark":"`...), log...)
	text = append(append(append(text, `","now":`...), state...), '}')
	sendText(w, http.StatusOK, "application/json", text)
	return nil
}
