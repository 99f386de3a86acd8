package site

import (
	"cmp"
	"context"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/page"
	"allod/internal/post"
	"allod/web"
)

// packMax is how many things a folder may hold that becomes a post.
const packMax = 5000

// What chosen files become, as forms say it.
const (
	toPost = "post" // or an article, where there is a text among them
	toPage = "page"
)

// A pack is what chosen files put into a post or onto a page.
type pack struct {
	shown []*file.Node // pictures, films and sounds, in order
	text  *file.Node   // nil for none
}

// packOf sorts what was chosen. Of a folder it is what can be shown, in the
// order of names. Invalid for what is neither text nor anything to show.
func (s *Site) packOf(ctx context.Context, v *reader, all []picked) (p pack, err error) {
	for _, one := range all {
		if one.Folder {
			held, err := s.Files.Below(ctx, v.me.ID, one.Number, packMax)
			if err != nil {
				return p, err
			}
			slices.SortFunc(held, func(a, b file.Placed) int {
				return cmp.Or(file.Natural(file.Fold(a.Path), file.Fold(b.Path)), cmp.Compare(a.ID, b.ID))
			})
			for _, h := range held {
				if playable(h.Node) {
					p.shown = append(p.shown, h.Node)
				}
			}
			continue
		}
		switch kind := fileKind(one.Node); {
		case playable(one.Node):
			p.shown = append(p.shown, one.Node)
		case kind != web.FileMarkdown && kind != web.FileWords:
			return p, fault.New(fault.Invalid, "fault.publish.kind", "name", one.Name)
		case p.text != nil:
			return p, fault.New(fault.Invalid, "fault.publish.texts")
		default:
			p.text = one.Node
		}
	}
	if p.text == nil && len(p.shown) == 0 {
		return p, fault.New(fault.Invalid, "fault.publish.nothing")
	}
	return p, nil
}

// playable reports whether a file is something that a post may show.
func playable(n *file.Node) bool {
	switch fileKind(n) {
	case web.FilePicture, web.FileVideo, web.FileSound:
		return true
	}
	return false
}

// media makes media of what a pack shows, at most so many.
func (p pack) media(ctx context.Context, s *Site, most int) (ids []id.ID, err error) {
	if len(p.shown) > most {
		return nil, fault.New(fault.Invalid, "fault.publish.many", "n", most)
	}
	for _, n := range p.shown {
		m, err := s.mediumOf(ctx, n)
		if err != nil {
			return nil, err
		}
		ids = append(ids, m.ID)
	}
	return ids, nil
}

// mediumOf makes a medium of a picture, film or sound, which refers to the one that is stored.
func (s *Site) mediumOf(ctx context.Context, n *file.Node) (*media.Medium, error) {
	if fileKind(n) != web.FilePicture {
		m, err := s.Films.Medium(ctx, n)
		if err == nil && m.Kind == media.Video {
			err = s.caption(ctx, n)
		}
		return m, err
	}
	all, err := s.Photos.Media(ctx, n.OwnerID, []int64{n.Number})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// pictures are those of what a pack shows: pages show nothing else.
func (p pack) pictures() pack {
	p.shown = slices.DeleteFunc(p.shown, func(n *file.Node) bool { return fileKind(n) != web.FilePicture })
	return p
}

// words are the title and the text of a pack: a first line that is a heading is its title.
func (p pack) words(r *http.Request, s *Site) (title, text string, err error) {
	if p.text == nil {
		return "", "", nil
	}
	text, ok, err := s.textOf(r, p.text)
	if err == nil && !ok {
		err = fault.New(fault.Unsupported, "fault.file.no_text")
	}
	if err != nil {
		return "", "", err
	}
	title = strings.TrimSuffix(p.text.Name, path.Ext(p.text.Name))
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if first, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(first, "# ") {
		title, text = strings.TrimSpace(strings.Trim(first, "#")), strings.TrimSpace(rest)
	}
	return clip(title, post.TitleMax), text, nil
}

// publishChosen begins a post, an article or a page with chosen things, and leads to
// where it is written: nobody else sees it before it is sent from there. More
// pictures than a post shows go on a page of pictures.
func (s *Site) publishChosen(w http.ResponseWriter, r *http.Request, v *reader, in chosen, all []picked) error {
	p, err := s.packOf(r.Context(), v, all)
	if err != nil {
		return err
	}
	if in.Do == toPage || p.text == nil && len(p.shown) > media.PerPost {
		if p = p.pictures(); p.text == nil && len(p.shown) == 0 {
			return fault.New(fault.Invalid, "fault.publish.page_nothing")
		}
	}
	var at string
	switch {
	case p.text == nil && (in.Do == toPage || len(p.shown) > media.PerPost):
		at, err = s.onWall(r, v, p, albumName(all))
	case in.Do == toPage:
		at, err = s.onPage(r, v, p)
	default:
		at, err = s.inPost(r, v, p)
	}
	if err != nil {
		return err
	}
	return seeOther(w, at)
}

// albumName is what a page of pictures is called that is made of a folder, "" for chosen things.
func albumName(all []picked) string {
	if len(all) == 1 && all[0].Folder {
		return all[0].Name
	}
	return ""
}

// inPost begins a post or an article, and returns where it is written.
func (s *Site) inPost(r *http.Request, v *reader, p pack) (string, error) {
	ids, err := p.media(r.Context(), s, media.PerPost)
	if err != nil {
		return "", err
	}
	form := post.Draft{Kind: post.Note, Visibility: post.Visibility(v.chosen.Visibility), Language: s.postLanguage(v), Media: ids}
	if p.text != nil {
		form.Kind = post.Article
		if form.Title, form.Text, err = p.words(r, s); err != nil {
			return "", err
		}
	}
	d, err := s.Drafts.Keep(r.Context(), v.me.ID, 0, form, time.Time{})
	if err != nil {
		return "", err
	}
	return draftPath(d.ID), nil
}

// draftPath is where a draft is written on.
func draftPath(which id.ID) string { return composePath + "?draft=" + which.String() }

// onPage makes a page of words that only its owner sees yet.
func (s *Site) onPage(r *http.Request, v *reader, p pack) (string, error) {
	ids, err := p.media(r.Context(), s, page.PicturesMax)
	if err != nil {
		return "", err
	}
	title, text, err := p.words(r, s)
	if err != nil {
		return "", err
	}
	made, err := newPageCalled(title, func(title string) (*page.Page, error) {
		return s.Pages.SaveWith(r.Context(), page.Page{AccountID: v.me.ID, Kind: page.Text, Title: title, Text: text, Language: s.postLanguage(v), Draft: true}, ids, nil)
	})
	if err != nil {
		return "", err
	}
	return keptPath(made.ID), nil
}

// onWall makes a page of pictures that only its owner sees yet, called by a name or by today's date.
func (s *Site) onWall(r *http.Request, v *reader, p pack, called string) (string, error) {
	ids, err := p.media(r.Context(), s, page.PortfolioMax)
	if err != nil {
		return "", err
	}
	made, err := s.newAlbum(r, v, called)
	if err != nil {
		return "", err
	}
	return portfolioPath(made.ID) + "#added", s.Pages.AddPictures(r.Context(), v.me.ID, made.ID, ids)
}

// newPageCalled makes a page; where one is called so already, with a number.
func newPageCalled(title string, save func(title string) (*page.Page, error)) (p *page.Page, err error) {
	for n := 1; n < 20; n++ {
		called := title
		if n > 1 {
			called += " " + strconv.Itoa(n)
		}
		if p, err = save(called); !fault.Is(err, fault.Conflict) {
			break
		}
	}
	return p, err
}
