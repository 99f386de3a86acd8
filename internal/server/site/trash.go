package site

import (
	"net/http"
	"strconv"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
	"allod/web"
)

const trashPath = filePath + "trash"

// trash is what the reader threw away and can still have back.
func (s *Site) trash(w http.ResponseWriter, r *http.Request, v *reader) error {
	top, all, err := s.Files.Trash(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	view := web.TrashView{
		Head: s.filesHead(v, web.FilesTrash, v.words.T("files.trash")), Count: len(all), Bytes: top.Size, Days: trashDays,
		Restore: trashPath + "/restore", Discard: trashPath + "/discard", Empty: trashPath + "/empty",
	}
	skip := min(skipOf(r), len(all))
	for _, t := range all[skip:min(skip+folderPage, len(all))] {
		row := web.TrashRow{Row: s.fileRow(v, t.Node, ""), From: t.From, Until: t.DeletedAt.Add(file.TrashFor).In(v.zone)}
		row.Row.Name, row.Row.When = t.Was, t.DeletedAt.In(v.zone)
		view.Rows = append(view.Rows, row)
	}
	if skip+folderPage < len(all) {
		view.Older = trashPath + "?skip=" + strconv.Itoa(skip+folderPage)
	}
	frame, err := s.page(r, v, web.PlaceFiles, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Trash(frame, view))
}

// eachTrashed does something with each thing in the trash that was chosen.
func (s *Site) eachTrashed(r *http.Request, v *reader, do func(t *file.Trashed) error) (n int, err error) {
	in, err := server.DecodeBody[chosen](r)
	if err != nil {
		return 0, err
	}
	_, all, err := s.Files.Trash(r.Context(), v.me.ID)
	if err != nil {
		return 0, err
	}
	lies := map[int64]*file.Trashed{}
	for _, t := range all {
		lies[t.Number] = t
	}
	for _, number := range in.Numbers {
		t := lies[number]
		if t == nil {
			continue
		}
		if err := do(t); err != nil && !fault.Is(err, fault.NotFound) {
			return n, err
		}
		n++
	}
	return n, nil
}

// restore takes chosen things out of the trash.
func (s *Site) restore(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, err := s.eachTrashed(r, v, func(t *file.Trashed) error {
		_, err := s.Files.Restore(r.Context(), v.me.ID, t.Name)
		return err
	})
	return trashDone(w, n, "restored", err)
}

// discard deletes chosen things in the trash for good.
func (s *Site) discard(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, err := s.eachTrashed(r, v, func(t *file.Trashed) error { return s.Files.Discard(r.Context(), v.me.ID, t.Name) })
	return trashDone(w, n, "discarded", err)
}

func trashDone(w http.ResponseWriter, n int, word string, err error) error {
	if err != nil {
		return err
	}
	if n == 0 {
		word = "none_chosen"
	}
	return seeOther(w, with(trashPath, word))
}

// askEmptyTrash asks before all in the trash is deleted.
func (s *Site) askEmptyTrash(w http.ResponseWriter, r *http.Request, v *reader) error {
	_, all, err := s.Files.Trash(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	frame, err := s.page(r, v, web.PlaceFiles, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Ask(frame, web.AskView{
		Title: v.words.T("files.empty_trash_title"), Text: v.words.T("files.empty_trash_text", "n", len(all)),
		Action: trashPath + "/empty", Do: v.words.T("files.do_empty"), Back: trashPath,
	}))
}

// emptyTrash deletes all in the trash for good.
func (s *Site) emptyTrash(w http.ResponseWriter, r *http.Request, v *reader) error {
	if err := s.Files.Discard(r.Context(), v.me.ID, ""); err != nil {
		return err
	}
	return seeOther(w, with(trashPath, "trash_emptied"))
}
