package site

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
	"allod/web"
)

const sharePath = "/s/"

// sharePurpose is what passes of links to files are for.
const sharePurpose = "share"

// askShare is the page on which a file or folder is shared with people here, and links to it are made and taken back.
func (s *Site) askShare(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	return s.shareDialog(w, r, v, http.StatusOK, n, at, web.ShareView{Days: "0"})
}

// shareDialog draws that page; what the forms held, and what was wrong, is in view.
func (s *Site) shareDialog(w http.ResponseWriter, r *http.Request, v *reader, status int, n *file.Node, at string, view web.ShareView) error {
	view.Name, view.Folder, view.Back = n.Name, n.Folder, filesURL(at)
	if n.Given {
		owner, err := s.Accounts.Card(r.Context(), n.OwnerID)
		if err != nil {
			return err
		}
		if view.Owner = owner.Called(); n.Mount {
			view.Leave = nodePath(n, "/share/leave")
		}
	} else {
		view.Add = nodePath(n, "/share")
	}
	if n.Rights.Can(file.PassOn) {
		view.Give = nodePath(n, "/people")
	}
	if err := s.shareRows(r, v, n, &view); err != nil {
		return err
	}
	p, err := s.page(r, v, web.PlaceFiles, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.ShareDialog(p, view))
}

// shareRows are with whom something is shared, and the links to it.
func (s *Site) shareRows(r *http.Request, v *reader, n *file.Node, view *web.ShareView) error {
	grants, err := s.Files.Grants(r.Context(), v.me.ID, n.Number)
	if err != nil {
		return err
	}
	for _, g := range grants {
		who, err := s.Accounts.Card(r.Context(), g.ReceiverID)
		if err != nil {
			return err
		}
		at := nodePath(n, "/people/"+g.ID.String())
		view.People = append(view.People, web.ShareePerson{
			Name: who.Called(), Handle: who.Name, May: mayOf(g.Rights), On: g.Rights.Can(file.PassOn), Note: g.Note, Until: lastMoment(v, g.ExpiresAt),
			Change: at, End: at + "/end",
		})
	}
	if n.Given {
		return nil
	}
	all, err := s.Files.Shares(r.Context(), v.me.ID, n.Number)
	for _, sh := range all {
		link := s.linkURL(sh)
		view.Links = append(view.Links, web.ShareRow{
			ID: sh.ID.String(), URL: link, Label: sh.Label, May: mayOf(sh.Rights), Kept: sh.Kept, Whole: sh.Whole, Note: sh.Note, Made: sh.CreatedAt.In(v.zone),
			Locked: sh.Password != "", End: nodePath(n, "/share/"+sh.ID.String()+"/end"), Until: lastMoment(v, sh.ExpiresAt),
			Post: composePath + "?" + url.Values{"level": {string(web.Direct)}, "text": {"\n\n" + link}}.Encode(),
			Mail: "mailto:?" + strings.ReplaceAll(url.Values{"subject": {n.Name}, "body": {link}}.Encode(), "+", "%20"),
		})
	}
	return err
}

func (s *Site) linkURL(sh *file.Link) string {
	return s.Names.Origin + sharePath + s.Passes.Make(sharePurpose, sh.ID)
}

// lastMoment is when a share ends, on the reader's clock; zero for never.
func lastMoment(v *reader, at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.In(v.zone)
}

// mayOf is what rights let somebody do, in a word of forms.
func mayOf(r file.Rights) string {
	switch {
	case !r.Can(file.Look):
		return "drop"
	case r.Can(file.Edit):
		return "edit"
	case r.Can(file.Add):
		return "add"
	}
	return "look"
}

// rightsFor are those that a word of forms stands for. By a link nothing is thrown away.
func rightsFor(may string, link bool) (file.Rights, error) {
	switch {
	case may == "" || may == "look":
		return file.Look, nil
	case may == "add":
		return file.Look | file.Add, nil
	case may == "edit" && link:
		return file.Look | file.Edit | file.Add, nil
	case may == "edit":
		return file.Look | file.Edit | file.Add | file.Remove, nil
	case may == "drop" && link:
		return file.Add, nil
	}
	return 0, server.Malformed("what may be done: %.20q", may)
}

