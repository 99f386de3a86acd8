package web

import (
	"github.com/a-h/templ"
)

// FilmState says how far a video is made ready for every screen.
type FilmState string

// The states.
const (
	FilmDue   FilmState = "due"
	FilmReady FilmState = "ready"
	FilmNone  FilmState = "none"
)

// A FilmView is a video with what is made of it.
type FilmView struct {
	Able     bool // the home makes films
	State    FilmState
	Percent  int
	Why      string // there is nothing, a sentence
	Poster   string
	Sources  []FilmSource // a browser takes the first that it plays
	Captions []FilmCaptions
	Edit     string // where captions are written
}

// A FilmSource is one way to play a video.
type FilmSource struct{ URL, Type string }

// FilmCaptions are words to a video, of a file beside it.
type FilmCaptions struct{ URL, Language, Label, Edit string }

func poster(url string) templ.Attributes {
	if url == "" {
		return nil
	}
	return templ.Attributes{"poster": url}
}
