package site

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// attachPath is where what a post shows is chosen among one's files.
const attachPath = filePath + "attach"

// attaching is what that page is told: the draft that shows what is chosen, or
// what a new one answers; and the folder that is looked into.
type attaching struct {
	Draft   id.ID   `form:"draft"`
	Reply   id.ID   `form:"reply"`
	Numbers []int64 `form:"f"`
	At      int64   `form:"at"`
}

// toAttach keeps a form as it is being written, and leads to the reader's files.
func (s *Site) toAttach(w http.ResponseWriter, r *http.Request, v *reader, in composed, pictures taken, d post.Draft) error {
	q := url.Values{}
	kept, err := s.Drafts.Save(r.Context(), v.me.ID, in.Draft, d)
	switch key, _ := fault.Message(err); {
	case err == nil:
		q.Set("draft", kept.ID.String())
	case key == "fault.draft.empty":
		if in.ReplyTo != "" {
			q.Set("reply", in.ReplyTo)
		}
	case !fault.Is(err, fault.TooMany) && !typedWrong(err):
		return err
	default:
		return s.composePage(w, r, v, http.StatusUnprocessableEntity, blame(v, s.again(v, in, pictures), err), in.parent())
	}
	return seeOther(w, attachPath+"?"+q.Encode())
}

// askAttach is a folder of the reader's, to choose from it what a post shows.
func (s *Site) askAttach(w http.ResponseWriter, r *http.Request, v *reader) error {
	draft, err := server.QueryID(r, "draft")
	if err != nil {
		return err
	}
	reply, err := server.QueryID(r, "reply")
	if err != nil {
		return err
	}
	at, err := strconv.ParseInt("0"+r.URL.Query().Get("at"), 10, 64)
	if err != nil {
		return nothingHere()
	}
	return s.attachPage(w, r, v, http.StatusOK, attaching{Draft: draft, Reply: reply, At: at}, "")
}

func (s *Site) attachPage(w http.ResponseWriter, r *http.Request, v *reader, status int, in attaching, wrong string) error {
	at := ""
	if in.At != 0 {
		var err error
		if _, at, err = s.Files.ByNumber(r.Context(), v.me.ID, in.At); err != nil {
			return err
		}
	}
	p, err := s.Files.Folder(r.Context(), v.me.ID, at, file.ByName, skipOf(r), folderPage)
	if err != nil {
		return err
	}
	if !p.Node.Folder {
		return nothingHere()
	}
	to := func(n *file.Node, skip int) string {
		q := url.Values{"at": {digits(n)}}
		if in.Draft != 0 {
			q.Set("draft", in.Draft.String())
		}
		if in.Reply != 0 {
			q.Set("reply", in.Reply.String())
		}
		if skip > 0 {
			q.Set("skip", strconv.Itoa(skip))
		}
		return attachPath + "?" + q.Encode()
	}
	view := web.AttachView{
		Head: s.filesHead(v, web.FilesAll, v.words.T("publish.attach_title")), Action: attachPath, At: digits(p.Node), Wrong: wrong, Most: media.PerPost,
	}
	view.Draft, view.Back = "", composePath
	if in.Reply != 0 {
		view.Reply, view.Back = in.Reply.String(), composePath+"?reply="+in.Reply.String()
	}
	if in.Draft != 0 {
		view.Draft, view.Back = in.Draft.String(), draftPath(in.Draft)
	}
	home, err := s.Files.At(r.Context(), v.me.ID, "")
	if err != nil {
		return err
	}
	if p.Path != "" {
		view.Crumbs = []web.Link{{Label: v.words.T("files.title"), URL: to(home, 0)}}
		for _, f := range p.Above {
			view.Crumbs = append(view.Crumbs, web.Link{Label: f.Name, URL: to(f, 0)})
		}
		view.Head.Title = p.Node.Name
	}
	chosen := map[int64]bool{}
	for _, n := range in.Numbers {
		chosen[n] = true
	}
	for _, n := range p.Held {
		switch {
		case n.Folder:
			view.Folders = append(view.Folders, web.Link{Label: n.Name, URL: to(n, 0)})
		case playable(n):
			row := s.fileRow(v, n, "")
			row.Chosen = chosen[n.Number]
			view.Rows = append(view.Rows, row)
		}
	}
	if skip := skipOf(r); skip+len(p.Held) < p.Count {
		view.More = to(p.Node, skip+len(p.Held))
	}
	frame, err := s.page(r, v, web.PlaceWrite, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Attach(frame, view))
}

// attach has a post that is being written show what was chosen, and leads back to its form.
func (s *Site) attach(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[attaching](r)
	if err != nil {
		return err
	}
	to, err := s.attachTo(r, v, in)
	if err == nil {
		return seeOther(w, to)
	}
	if !typedWrong(err) || fault.Is(err, fault.NotFound) {
		return err
	}
	return s.attachPage(w, r, v, http.StatusUnprocessableEntity, in, server.Sentence(v.words, err))
}

func (s *Site) attachTo(r *http.Request, v *reader, in attaching) (string, error) {
	all, err := s.pick(r.Context(), v, in.Numbers)
	if err != nil {
		return "", err
	}
	form := post.Draft{Kind: post.Note, Visibility: post.Visibility(v.chosen.Visibility), Language: s.postLanguage(v), ReplyTo: in.Reply}
	if in.Draft != 0 {
		d, err := s.Drafts.Get(r.Context(), v.me.ID, in.Draft)
		if err != nil {
			return "", err
		}
		form, form.Key, form.Media = d.Form, d.Key, nil
		for _, m := range d.Media {
			form.Media = append(form.Media, m.ID)
		}
	} else if in.Reply != 0 {
		p, err := s.Posts.Get(r.Context(), v.me.ID, in.Reply)
		if err != nil {
			return "", err
		}
		form.Visibility = post.Visibility(narrower(v.chosen.Visibility, p.Visibility))
	}
	if len(all) == 0 {
		return "", fault.New(fault.Invalid, "fault.publish.none")
	}
	p, err := s.packOf(r.Context(), v, all)
	if err != nil {
		return "", err
	}
	ids, err := p.media(r.Context(), s, media.PerPost-len(form.Media))
	if err != nil {
		return "", err
	}
	form.Media = append(form.Media, ids...)
	var kept id.ID
	if in.Draft != 0 {
		kept = in.Draft
		_, err = s.Drafts.Save(r.Context(), v.me.ID, in.Draft, form)
	} else if d, problem := s.Drafts.Keep(r.Context(), v.me.ID, 0, form, time.Time{}); problem == nil {
		kept = d.ID
	} else {
		err = problem
	}
	return draftPath(kept), err
}
