package site

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// levels are those of a post, from widest to narrowest.
var levels = [...]post.Visibility{post.Public, post.Unlisted, post.Followers, post.Circle, post.Direct, post.Self}

// askCompose is the page that posts are written on. The address may say what
// is answered, who may see it, and begin the text.
func (s *Site) askCompose(w http.ResponseWriter, r *http.Request, v *reader) error {
	to, err := server.QueryID(r, "reply")
	if err != nil {
		return err
	}
	if r.URL.Query().Has("draft") {
		return s.resume(w, r, v)
	}
	view := s.blank(v)
	view.Visibility = web.Level(v.chosen.Visibility)
	if asked := post.Visibility(r.URL.Query().Get("level")); slices.Contains(levels[:], asked) {
		view.Visibility = web.Level(asked)
	}
	if r.URL.Query().Get("kind") == post.Article {
		view = turned(view, post.Article)
	}
	if to != 0 {
		p, err := s.Posts.Get(r.Context(), v.me.ID, to)
		if err != nil {
			return err
		}
		if view, err = s.replyTo(r, v, p); err != nil {
			return err
		}
		guest, err := server.QueryID(r, "guest")
		if err != nil {
			return err
		}
		if guest != 0 {
			view.Guest = guest.String()
			view.Draft += "-" + view.Guest
		}
	}
	view.Text.Value = r.URL.Query().Get("text")
	return s.composePage(w, r, v, http.StatusOK, view, to)
}

// blank is the form before anything is written into it. Its address carries a
// key of its own, so that a form sent twice posts once.
func (s *Site) blank(v *reader) web.ComposeView {
	return web.ComposeView{
		Action: composeAction(rand.Text()), Draft: "new", Kind: post.Note, MayTurn: true, Language: s.postLanguage(v), Visibility: web.Public,
		Room: media.AtOnce, Longest: post.TextMax, Rights: s.rightsField(v.chosen.Rights, "", true),
		Asking: s.asking(v, composed{}), Keeping: s.keeping(v, composed{}),
	}
}

// desk is the small form at the top of the home stream.
func (s *Site) desk(v *reader) *web.Desk {
	if v.stands.MayAct() != nil {
		return nil
	}
	return &web.Desk{Action: composeAction(rand.Text()), Draft: "new", From: fromHome, Language: s.postLanguage(v), Visibility: web.Level(v.chosen.Visibility),
		Followers: int(v.me.FollowersCount), Room: media.AtOnce, Longest: post.TextMax}
}

// postLanguage is the language one writes in unless one says otherwise.
func (s *Site) postLanguage(v *reader) string {
	if v.chosen.PostLanguage == "" {
		return v.words.Tag()
	}
	return v.chosen.PostLanguage
}

// fromHome says that a form stands on the home page.
const fromHome = "home"

// turned is a form for another kind of post, with what was typed into it.
func turned(view web.ComposeView, kind string) web.ComposeView {
	view.Room = min(media.PerPost, len(view.Pictures)+media.AtOnce)
	if view.Kind = post.Note; kind == post.Article {
		view.Kind, view.Longest = post.Article, 0
		if view.Draft == "new" {
			view.Draft = "new-article"
		}
	}
	return view
}

// rightsField is the choice of what others may do, from what was chosen; of a
// post also what its writer says of all of theirs.
func (s *Site) rightsField(usual, chosen account.Rights, ofPost bool) web.RightsField {
	f := web.RightsField{Chosen: string(chosen), Usual: rightsLine(usual), OfPost: ofPost}
	if chosen.Own() {
		f.Chosen, f.Own = ownRights, string(chosen)
	}
	for _, r := range account.Licences() {
		f.Licences = append(f.Licences, web.Option{Value: string(r), Label: r.Words()})
	}
	return f
}

// composeAction is where the form of a key is sent.
func composeAction(key string) string { return composePath + "?" + url.Values{"key": {key}}.Encode() }

