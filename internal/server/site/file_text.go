package site

import (
	"errors"
	"net/http"
	"path"
	"strings"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
	"allod/web"
)

// textEnding is what the name of a text gets that is typedText here and has no ending.
const textEnding = ".md"

// typedText is the form of a text, as web.FileText tells it.
type typedText struct {
	Name string `form:"name"`
	Text string `form:"text"`
	Etag string `form:"etag"` // of what was read before it was changed
}

// askText is the form of a text: of one that is there, or in a folder of a new one.
func (s *Site) askText(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	in := typedText{Name: n.Name, Etag: n.Etag.String()}
	if n.Folder {
		return s.textPage(w, r, v, http.StatusOK, n, at, typedText{}, nil)
	}
	text, ok, err := s.textOf(r, n)
	if err == nil && !ok {
		err = fault.New(fault.Unsupported, "fault.file.no_text")
	}
	if err != nil {
		return err
	}
	in.Text = text
	return s.textPage(w, r, v, http.StatusOK, n, at, in, nil)
}

// writeText keeps a text as it was typed. What it said before becomes a
// version; what was changed elsewhere meanwhile stays, and this goes beside it.
func (s *Site) writeText(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	in, err := server.DecodeUpload[typedText](r, 4*textMax)
	if err != nil {
		return err
	}
	in.Text = strings.ReplaceAll(in.Text, "\r\n", "\n")
	to, word, err := s.keepText(r, v, n, at, in)
	if err == nil {
		return seeOther(w, with(filesURL(to), word))
	}
	if !typedWrong(err) && !fault.Is(err, fault.Conflict) {
		return err
	}
	return s.textPage(w, r, v, http.StatusUnprocessableEntity, n, at, in, err)
}

// errMeanwhile is that a file is not what it was any more.
var errMeanwhile = errors.New("changed meanwhile")

// keepText writes a text, and returns where it is and the word of a notice.
func (s *Site) keepText(r *http.Request, v *reader, n *file.Node, at string, in typedText) (to, word string, err error) {
	if len(in.Text) > textMax {
		return "", "", fault.New(fault.TooLarge, "fault.file.text_long").In("text")
	}
	write := file.Write{Size: int64(len(in.Text))}
	if n.Folder {
		name := strings.TrimSpace(in.Name)
		if err := file.CheckName(name); err != nil {
			return "", "", err
		}
		if path.Ext(name) == "" {
			name += textEnding
		}
		to = path.Join(at, name)
		write.Check = func(now *file.Node) error {
			if now != nil {
				return fault.New(fault.Conflict, "fault.file.exists").In("name")
			}
			return nil
		}
		_, _, err = s.Files.Put(r.Context(), v.me.ID, to, strings.NewReader(in.Text), write)
		return to, "text_kept", err
	}
	write.Check = func(now *file.Node) error {
		if now == nil || now.Etag.String() != in.Etag {
			return errMeanwhile
		}
		return nil
	}
	_, _, err = s.Files.Put(r.Context(), v.me.ID, at, strings.NewReader(in.Text), write)
	if !errors.Is(err, errMeanwhile) {
		return at, "text_kept", err
	}
	kept, _, err := s.Files.Put(r.Context(), v.me.ID, at, strings.NewReader(in.Text), file.Write{Size: write.Size, Beside: true})
	if err != nil {
		return "", "", err
	}
	return path.Join(path.Dir("/"+at), kept.Name)[1:], "both_kept", nil
}

func (s *Site) textPage(w http.ResponseWriter, r *http.Request, v *reader, status int, n *file.Node, at string, in typedText, wrong error) error {
	view := web.FileTextView{
		Action: nodePath(n, "/text"), New: n.Folder, Name: web.Field{Value: in.Name}, Text: web.Field{Value: in.Text}, Etag: in.Etag, Back: filesURL(at),
		Markdown: n.Folder || n.Mime == "text/markdown",
	}
	title := n.Name
	if n.Folder {
		title = v.words.T("files.new_text")
	}
	view.Head = s.filesHead(v, web.FilesAll, title)
	switch {
	case wrong == nil:
	case fault.Field(wrong) == "text":
		view.Text.Error = server.Sentence(v.words, wrong)
	case fault.Field(wrong) == "name" && n.Folder:
		view.Name.Error = server.Sentence(v.words, wrong)
	default:
		view.Failed = server.Sentence(v.words, wrong)
	}
	p, err := s.Files.Folder(r.Context(), v.me.ID, at, file.ByName, 0, 0)
	if err != nil {
		return err
	}
	view.Crumbs = s.crumbs(v, p)
	if p.Path != "" {
		view.Crumbs = append(view.Crumbs, web.Link{Label: n.Name, URL: filesURL(at)})
	}
	frame, err := s.page(r, v, web.PlaceFiles, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.FileText(frame, view))
}
