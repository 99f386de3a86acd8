package nextcloud

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/photo"
	"allod/internal/server"
	"allod/protocol/ocs"
)

// Passes are the words in the addresses of links.
type Passes interface {
	Make(purpose string, what id.ID) string
	Read(purpose, pass string) (what id.ID, ok bool)
}

// Seals are passwords of links.
type Seals interface {
	Seal(ctx context.Context, password string) (string, error)
	Fits(ctx context.Context, password, sealed string) (bool, error)
}

const (
	sharesPath   = "/apps/files_sharing/api/v1/"
	linkPath     = "/s/"    // of the site
	sharePurpose = "share"  // of passes of links, as the site has them
	shareFormMax = 64 << 10 // bytes
)

// shareRoutes puts the routes of shares at a version of the interface into mux.
func (d *door) shareRoutes(mux *http.ServeMux, frame server.Door, at string) {
	for _, one := range []struct {
		route string
		h     server.Handler
	}{
		{"GET " + at + sharesPath + "shares", d.listShares},
		{"POST " + at + sharesPath + "shares", d.makeShare},
		{"GET " + at + sharesPath + "shares/{id}", d.oneShare},
		{"PUT " + at + sharesPath + "shares/{id}", d.changeShare},
		{"DELETE " + at + sharesPath + "shares/{id}", d.endShare},
		{"GET " + at + sharesPath + "shares/pending", none},
		{"GET " + at + sharesPath + "shares/inherited", none},
		{"GET " + at + sharesPath + "deletedshares", none},
		{"GET " + at + sharesPath + "remote_shares", none},
		{"GET " + at + sharesPath + "remote_shares/pending", none},
		{"GET " + at + sharesPath + "sharees", d.findSharees},
		{"GET " + at + sharesPath + "sharees_recommended", d.recommendSharees},
	} {
		mux.Handle(one.route, frame.Handler(d.admit(one.h)))
	}
}

// none answers what there is never any of here.
func none(w http.ResponseWriter, r *http.Request) error { return reply(w, r, nil) }

// A shareForm is what a request about a share says, in its address and its body.
type shareForm map[string]string

func (f shareForm) has(name string) bool { _, ok := f[name]; return ok }

// yes reports whether a field says yes.
func (f shareForm) yes(name string) bool { return f[name] == "true" || f[name] == "1" }

func readShareForm(w http.ResponseWriter, r *http.Request) (shareForm, error) {
	r.Body = http.MaxBytesReader(w, r.Body, shareFormMax)
	f := shareForm{}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/json" {
		var all map[string]any
		if err := json.NewDecoder(r.Body).Decode(&all); err != nil {
			return nil, server.Malformed("share: %w", err)
		}
		for name, v := range all {
			switch v := v.(type) {
			case string:
				f[name] = v
			case bool:
				f[name] = strconv.FormatBool(v)
			case float64:
				f[name] = strconv.FormatInt(int64(v), 10)
			case nil:
				f[name] = ""
			}
		}
	}
	if err := r.ParseMultipartForm(shareFormMax); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, server.Malformed("share: %w", err)
	}
	for name, all := range r.Form {
		f[name] = all[0]
	}
	return f, nil
}

// rights are those that a request asks for, or others where it says none.
func (f shareForm) rights(otherwise file.Rights) (file.Rights, error) {
	if !f.has("permissions") {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(f["permissions"], 10, 64)
	if err != nil || n < 1 || file.Rights(n)&^file.All != 0 {
		return 0, server.BadRequest(fault.New(fault.Invalid, "fault.share.which_rights"))
	}
	return file.Rights(n), nil
}

// until is the end of the last day that a request says; zero for none.
func (f shareForm) until(otherwise time.Time) (time.Time, error) {
	if !f.has("expireDate") {
		return otherwise, nil
	}
	text := f["expireDate"]
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, text[:min(len(text), len(time.DateOnly))])
	if err != nil {
		return time.Time{}, server.BadRequest(fault.New(fault.Invalid, "fault.share.which_day"))
	}
	return day.Add(24 * time.Hour), nil
}