// replyTo is the form for an answer: at most as widely seen as what it answers.
func (s *Site) replyTo(r *http.Request, v *reader, p *post.Post) (web.ComposeView, error) {
	view := s.blank(v)
	view.Draft, view.ReplyTo, view.MayTurn, view.Stays = "reply-"+p.ID.String(), p.ID.String(), false, p.HereOnly
	view.Widest, view.Visibility = web.Level(p.Visibility), narrower(v.chosen.Visibility, p.Visibility)
	if p.Visibility != post.Direct {
		return view, nil
	}
	var named []*account.Account
	err := s.DB.View(r.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		named, err = post.Named(ctx, tx, p.ID)
		return err
	})
	var others []string
	for _, a := range named {
		if a.ID != v.me.ID && a.ID != p.AuthorID {
			others = append(others, s.Names.Handle(a))
		}
	}
	view.Named.Value = strings.Join(others, " ")
	return view, err
}

// narrower is the narrower of two levels.
func narrower(chosen string, of post.Visibility) web.Level {
	found := false
	for _, l := range levels {
		found = found || l == of
		if found && string(l) == chosen {
			return web.Level(chosen)
		}
	}
	return web.Level(of)
}

// composePage shows the form, below the post it answers.
func (s *Site) composePage(w http.ResponseWriter, r *http.Request, v *reader, status int, view web.ComposeView, to id.ID) error {
	if to != 0 {
		p, err := s.Posts.Get(r.Context(), v.me.ID, to)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err == nil { // else it went while the answer was being written, which stays
			c, err := s.castOf(r.Context(), []*post.Post{p})
			if err != nil {
				return err
			}
			parent := s.entry(v, p, c)
			view.Parent, view.Widest = &parent, web.Level(p.Visibility)
		}
		if view.Answered, err = s.answeredGuest(r.Context(), v, view.Guest, to); err != nil {
			return err
		}
	}
	if err := s.offer(r, v, &view); err != nil {
		return err
	}
	p, err := s.page(r, v, web.PlaceWrite, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Compose(p, view))
}

// answeredGuest is the comment of a guest that a reply answers, nil for none
// or where it went while the answer was being written.
func (s *Site) answeredGuest(ctx context.Context, v *reader, guest string, below id.ID) (*web.Talk, error) {
	if guest == "" {
		return nil, nil
	}
	what, err := id.Parse(guest)
	if err != nil {
		return nil, nil
	}
	c, err := s.Comments.Answerable(ctx, what, below)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	talk := s.guestTalk(v, c, nil)
	return &talk, nil
}

// compose posts what was written. If it cannot be posted, the form comes back
// with everything that was typed and with the pictures that came. It also comes
// back to be turned into another kind, and to be looked at.
func (s *Site) compose(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeUpload[composed](r, composeMax)
	if err != nil {
		return err
	}
	pictures, err := s.takePictures(r.Context(), v, in.slots())
	if err != nil {
		return err
	}
	in.Text = renumber(in.Kind, in.Text, pictures.moved)
	if in.Turn != "" {
		in.Kind = in.Turn
		return s.composePage(w, r, v, http.StatusOK, s.again(v, in, pictures), in.parent())
	}
	pictures.film(&in)
	d, err := in.draft(s.Names.Host, pictures.ids())
	if pictures.wrong != nil {
		err = pictures.wrong
	}
	if in.Keep && pictures.wrong == nil {
		return s.keepDraft(w, r, v, in, pictures, d)
	}
	if in.Attach && pictures.wrong == nil {
		return s.toAttach(w, r, v, in, pictures, d)
	}
	var p *post.Post
	switch {
	case err != nil:
	case in.Preview:
		view := s.again(v, in, pictures)
		if view.Preview, err = s.preview(r, v, d); err == nil {
			return s.composePage(w, r, v, http.StatusOK, view, in.parent())
		}
	case in.Later != "":
		if err = s.postLater(r, v, in, d); err == nil {
			return seeOther(w, with(draftsPath, "planned"))
		}
	default:
		if in, err = s.stillThere(r, v, in); err != nil {
			break
		}
		if p, err = s.Posts.Publish(r.Context(), v.me, d); err == nil {
			err = s.Drafts.Posted(r.Context(), v.me.ID, in.Draft, in.Key)
		}
	}
	if err == nil && in.From == fromHome {
		return seeOther(w, with(homePath, posted(p.Visibility)))
	}
	if err == nil {
		return seeOther(w, with(postPath(p), posted(p.Visibility)))
	}
	if !typedWrong(err) {
		return err
	}
	return s.composePage(w, r, v, http.StatusUnprocessableEntity, blame(v, s.again(v, in, pictures), err), in.parent())
}