// share makes a link.
func (s *Site) share(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, at, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		May      string `form:"may"`
		Label    string `form:"label"`
		Note     string `form:"note"`
		Password string `form:"password"`
		Days     string `form:"days"`
		Kept     string `form:"kept"`
		Whole    string `form:"whole"`
	}](r)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(in.Days)
	if err != nil || days < 0 || days > file.ShareDaysMax {
		return server.Malformed("days")
	}
	rights, err := rightsFor(in.May, true)
	if err != nil {
		return err
	}
	terms := file.Terms{Label: in.Label, Note: in.Note, Rights: rights, Kept: in.Kept != "", Whole: in.Whole != "", For: time.Duration(days) * 24 * time.Hour}
	if in.Password != "" {
		terms.Password, err = s.Auth.Seal(r.Context(), in.Password)
	}
	if err == nil {
		_, err = s.Files.Share(r.Context(), v.me.ID, n.Number, terms)
	}
	if err == nil {
		return seeOther(w, with(nodePath(n, "/share"), "shared")+"#links")
	}
	if !fault.Is(err, fault.Invalid, fault.TooMany) {
		return err
	}
	view := web.ShareView{Label: web.Field{Value: in.Label}, Note: web.Field{Value: in.Note}, Days: in.Days, May: in.May, Kept: terms.Kept, Whole: terms.Whole}
	field := &view.Label
	switch fault.Field(err) {
	case "password":
		field = &view.Password
	case "note":
		field = &view.Note
	}
	field.Error = server.Sentence(v.words, err)
	return s.shareDialog(w, r, v, http.StatusUnprocessableEntity, n, at, view)
}

// endShare takes a link back.
func (s *Site) endShare(w http.ResponseWriter, r *http.Request, v *reader) error {
	n, _, err := s.nodeOf(r, v)
	if err != nil {
		return err
	}
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Files.EndShare(r.Context(), v.me.ID, which); err != nil {
		return err
	}
	return seeOther(w, with(nodePath(n, "/share"), "share_ended"))
}

// A visit is somebody who has a link, at a place below it.
type visit struct {
	share  *file.Link
	part   *file.Part
	base   string // address of the link
	locked bool   // the password must be said first
}

// visitOf is what a link leads to. Nothing of it may be shown while it is locked.
func (s *Site) visitOf(w http.ResponseWriter, r *http.Request, most int) (*visit, error) {
	h := w.Header()
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cache-Control", "private, no-store")
	token := r.PathValue("token")
	which, ok := s.Passes.Read(sharePurpose, token)
	if !ok {
		return nil, fault.New(fault.Gone, "fault.share.over")
	}
	sh, part, err := s.Files.Shared(r.Context(), which, r.URL.Query().Get("at"), orderOf(r), skipOf(r), most)
	if err != nil {
		return nil, err
	}
	return &visit{share: sh, part: part, base: sharePath + token, locked: sh.Password != "" && !s.unlocked(r, sh)}, nil
}

// unlocked reports whether a visitor said the password of a link, the one it has now.
func (s *Site) unlocked(r *http.Request, sh *file.Link) bool {
	which, ok := s.Passes.Read(unlockPurpose(sh), s.Sessions.Unlocked(r))
	return ok && which == sh.ID
}

func unlockPurpose(sh *file.Link) string { return "unlock " + sh.Password }

// shared shows what a link leads to: a file, or a folder and what it holds.
func (s *Site) shared(w http.ResponseWriter, r *http.Request, v *reader) error {
	t, err := s.visitOf(w, r, folderPage)
	if err != nil {
		return err
	}
	if t.locked {
		return s.lockedShare(w, r, v, http.StatusOK, t, "")
	}
	return s.sharedPage(w, r, v, http.StatusOK, t, nil)
}