// listShares answers which shares there are: of the asker's, or of a path, or to the asker.
func (d *door) listShares(w http.ResponseWriter, r *http.Request) error {
	who, q := me(r).who, r.URL.Query()
	toMe, at := q.Get("shared_with_me") == "true" || q.Get("shared_with_me") == "1", strings.Trim(q.Get("path"), "/")
	var of *file.Node
	if q.Get("path") != "" {
		var err error
		if of, err = d.Files.At(r.Context(), who.ID, at); err != nil {
			return err
		}
	}
	within := q.Get("subfiles") == "true" || q.Get("subfiles") == "1"
	if within && of != nil && !of.Folder {
		return server.BadRequest(fault.New(fault.Invalid, "fault.dav.method"))
	}
	takes := func(f file.Found) bool {
		switch {
		case of == nil:
			return true
		case within:
			return strings.EqualFold(strings.TrimPrefix(path.Dir("/"+f.Path), "/"), at)
		}
		return f.ID == of.ID
	}
	all := []*ocs.Share{}
	given := d.Files.GrantedBy
	if toMe {
		given = d.Files.GrantedTo
	}
	grants, err := given(r.Context(), who.ID)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if takes(g.Found) && (q.Get("reshares") != "false" || g.Grant.GiverID == who.ID || toMe) {
			all = append(all, d.grantShare(r, g))
		}
	}
	if !toMe {
		links, err := d.Files.Links(r.Context(), who.ID)
		if err != nil {
			return err
		}
		for _, l := range links {
			if takes(l.Found) {
				all = append(all, d.linkShare(r, l))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *ocs.Share) int { return int(b.Time - a.Time) })
	return reply(w, r, all)
}

// A foundShare is a share by its id: one with somebody here, or a link.
type foundShare struct {
	grant *file.GivenNode
	link  *file.LinkedNode
}

func (d *door) share(r *http.Request) (foundShare, error) {
	which, err := id.Parse(r.PathValue("id"))
	if err != nil {
		return foundShare{}, fault.New(fault.NotFound, "fault.share.unknown")
	}
	who := me(r).who.ID
	l, err := d.Files.Link(r.Context(), who, which)
	if err == nil {
		return foundShare{link: &l}, nil
	}
	if !fault.Is(err, fault.NotFound) {
		return foundShare{}, err
	}
	g, err := d.Files.GrantWith(r.Context(), who, which)
	return foundShare{grant: &g}, err
}

func (d *door) tell(w http.ResponseWriter, r *http.Request, s foundShare, asList bool) error {
	var one *ocs.Share
	if s.link != nil {
		one = d.linkShare(r, *s.link)
	} else {
		one = d.grantShare(r, *s.grant)
	}
	if asList {
		return reply(w, r, []*ocs.Share{one})
	}
	return reply(w, r, one)
}

func (d *door) oneShare(w http.ResponseWriter, r *http.Request) error {
	s, err := d.share(r)
	if err != nil {
		return err
	}
	return d.tell(w, r, s, true)
}

// makeShare shares something with somebody, or by a link.
func (d *door) makeShare(w http.ResponseWriter, r *http.Request) error {
	f, err := readShareForm(w, r)
	if err != nil {
		return err
	}
	n, err := d.Files.At(r.Context(), me(r).who.ID, f["path"])
	if err != nil {
		return err
	}
	until, err := f.until(time.Time{})
	if err != nil {
		return err
	}
	switch f["shareType"] {
	case strconv.Itoa(ocs.ShareUser), "":
		return d.shareWithPerson(w, r, f, n, until)
	case strconv.Itoa(ocs.ShareLink):
		return d.shareByLink(w, r, f, n, until)
	case strconv.Itoa(ocs.ShareGroup):
		return fault.New(fault.NotFound, "fault.share.no_groups") // as Nextcloud answers where there are none
	}
	return fault.New(fault.Denied, "fault.share.no_such_kind")
}

