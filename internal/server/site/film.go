package site

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/film"
	"allod/internal/server"
	"allod/web"
)

// filmView is a video as its page shows it, nil for what is none. A browser
// takes the first of the sources that it plays: the sizes by HTTP Live
// Streaming, else the largest of them in one piece, else the video as it came.
func (s *Site) filmView(r *http.Request, v *reader, n *file.Node) (*web.FilmView, error) {
	if n.Folder || !strings.HasPrefix(n.Mime, "video/") {
		return nil, nil
	}
	view := &web.FilmView{Able: s.Films.Able(), State: web.FilmDue}
	f, err := s.Films.Of(r.Context(), n)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	if f != nil {
		view.State, view.Percent = web.FilmState(f.State), f.Percent
		if f.Why != "" {
			view.Why = v.words.T(f.Why)
		}
		if f.Poster() {
			view.Poster = nodePath(n, "/film/poster.jpg")
		}
		if len(f.Renditions) > 0 {
			largest := f.Renditions[0]
			view.Sources = append(view.Sources, web.FilmSource{URL: nodePath(n, "/film/all.m3u8"), Type: film.ListType},
				web.FilmSource{URL: nodePath(n, "/film/"+largest.Name+".mp4"), Type: `video/mp4; codecs="` + largest.Codecs + `"`})
		}
	}
	view.Sources = append(view.Sources, web.FilmSource{URL: nodePath(n, "/raw"), Type: playedAs(n.Mime)})
	view.Edit = nodePath(n, "/captions")
	words, err := s.Files.WordsBeside(r.Context(), n)
	for _, w := range words {
		view.Captions = append(view.Captions, web.FilmCaptions{URL: nodePath(w.Node, "/raw"), Language: languageOf(v, w.Language), Label: wordsCalled(v, w), Edit: nodePath(n, "/captions?of="+digits(w.Node))})
	}
	return view, err
}

// playedAs is the type by which a browser is offered a video as it came: what QuickTime holds is mostly what MP4 does.
func playedAs(kind string) string {
	if kind == "video/quicktime" {
		return "video/mp4"
	}
	return kind
}

// filmPart sends a part of what is made of a video: its picture, a playlist, or the pieces of a size.
func (s *Site) filmPart(w http.ResponseWriter, r *http.Request) error {
	me := server.Me(r)
	if me == nil {
		return nothingHere()
	}
	n, _, err := s.nodeOf(r, &reader{me: me})
	if err != nil {
		return err
	}
	f, err := s.Films.Of(r.Context(), n)
	if err != nil {
		return err
	}
	part := r.PathValue("part")
	name, ending, _ := strings.Cut(part, ".")
	size := f.Rendition(name)
	switch {
	case part == "poster.jpg":
		body, err := s.Films.OpenPoster(r.Context(), f)
		return s.sendFilm(w, r, n, part, "image/jpeg", body, err)
	case part == "all.m3u8" && len(f.Renditions) > 0:
		return s.sendFilm(w, r, n, part+strconv.Itoa(len(f.Renditions)), film.ListType, words(f.Master()), nil)
	case size != nil && ending == "m3u8":
		return s.sendFilm(w, r, n, part, film.ListType, words(size.Playlist), nil)
	case size != nil && ending == "mp4":
		body, err := s.Films.Open(r.Context(), size)
		return s.sendFilm(w, r, n, part, "video/mp4", body, err)
	}
	return nothingHere()
}

type closing struct{ io.ReadSeeker }

// Close does nothing.
func (closing) Close() error { return nil }

func words(text string) io.ReadSeekCloser { return closing{strings.NewReader(text)} }

func (s *Site) sendFilm(w http.ResponseWriter, r *http.Request, n *file.Node, part, kind string, body io.ReadSeekCloser, err error) error {
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Cookie")
	h.Set("Content-Type", kind)
	h.Set("ETag", strconv.Quote(n.Etag.String()+"-"+part))
	http.ServeContent(w, r, "", time.Time{}, body)
	return nil
}
