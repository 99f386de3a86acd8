package site

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/live"
	"allod/internal/server"
)

// The streams, named as the topics of package live before the colon.
const (
	streamHome = "home"
	streamNews = "news"
)

// Bounds of a stream. It ends by itself after a while, and the browser comes
// back, so that one who was signed out does not listen on.
const (
	heartbeat  = 25 * time.Second
	streamFor  = 10 * time.Minute
	streamsMax = 32 // of one account
)

// listen tells the reader's browser that something came into a stream, as
// server-sent events (WHATWG HTML §9.2). Each is a kind and an id; what it is
// the browser asks for.
func (s *Site) listen(w http.ResponseWriter, r *http.Request) error {
	me := server.Me(r)
	if me == nil {
		return fault.New(fault.Unauthenticated, "")
	}
	name := r.PathValue("stream")
	if name != streamHome && name != streamNews {
		return nothingHere()
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // a proxy in front passes it on at once
	if r.Method == http.MethodHead {
		return nil
	}
	if !s.streams.enter(me.ID) {
		return fault.New(fault.TooMany, "")
	}
	defer s.streams.leave(me.ID)
	sub := s.Live.Subscribe(name + ":" + me.ID.String())
	defer sub.Close()
	return s.tell(w, r, sub)
}

// tell writes what comes until the browser leaves, the time is over, or the house closes.
func (s *Site) tell(w http.ResponseWriter, r *http.Request, sub *live.Subscription) error {
	control := http.NewResponseController(w)
	say := func(text string) error {
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
		return control.Flush()
	}
	end := time.NewTimer(streamFor)
	defer end.Stop()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for err := say(": open\n\n"); ; {
		if err != nil {
			return err
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-end.C:
			return nil
		case <-beat.C:
			err = say(":\n\n")
		case ref, ok := <-sub.C:
			if !ok {
				return nil
			}
			for range sub.Lost() { // the browser counts, and these came too
				err = say("event: post\ndata: {}\n\n")
			}
			if err == nil {
				err = say(fmt.Sprintf("event: post\nid: %d\ndata: {\"kind\":%s,\"id\":\"%d\"}\n\n", ref.ID, strconv.Quote(ref.Kind), ref.ID))
			}
		}
	}
}

// streams counts the open streams of each account.
type streams struct {
	mu   sync.Mutex
	open map[id.ID]int
}

// enter reports whether there is room for one more.
func (s *streams) enter(who id.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[who] >= streamsMax {
		return false
	}
	s.open[who]++
	return true
}

func (s *streams) leave(who id.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[who]--; s.open[who] == 0 {
		delete(s.open, who)
	}
}
