package site

import (
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"strings"

	"golang.org/x/text/language"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/film"
	"allod/internal/locale"
	"allod/internal/server"
	"allod/web"
)

// languageOf is the language of captions, the reader's where their name does not tell.
func languageOf(v *reader, said string) string {
	if said == "" {
		return v.words.Tag()
	}
	return said
}

// wordsCalled is what captions are called: their language, or as their file is.
func wordsCalled(v *reader, w file.Words) string {
	if w.Language == "" {
		return w.Name
	}
	return locale.NameOf(w.Language)
}

// A caption form, as web.Captions tells it.
type captionForm struct {
	Of       int64                 `form:"of"`
	Etag     string                `form:"etag"`
	Language string                `form:"language"`
	Text     string                `form:"text"`
	Words    *multipart.FileHeader `form:"words"`
}

// videoOf is the reader's own video that an address names, and its path.
func (s *Site) videoOf(r *http.Request, v *reader) (*file.Node, string, error) {
	n, at, err := s.nodeOf(r, v)
	if err == nil && fileKind(n) != web.FileVideo {
		err = nothingHere()
	}
	return n, at, err
}

// askCaptions is the page on which what is said in a video is written.
func (s *Site) askCaptions(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, at, err := s.videoOf(r, v)
	if err != nil {
		return err
	}
	of, err := server.QueryID(r, "of")
	if err != nil {
		return err
	}
	return s.captionPage(w, r, v, http.StatusOK, n, at, captionForm{Of: int64(of)}, nil)
}

func (s *Site) captionPage(w http.ResponseWriter, r *http.Request, v *reader, status int, n *file.Node, at string, in captionForm, wrong error) error {
	all, err := s.Files.WordsBeside(r.Context(), n)
	if err != nil {
		return err
	}
	view := web.CaptionsView{
		Head: s.filesHead(v, web.FilesAll, v.words.T("captions.title", "name", n.Name)), Action: nodePath(n, "/captions"), Back: filesURL(at),
		Language: in.Language, Text: web.Field{Value: in.Text}, Etag: in.Etag,
	}
	if view.Film, err = s.filmView(r, v, n); err != nil {
		return err
	}
	if view.Language == "" {
		view.Language = v.words.Tag()
	}
	found := in.Of == 0
	for _, one := range all {
		row := web.CaptionRow{Label: wordsCalled(v, one), URL: nodePath(n, "/captions?of="+digits(one.Node)), Versions: nodePath(one.Node, "/versions"), Current: one.Number == in.Of}
		view.Rows = append(view.Rows, row)
		if !row.Current {
			continue
		}
		found = true
		view.Of, view.Label, view.Etag = digits(one.Node), row.Label, one.Etag.String()
		if wrong == nil {
			text, ok, err := s.textOf(r, one.Node)
			if err != nil {
				return err
			}
			if !ok {
				return fault.New(fault.Unsupported, "fault.file.no_text")
			}
			view.Text.Value = text
		}
	}
	if !found {
		return nothingHere()
	}
	switch {
	case wrong == nil:
	case fault.Field(wrong) == "text":
		view.Text.Error = server.Sentence(v.words, wrong)
	default:
		view.Failed = server.Sentence(v.words, wrong)
	}
	frame, err := s.page(r, v, web.PlaceFiles, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Captions(frame, view))
}

// writeCaptions keeps captions beside a video; posts that show it have them at once.
func (s *Site) writeCaptions(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, at, err := s.videoOf(r, v)
	if err != nil {
		return err
	}
	in, err := server.DecodeUpload[captionForm](r, 4*film.CaptionsMax)
	if err != nil {
		return err
	}
	kept, err := s.keepCaptions(r, v, n, at, &in)
	if err == nil {
		if err := s.caption(r.Context(), n); err != nil {
			return err
		}
		s.Forget(v.me.ID)
		return seeOther(w, nodePath(n, "/captions?of="+digits(kept)+"&notice=text_kept"))
	}
	if !typedWrong(err) && !fault.Is(err, fault.Conflict) {
		return err
	}
	return s.captionPage(w, r, v, http.StatusUnprocessableEntity, n, at, in, err)
}

// keepCaptions writes what a form says, which is read first.
func (s *Site) keepCaptions(r *http.Request, v *reader, n *file.Node, at string, in *captionForm) (*file.Node, error) {
	if in.Words != nil && in.Words.Size > 0 {
		f, err := in.Words.Open()
		if err != nil {
			return nil, err
		}
		defer f.Close()
		all, err := io.ReadAll(io.LimitReader(f, film.CaptionsMax+1))
		if err != nil {
			return nil, err
		}
		in.Text = strings.ToValidUTF8(string(all), "\ufffd")
	}
	text := strings.ReplaceAll(in.Text, "\r\n", "\n")
	cues, err := film.ParseCaptions(text)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(text, "WEBVTT") {
		text = film.Captions(cues)
	}
	name, write := "", file.Write{Size: int64(len(text))}
	if in.Of != 0 {
		all, err := s.Files.WordsBeside(r.Context(), n)
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			if one.Number == in.Of {
				name = one.Name
			}
		}
		if name == "" {
			return nil, nothingHere()
		}
	} else {
		tag, err := language.Parse(in.Language)
		if err != nil {
			return nil, fault.New(fault.Invalid, "fault.post.language").In("language")
		}
		name = strings.TrimSuffix(n.Name, path.Ext(n.Name)) + "." + strings.ToLower(tag.String()) + ".vtt"
	}
	write.Check = func(now *file.Node) error {
		if now != nil && now.Etag.String() != in.Etag {
			return fault.New(fault.Conflict, "fault.film.captions_meanwhile")
		}
		return nil
	}
	kept, _, err := s.Files.Put(r.Context(), v.me.ID, path.Join(path.Dir("/"+at), name)[1:], strings.NewReader(text), write)
	return kept, err
}

// caption has the posts that show a video have the captions beside it, without
// notes in them. Captions that cannot be read are left out.
func (s *Site) caption(ctx context.Context, n *file.Node) error {
	all, err := s.Files.WordsBeside(ctx, n)
	if err != nil {
		return err
	}
	words := map[string]string{}
	for _, one := range all {
		if one.Size > film.CaptionsMax {
			continue
		}
		body, err := s.Files.Open(ctx, one.Node)
		if err != nil {
			return err
		}
		text, err := io.ReadAll(body)
		body.Close()
		if err != nil {
			return err
		}
		if cues, err := film.ParseCaptions(strings.ToValidUTF8(string(text), "\ufffd")); err == nil {
			tag, err := language.Parse(one.Language)
			if err != nil {
				tag = language.Und
			}
			words[tag.String()] = film.Captions(cues)
		}
	}
	return s.Media.SetWords(ctx, n.ID, words)
}
