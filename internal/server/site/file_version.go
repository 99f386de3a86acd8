package site

import (
	"net/http"

	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/server"
	"allod/web"
)

// fileVersions are what a file of the reader's was before.
func (s *Site) fileVersions(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	_, all, err := s.Files.Versions(r.Context(), v.me.ID, n.Number)
	if err != nil {
		return err
	}
	p, err := s.Files.Folder(r.Context(), v.me.ID, at, file.ByName, 0, 0)
	if err != nil {
		return err
	}
	view := web.VersionsView{
		Head: s.filesHead(v, web.FilesAll, v.words.T("files.versions_of", "name", n.Name)), Now: s.fileRow(v, n, at), Most: file.VersionsMax,
		Crumbs: append(s.crumbs(v, p), web.Link{Label: n.Name, URL: filesURL(at)}),
	}
	for _, one := range all {
		base := nodePath(n, "/versions/"+one.ID.String())
		view.Rows = append(view.Rows, web.VersionRow{
			File: web.FileRow{Size: one.Size, When: one.ModifiedAt.In(v.zone)}, Raw: base, Restore: base + "/restore", Delete: base + "/delete",
		})
	}
	frame, err := s.page(r, v, web.PlaceFiles, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Versions(frame, view))
}

// versionOf is the version of the reader's file that an address names.
func (s *Site) versionOf(r *http.Request, v *reader) (*file.Node, id.ID, error) {
	n, _, err := s.nodeOf(r, v)
	if err != nil {
		return nil, 0, err
	}
	which, err := server.PathID(r, "version")
	return n, which, err
}

// rawVersion sends what a file held before.
func (s *Site) rawVersion(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, which, err := s.versionOf(r, v)
	if err != nil {
		return err
	}
	one, err := s.Files.Version(r.Context(), v.me.ID, n.Number, which)
	if err != nil {
		return err
	}
	body, err := s.Files.OpenVersion(r.Context(), one)
	if err != nil {
		return err
	}
	defer body.Close()
	was := *n
	was.Mime, was.ModifiedAt = one.Mime, one.ModifiedAt
	return sendBytes(w, r, &was, `"v`+one.ID.String()+`"`, body, false)
}

// restoreVersion has a file be again what it was.
func (s *Site) restoreVersion(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, which, err := s.versionOf(r, v)
	if err == nil {
		n, err = s.Files.RestoreVersion(r.Context(), v.me.ID, n.Number, which)
	}
	if err != nil {
		return err
	}
	return seeOther(w, with(nodePath(n, "/versions"), "version_back"))
}

// deleteVersion forgets what a file was.
func (s *Site) deleteVersion(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, which, err := s.versionOf(r, v)
	if err == nil {
		err = s.Files.DeleteVersion(r.Context(), v.me.ID, n.Number, which)
	}
	if err != nil {
		return err
	}
	return seeOther(w, with(nodePath(n, "/versions"), "discarded"))
}