func (d *door) shareWithPerson(w http.ResponseWriter, r *http.Request, f shareForm, n *file.Node, until time.Time) error {
	to, err := d.People.ByName(r.Context(), f["shareWith"])
	if fault.Is(err, fault.NotFound) || err == nil && !to.Local {
		return fault.New(fault.NotFound, "fault.share.who")
	}
	if err != nil {
		return err
	}
	rights, err := f.rights(file.All)
	if err != nil {
		return err
	}
	g, err := d.Files.Grant(r.Context(), me(r).who.ID, n.Number, to.ID, file.GrantTerms{Rights: rights, Note: f["note"], ExpiresAt: until})
	if errors.Is(err, file.ErrExists) {
		return fault.Wrap(err, fault.Denied, "fault.share.already")
	}
	if err != nil {
		return err
	}
	one, err := d.Files.GrantWith(r.Context(), me(r).who.ID, g.ID)
	if err != nil {
		return err
	}
	return d.tell(w, r, foundShare{grant: &one}, false)
}

// linkRights are those of a link that a request asks for.
func (f shareForm) linkRights(n *file.Node, otherwise file.Rights) (file.Rights, error) {
	switch {
	case f.has("permissions"):
		r, err := f.rights(file.Look)
		return r &^ file.PassOn, err
	case f.has("publicUpload") && f.yes("publicUpload") && n.Folder:
		return file.Look | file.Edit | file.Add | file.Remove, nil
	case f.has("publicUpload"):
		return file.Look, nil
	}
	return otherwise, nil
}

func (d *door) shareByLink(w http.ResponseWriter, r *http.Request, f shareForm, n *file.Node, until time.Time) error {
	rights, err := f.linkRights(n, file.Look)
	if err != nil {
		return err
	}
	terms := file.Terms{Label: f["label"], Note: f["note"], Rights: rights, Kept: f.yes("hideDownload"), ExpiresAt: until}
	if f["password"] != "" {
		if terms.Password, err = d.Seals.Seal(r.Context(), f["password"]); err != nil {
			return err
		}
	}
	l, err := d.Files.Share(r.Context(), me(r).who.ID, n.Number, terms)
	if err != nil {
		return err
	}
	one, err := d.Files.Link(r.Context(), me(r).who.ID, l.ID)
	if err != nil {
		return err
	}
	return d.tell(w, r, foundShare{link: &one}, false)
}

// changeShare changes what a request says of a share, and leaves the rest.
func (d *door) changeShare(w http.ResponseWriter, r *http.Request) error {
	s, err := d.share(r)
	if err != nil {
		return err
	}
	f, err := readShareForm(w, r)
	if err != nil {
		return err
	}
	who := me(r).who.ID
	if s.grant != nil {
		g := s.grant.Grant
		t := file.GrantTerms{Note: g.Note}
		if t.Rights, err = f.rights(g.Rights); err != nil {
			return err
		}
		if t.ExpiresAt, err = f.until(g.ExpiresAt); err != nil {
			return err
		}
		if f.has("note") {
			t.Note = f["note"]
		}
		if _, err := d.Files.Regrant(r.Context(), who, g.ID, t); err != nil {
			return err
		}
	} else if err := d.changeLink(r, f, s.link); err != nil {
		return err
	}
	if s, err = d.share(r); err != nil {
		return err
	}
	return d.tell(w, r, s, false)
}

func (d *door) changeLink(r *http.Request, f shareForm, l *file.LinkedNode) (err error) {
	t := file.Terms{Label: l.Link.Label, Note: l.Link.Note, Password: l.Link.Password, Kept: l.Link.Kept}
	t.Whole = l.Link.Whole && !l.Link.Rights.Can(file.Edit) // which it need not have been made for
	if t.Rights, err = f.linkRights(l.Found.Node, l.Link.Rights); err != nil {
		return err
	}
	if t.ExpiresAt, err = f.until(l.Link.ExpiresAt); err != nil {
		return err
	}
	if f.has("label") {
		t.Label = f["label"]
	}
	if f.has("note") {
		t.Note = f["note"]
	}
	if f.has("hideDownload") {
		t.Kept = f.yes("hideDownload")
	}
	if f.has("password") {
		if t.Password = ""; f["password"] != "" {
			if t.Password, err = d.Seals.Seal(r.Context(), f["password"]); err != nil {
				return err
			}
		}
	}
	_, err = d.Files.Reshare(r.Context(), me(r).who.ID, l.Link.ID, t)
	return err
}

