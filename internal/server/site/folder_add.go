package site

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strings"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
	"allod/web"
)

// What becomes of a thing where another of its name stands.
const (
	clashBeside  = "beside"
	clashReplace = "replace"
	clashSkip    = "skip"
)

// clashMax is the most that a field beside the files of a form may hold.
const clashMax = 100

// errSkip is that something stands there and is to stay as it is.
var errSkip = errors.New("what stands there stays")

// addFiles takes the files of a form into a folder, each as it comes. Those
// that could be kept are, and of the others the page says why not.
func (s *Site) addFiles(w http.ResponseWriter, r *http.Request, v *reader) error {
	_, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return server.Malformed("form of files: %w", err)
	}
	view := web.FolderView{Arrived: &web.Arrived{}, Clash: clashBeside}
	broken := s.eachFile(r, v, at, parts, &view)
	if broken != nil {
		if err := server.BodyError(broken); !fault.Is(err, fault.TooLarge, fault.Timeout, fault.Invalid) {
			return err
		}
		refuse(v, view.Arrived, "", server.BodyError(broken))
	}
	if view.Arrived.Kept+view.Arrived.Skipped+len(view.Arrived.Refused) == 0 {
		refuse(v, view.Arrived, "", fault.New(fault.Invalid, "fault.file.none_chosen"))
	}
	status := http.StatusOK
	if len(view.Arrived.Refused) > 0 {
		status = http.StatusUnprocessableEntity
	} else if len(view.Arrived.Renamed)+view.Arrived.Skipped == 0 {
		return seeOther(w, with(filesURL(at), "files_kept"))
	}
	p, err := s.partOf(r, v, at)
	if err != nil {
		return err
	}
	return s.folderPage(w, r, v, status, p, view)
}

// eachFile keeps the files of a form one by one. Its error is of the form itself.
func (s *Site) eachFile(r *http.Request, v *reader, at string, parts *multipart.Reader, view *web.FolderView) error {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name, isFile := fileName(part)
		switch {
		case !isFile && part.FormName() == "clash":
			said, err := io.ReadAll(io.LimitReader(part, clashMax))
			if err != nil {
				return err
			}
			view.Clash = string(said)
		case isFile && name != "":
			body := &watched{r: part}
			err := s.addFile(r, v, path.Join(at, name), body, view)
			if body.err != nil {
				return body.err
			}
			if err != nil {
				refuse(v, view.Arrived, name, err)
				if !typedWrong(err) && !fault.Is(err, fault.Conflict) {
					return err
				}
			}
		}
	}
}

// A watched reader remembers what went wrong with what it reads.
type watched struct {
	r   io.Reader
	err error
}

// Read reads.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// fileName is the name of a file in a form, with the folders it is sent in.
// A field of text is none.
func fileName(p *multipart.Part) (name string, isFile bool) {
	_, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
	if err != nil {
		return "", false
	}
	name, isFile = params["filename"]
	return strings.TrimLeft(strings.ReplaceAll(name, "\\", "/"), "/"), isFile
}

// addFile keeps one file, and notes in view what became of it.
func (s *Site) addFile(r *http.Request, v *reader, to string, body io.Reader, view *web.FolderView) error {
	_, err := file.Split(to)
	if err != nil {
		return err
	}
	n, _, err := s.Files.Put(r.Context(), v.me.ID, to, body, s.writeOf(view.Clash))
	switch {
	case errors.Is(err, errSkip):
		view.Arrived.Skipped++
		return nil
	case err != nil:
		return err
	}
	view.Arrived.Kept++
	if n.Name != path.Base(to) && len(view.Arrived.Renamed) < 20 {
		view.Arrived.Renamed = append(view.Arrived.Renamed, n.Name)
	}
	return nil
}

// writeOf is how a file is written where another may stand.
func (s *Site) writeOf(clash string) file.Write {
	w := file.Write{Size: -1, Parents: true}
	switch clash {
	case clashReplace:
	case clashSkip:
		w.Check = func(now *file.Node) error {
			if now != nil {
				return errSkip
			}
			return nil
		}
	default:
		w.Beside = true
	}
	return w
}

// refuse notes that a file was not kept, and why.
func refuse(v *reader, a *web.Arrived, name string, err error) {
	if len(a.Refused) < 20 {
		a.Refused = append(a.Refused, web.Refusal{Name: clip(name, 120), Why: server.Sentence(v.words, err)})
	}
}
