package site

import (
	"errors"
	"io"
	"net/http"
	"path"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
	"allod/web"
)

// sharedAddMax is how many files one form of somebody without an account brings.
const sharedAddMax = 200

// addShared takes the files that somebody who has a link sends: into the folder, each under a name that is
// free, or in place of the file.
func (s *Site) addShared(w http.ResponseWriter, r *http.Request, v *reader) error {
	t, err := s.visitOf(w, r, 0)
	if err != nil {
		return err
	}
	if t.locked {
		return seeOther(w, t.base)
	}
	n, rights := t.part.Node, t.share.Rights
	if n.Folder && !rights.Can(file.Add) || !n.Folder && !rights.Can(file.Edit) {
		return fault.New(fault.Denied, "fault.share.rights")
	}
	if err := s.Limits.Visit(server.ClientAddr(r)); err != nil {
		return err
	}
	server.Stream(r)
	came := &web.Arrived{}
	if err := s.takeShared(r, v, t, came); err != nil {
		server.Drain(r)
		return err
	}
	if came.Kept+len(came.Refused) == 0 {
		refuse(v, came, "", fault.New(fault.Invalid, "fault.file.none_chosen"))
	}
	status := http.StatusOK
	if len(came.Refused) > 0 {
		status = http.StatusUnprocessableEntity
	}
	if t, err = s.visitOf(w, r, folderPage); err != nil {
		return err
	}
	return s.sharedPage(w, r, v, status, t, came)
}

// takeShared keeps the files of a form one by one. Its error is of the form itself.
func (s *Site) takeShared(r *http.Request, v *reader, t *visit, came *web.Arrived) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return server.Malformed("form of files: %w", err)
	}
	for range sharedAddMax {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return server.BodyError(err)
		}
		name, isFile := fileName(part)
		if !isFile || name == "" {
			continue
		}
		name = path.Base(name)
		body := &watched{r: part}
		to, write := path.Join(t.part.Path, name), file.Write{Size: -1, Beside: true}
		if !t.part.Node.Folder {
			to, write = t.part.Path, file.Write{Size: -1}
		}
		kept, _, err := s.Files.Put(r.Context(), t.share.Visitor(), to, body, write)
		if body.err != nil {
			return server.BodyError(body.err)
		}
		if err != nil {
			refuse(v, came, name, err)
			if fault.Is(err, fault.TooMany, fault.TooLarge, fault.Denied, fault.Gone) {
				return nil // so will be the others
			}
			continue
		}
		came.Kept++
		if t.part.Node.Folder && kept.Name != name && len(came.Renamed) < 20 {
			came.Renamed = append(came.Renamed, kept.Name)
		}
	}
	refuse(v, came, "", fault.New(fault.TooMany, "fault.share.many_at_once", "max", sharedAddMax))
	return nil
}
