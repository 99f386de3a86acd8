package site

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/server"
	"allod/web"
)

// largestMax is how many of the largest files the page of storage shows.
const largestMax = 25

// gigabyte is what quotas are told in.
const gigabyte = 1_000_000_000

// kindWords are what files of a kind are called together.
var kindWords = map[string]string{
	"image": "files.kind_image", "video": "files.kind_video", "audio": "files.kind_audio", "text": "files.kind_text", "other": "files.kind_other",
}

// storage is what takes up the reader's space.
func (s *Site) storage(w http.ResponseWriter, r *http.Request, v *reader) error {
	ctx := r.Context()
	u, err := s.Files.Usage(ctx, v.me.ID)
	if err != nil {
		return err
	}
	kinds, err := s.Files.Kinds(ctx, v.me.ID)
	if err != nil {
		return err
	}
	largest, err := s.Files.Largest(ctx, v.me.ID, largestMax)
	if err != nil {
		return err
	}
	pictures, err := s.Media.UsedBy(ctx, []id.ID{v.me.ID})
	if err != nil {
		return err
	}
	view := web.StorageView{
		Head: s.filesHead(v, web.FilesStorage, v.words.T("files.storage")), Used: u.Used(), Quota: u.Quota, Files: u.Files, Trash: u.Trash,
		Versions: u.Versions, Uploads: u.Uploads, Media: pictures[v.me.ID], Chosen: filePath + "chosen", ToTrash: trashPath,
	}
	for _, k := range kinds {
		view.Kinds = append(view.Kinds, web.StorageKind{Label: v.words.T(kindWords[k.Kind]), Count: k.Files, Bytes: k.Bytes})
	}
	for _, f := range largest {
		row := s.fileRow(v, f.Node, f.Path)
		row.Where = s.where(v, f.Path)
		view.Largest = append(view.Largest, row)
	}
	frame, err := s.page(r, v, web.PlaceFiles, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Storage(frame, view))
}

// allow sets how much the files of one who lives here may take up.
func (s *Site) allow(ctx context.Context, a *account.Account, said string) error {
	quota := int64(-1)
	if said = strings.TrimSpace(strings.ReplaceAll(said, ",", ".")); said != "" {
		n, err := strconv.ParseFloat(said, 64)
		if err != nil || !(n >= 0 && n <= 1_000_000) {
			return fault.New(fault.Invalid, "fault.file.quota_number").In("quota")
		}
		quota = int64(n * gigabyte)
	}
	return s.Files.SetQuota(ctx, a.ID, quota)
}

// setQuota is the form by which the keeper says how much that is.
func (s *Site) setQuota(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Quota string `form:"quota"`
	}](r)
	if err != nil {
		return err
	}
	a, err := s.tenantOf(r)
	if err != nil {
		return err
	}
	err = s.allow(r.Context(), a, in.Quota)
	if fault.Is(err, fault.Invalid) {
		return s.quotaPage(w, r, v, a, http.StatusUnprocessableEntity, web.Field{Value: in.Quota, Error: server.Sentence(v.words, err)})
	} else if err != nil {
		return err
	}
	return seeOther(w, with(quotaPath(a), "saved"))
}

func quotaPath(a *account.Account) string { return housePath + "/people/" + a.ID.String() + "/space" }

// askQuota is how much the files of one who lives here take up, and may.
func (s *Site) askQuota(w http.ResponseWriter, r *http.Request, v *reader) error {
	a, err := s.tenantOf(r)
	if err != nil {
		return err
	}
	return s.quotaPage(w, r, v, a, http.StatusOK, web.Field{})
}

func (s *Site) quotaPage(w http.ResponseWriter, r *http.Request, v *reader, a *account.Account, status int, said web.Field) error {
	u, err := s.Files.Usage(r.Context(), a.ID)
	if err != nil {
		return err
	}
	if said.Error == "" && u.Quota >= 0 {
		said.Value = strconv.FormatFloat(float64(u.Quota)/gigabyte, 'f', -1, 64)
	}
	p, err := s.settingsRoom(r, v, housePath)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Quota(p, web.QuotaView{Person: s.person(v, a), Used: u.Used(), Quota: u.Quota, Action: quotaPath(a), Said: said, Back: housePath}))
}