// sharedPage draws it, with what became of files that were sent, if any were.
func (s *Site) sharedPage(w http.ResponseWriter, r *http.Request, v *reader, status int, t *visit, came *web.Arrived) error {
	n, rights := t.part.Node, t.share.Rights
	owner, err := s.Accounts.Card(r.Context(), t.share.OwnerID)
	if err != nil {
		return err
	}
	view := web.SharedView{
		Name: n.Name, By: owner.Called(), Size: n.Size, Count: t.part.Count, Note: t.share.Note, Came: came, Blind: !rights.Can(file.Look),
		Raw: t.at("/raw", t.part.Path), Folder: n.Folder, Kind: fileKind(n), Shown: seen(n.Mime),
	}
	switch {
	case view.Blind || t.share.Kept:
	case n.Folder:
		view.Fetch = t.at("/zip", t.part.Path)
	default:
		view.Fetch = t.at("/fetch", t.part.Path)
	}
	if n.Folder && rights.Can(file.Add) {
		view.Add = t.at("/add", t.part.Path)
	} else if !n.Folder && rights.Can(file.Edit) {
		view.Put = t.at("/add", t.part.Path)
	}
	if t.part.Path != "" {
		view.Up = t.at("", strings.TrimPrefix(path.Dir("/"+t.part.Path), "/"))
	}
	for _, one := range t.part.Held {
		view.Rows = append(view.Rows, web.SharedRow{
			Name: one.Name, URL: t.at("", path.Join(t.part.Path, one.Name)), Kind: fileKind(one), Size: one.Size, When: one.ModifiedAt.In(v.zone),
		})
	}
	if skip := skipOf(r); skip+len(t.part.Held) < t.part.Count && len(t.part.Held) > 0 {
		view.More = t.at("", t.part.Path) + "&skip=" + strconv.Itoa(skip+len(t.part.Held))
	}
	return s.draw(w, r, status, web.Shared(web.Page{Frame: s.frame(v), Hue: owner.Hue}, view))
}

// at is an address below a link.
func (t *visit) at(what, path string) string {
	return t.base + what + "?" + url.Values{"at": {path}}.Encode()
}

func (s *Site) lockedShare(w http.ResponseWriter, r *http.Request, v *reader, status int, t *visit, wrong string) error {
	p := web.Page{Frame: s.frame(v), Hue: houseHue}
	return s.draw(w, r, status, web.SharedLocked(p, web.SharedLockedView{Action: t.base, Password: web.Field{Error: wrong}}))
}

// unlock takes the password of a link.
func (s *Site) unlock(w http.ResponseWriter, r *http.Request, v *reader) error {
	t, err := s.visitOf(w, r, 0)
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		Password string `form:"password"`
	}](r)
	if err != nil {
		return err
	}
	if t.share.Password == "" {
		return seeOther(w, t.base)
	}
	if err := s.Limits.Knock(server.ClientAddr(r)); err != nil {
		return err
	}
	ok, err := s.Auth.Fits(r.Context(), in.Password, t.share.Password)
	if err != nil {
		return err
	}
	if !ok {
		return s.lockedShare(w, r, v, http.StatusUnprocessableEntity, t, v.words.T("fault.form.wrong_password"))
	}
	s.Sessions.Unlock(w, t.base, s.Passes.Make(unlockPurpose(t.share), t.share.ID))
	return seeOther(w, t.base)
}

// sharedBytes sends what a file behind a link holds.
func (s *Site) sharedBytes(save bool) server.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		t, err := s.visitOf(w, r, 0)
		if err != nil {
			return err
		}
		if t.locked {
			return seeOther(w, t.base)
		}
		n := t.part.Node
		if !t.share.Rights.Can(file.Look) || t.share.Kept && (save || !seen(n.Mime) && n.Mime != pdf) {
			return fault.New(fault.Denied, "fault.share.kept")
		}
		body, as, err := s.leaving(r.Context(), t.share, n)
		if err != nil {
			return err
		}
		defer body.Close()
		return sendBytes(w, r, as, `"`+n.Etag.String()+`"`, body, save)
	}
}

// sharedZip sends a folder behind a link as one file.
func (s *Site) sharedZip(w http.ResponseWriter, r *http.Request) error {
	t, err := s.visitOf(w, r, 0)
	if err != nil {
		return err
	}
	if t.locked {
		return seeOther(w, t.base)
	}
	if !t.share.Rights.Can(file.Look) || t.share.Kept {
		return fault.New(fault.Denied, "fault.share.kept")
	}
	all, err := s.Files.Below(r.Context(), t.share.Visitor(), t.part.Node.Number, zipMax)
	if err != nil {
		return err
	}
	return s.streamZip(w, r, t.part.Node.Name, all, func(ctx context.Context, n *file.Node) (io.ReadSeekCloser, *file.Node, error) {
		return s.leaving(ctx, t.share, n)
	})
}

// sharedFromApp leads from the address that Nextcloud's apps make to that of a link.
func (s *Site) sharedFromApp(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Location", sharePath+url.PathEscape(r.PathValue("token")))
	w.WriteHeader(http.StatusMovedPermanently)
	return nil
}