// stillThere refuses to post a draft that is not there any more, once: it was
// posted or thrown away elsewhere. The form then is of no draft.
func (s *Site) stillThere(r *http.Request, v *reader, in composed) (composed, error) {
	if in.Draft == 0 {
		return in, nil
	}
	there, err := s.Drafts.There(r.Context(), v.me.ID, in.Draft, in.Key)
	if err == nil && !there {
		in.Draft, err = 0, fault.New(fault.Gone, "fault.draft.gone")
	}
	return in, err
}

// typedWrong reports whether a form comes back with what was typed and a sentence.
func typedWrong(err error) bool {
	return fault.Is(err, fault.Invalid, fault.NotFound, fault.Gone, fault.Denied, fault.TooLarge, fault.Unsupported, fault.Unavailable, fault.Timeout)
}

// blame puts the sentence of an error where it belongs in a form.
func blame(v *reader, view web.ComposeView, err error) web.ComposeView {
	sentence := server.Sentence(v.words, err)
	switch fault.Field(err) {
	case "text":
		view.Text.Error = sentence
	case "title":
		view.Title.Error = sentence
	case "summary":
		view.Summary.Error = sentence
	case "warning":
		view.Warning.Error = sentence
	case "named":
		view.Named.Error = sentence
	case "rights":
		view.Rights.Error = sentence
	case "pictures", "description":
		view.Picture = sentence
	case "poll":
		view.Asking.Error = sentence
	case "later":
		view.Keeping.Later.Error = sentence
	default:
		view.Failed = sentence
	}
	return view
}

// preview is a draft as others will see it.
func (s *Site) preview(r *http.Request, v *reader, d post.Draft) (*web.Post, error) {
	p, err := s.Posts.Preview(r.Context(), v.me, d)
	if err != nil {
		return nil, err
	}
	c, err := s.castOf(r.Context(), []*post.Post{p})
	if err != nil {
		return nil, err
	}
	e := s.whole(v, p, c)
	e.ID, e.Acts = "preview", nil
	return &e, nil
}

// pictureNumber is how the text of an article names a picture.
var pictureNumber = regexp.MustCompile(`(!\[[^\]\n]*\]\()(\d{1,3})([ )])`)

// renumber has the text of an article name its pictures by their new numbers,
// where some were left out; those are named no longer.
func renumber(kind, text string, moved map[int]int) string {
	same := true
	for from, to := range moved {
		same = same && from == to
	}
	if kind != post.Article || same {
		return text
	}
	return pictureNumber.ReplaceAllStringFunc(text, func(found string) string {
		m := pictureNumber.FindStringSubmatch(found)
		n, err := strconv.Atoi(m[2])
		to, ok := moved[n]
		if err != nil || !ok {
			return found
		}
		if to == 0 {
			return m[1] + "-" + m[3]
		}
		return m[1] + strconv.Itoa(to) + m[3]
	})
}

// posted is the notice of a new post.
func posted(v post.Visibility) string {
	switch v {
	case post.Public:
		return "posted"
	case post.Self:
		return "kept"
	}
	return "sent"
}

// again is the form with what was typed into it.
func (s *Site) again(v *reader, in composed, pictures taken) web.ComposeView {
	view := s.blank(v)
	if in.Key != "" {
		view.Action = composeAction(in.Key)
	}
	if in.ReplyTo != "" {
		view.Draft, view.ReplyTo = "reply-"+in.ReplyTo, in.ReplyTo
		if in.Guest != "" {
			view.Guest = in.Guest
			view.Draft += "-" + in.Guest
		}
	}
	view.Title.Value, view.Summary.Value, view.Text.Value = in.Title, in.Summary, in.Text
	view.Warning.Value, view.Named.Value, view.HereOnly = in.Warning, in.Named, in.HereOnly
	view.Language, view.Visibility, view.Pictures = in.Language, web.Level(in.Visibility), pictures.fields
	view.Rights.Chosen, view.Rights.Own = in.Rights, in.OwnRights
	view.Audience = chosenGroups(in)
	view.MayTurn = in.ReplyTo == ""
	view.Asking, view.Keeping = s.asking(v, in), s.keeping(v, in)
	return turned(view, in.Kind)
}