// endShare ends a share.
func (d *door) endShare(w http.ResponseWriter, r *http.Request) error {
	s, err := d.share(r)
	if err != nil {
		return err
	}
	if s.link != nil {
		err = d.Files.EndShare(r.Context(), me(r).who.ID, s.link.Link.ID)
	} else {
		err = d.Files.EndGrant(r.Context(), me(r).who.ID, s.grant.Grant.ID)
	}
	if err != nil {
		return err
	}
	return reply(w, r, nil)
}

// nodeShare is what shares of both kinds say of what is shared.
func (d *door) nodeShare(r *http.Request, f file.Found, made, expires time.Time) *ocs.Share {
	owner := d.called(r, f.OwnerID)
	one := &ocs.Share{
		Time: made.Unix(), Path: "/" + f.Path, Owner: owner.Name, OwnerName: displayName(owner), ItemType: "file", Mimetype: f.Mime,
		HasPreview: photo.MayShow(f.Node), ItemSource: f.Number, FileSource: f.Number, FileParent: -1, FileTarget: "/" + f.Name,
		ItemSize: f.Size, ItemTime: f.ModifiedAt.Unix(), ItemPermissions: sharePermissions(f.Node), StorageID: "home::" + owner.Name, Storage: 1,
		MountRoot: f.Mount,
	}
	if f.Folder {
		one.ItemType, one.Mimetype = "folder", "httpd/unix-directory"
	}
	if f.Given {
		one.MountType = "shared"
	}
	if parent, err := d.Files.At(r.Context(), me(r).who.ID, path.Dir("/"+f.Path)); err == nil {
		one.FileParent = parent.Number
	}
	if !expires.IsZero() {
		day := expires.Add(-time.Second).UTC().Format(time.DateOnly) + " 00:00:00"
		one.Expiration = &day
	}
	return one
}

// called is somebody by their id; somebody without a name where they are gone.
func (d *door) called(r *http.Request, who id.ID) *account.Account {
	a, err := d.People.Card(r.Context(), who)
	if err != nil {
		return &account.Account{}
	}
	return a
}

func (d *door) grantShare(r *http.Request, g file.GivenNode) *ocs.Share {
	one := d.nodeShare(r, g.Found, g.Grant.CreatedAt, g.Grant.ExpiresAt)
	giver, to := d.called(r, g.Grant.GiverID), d.called(r, g.Grant.ReceiverID)
	name := displayName(to)
	one.ID, one.Type, one.Giver, one.GiverName = g.Grant.ID.String(), ocs.ShareUser, giver.Name, displayName(giver)
	one.Permissions, one.Note, one.With, one.WithName, one.WithUnique = int64(g.Grant.Rights), g.Grant.Note, &to.Name, &name, &to.Name
	one.CanDelete, one.CanEdit = true, g.Grant.ReceiverID != me(r).who.ID
	if g.Grant.ReceiverID == me(r).who.ID {
		one.FileTarget = one.Path
	}
	return one
}

func (d *door) linkShare(r *http.Request, l file.LinkedNode) *ocs.Share {
	one := d.nodeShare(r, l.Found, l.Link.CreatedAt, l.Link.ExpiresAt)
	token := d.Passes.Make(sharePurpose, l.Link.ID)
	one.ID, one.Type, one.Giver, one.GiverName = l.Link.ID.String(), ocs.ShareLink, one.Owner, one.OwnerName
	one.Permissions, one.Note, one.Label = int64(l.Link.Rights), l.Link.Note, l.Link.Label
	one.Token, one.URL, one.CanEdit, one.CanDelete = &token, d.Origin+linkPath+token, true, true
	if l.Link.Kept {
		one.HideDownload = 1
	}
	if l.Link.Password != "" {
		stars := "redacted"
		one.Password, one.With, one.WithName = &stars, &stars, &stars
	}
	return one
}
