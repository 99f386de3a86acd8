package site

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"allod/internal/account"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/moderation"
	"allod/internal/page"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// postsStep is the step below /@name with all posts, where the front is composed.
const postsStep = "posts"

// frontChoices are the posts that the lists of a front page show, and the step below /@name with the rest of them.
var frontChoices = map[page.BlockKind]struct {
	choice post.Choice
	step   string
}{
	page.Latest: {post.Choice{}, postsStep}, page.Notes: {kinds["notes"], "notes"},
	page.Articles: {kinds["articles"], "articles"}, page.Pictures: {kinds["pictures"], "pictures"},
}

// frontBlocks are the parts of a composed front page as a reader sees them, and whom they are about.
func (s *Site) frontBlocks(ctx context.Context, v *reader, a *account.Account, at *page.Site, menu []web.MenuItem) (out []web.FrontBlock, about []id.ID, err error) {
	for _, b := range at.Front {
		one := web.FrontBlock{Kind: string(b.Kind)}
		switch b.Kind {
		case page.Words:
			one.HTML = s.pageHTML(b.Words)
		case page.Pages:
			one.Title, one.Pages = v.words.T("front.pages"), slices.DeleteFunc(slices.Clone(menu), func(m web.MenuItem) bool { return m.Here })
		case page.Intro, page.Facts:
		default:
			if err := s.frontList(ctx, v, a, b, &one, &about); err != nil {
				return nil, nil, err
			}
		}
		out = append(out, one)
	}
	return out, about, nil
}

// frontList fills in a list of posts.
func (s *Site) frontList(ctx context.Context, v *reader, a *account.Account, b page.Block, one *web.FrontBlock, about *[]id.ID) error {
	one.Title = v.words.T(blockWords[b.Kind][0])
	c, ok := frontChoices[b.Kind]
	if !ok {
		return s.frontPins(ctx, v, a, one)
	}
	one.More = s.stepURL(v, a, "/"+c.step)
	items, err := s.Posts.ByAuthor(ctx, v.id(), a.ID, c.choice, id.Page{Limit: b.Count})
	if err != nil {
		return err
	}
	for _, it := range items {
		*about = append(*about, it.Post.AuthorID)
	}
	one.Posts, err = s.entries(ctx, v, items, true)
	return err
}

// frontPins fills in the posts that somebody pinned.
func (s *Site) frontPins(ctx context.Context, v *reader, a *account.Account, one *web.FrontBlock) error {
	pinned, err := s.Posts.PinnedBy(ctx, v.id(), a.ID)
	if err != nil {
		return err
	}
	items := make([]post.Item, len(pinned))
	for i, p := range pinned {
		items[i] = post.Item{ID: p.ID, Post: p}
	}
	one.Posts, err = s.entries(ctx, v, items, true)
	return err
}

// blockWords are what the parts of a front page are called, and what each shows.
var blockWords = map[page.BlockKind][2]string{
	page.Intro: {"front.intro", "front.intro_means"}, page.Words: {"front.words", "front.words_mean"}, page.Pinned: {"front.pinned", "front.pinned_means"},
	page.Latest: {"front.latest", "front.latest_means"}, page.Notes: {"front.notes", "front.notes_mean"}, page.Articles: {"front.articles", "front.articles_mean"},
	page.Pictures: {"front.pictures", "front.pictures_mean"}, page.Pages: {"front.pages", "front.pages_mean"}, page.Facts: {"front.facts", "front.facts_mean"},
}

// allPosts are the posts of one who lives here, where their front is composed; else the front has them.
func (s *Site) allPosts(w http.ResponseWriter, r *http.Request, v *reader, a *account.Account) error {
	return s.publish(w, r, v, func() (*sheet, error) {
		at, err := s.Pages.Site(r.Context(), a.ID)
		if err != nil {
			return nil, err
		}
		if len(at.Front) == 0 {
			return &sheet{to: s.personURL(v, a)}, nil
		}
		l, err := s.listAt(r, v, moderation.Profile, s.stepURL(v, a, "/"+postsStep), true, func(ctx context.Context, at id.Page) ([]post.Item, error) {
			return s.Posts.ByAuthor(ctx, v.id(), a.ID, post.Choice{Boosts: true}, at)
		})
		if err != nil {
			return nil, err
		}
		p, err := s.land(r, v, web.Nowhere, a)
		if err != nil {
			return nil, err
		}
		p.Meta = web.Meta{Index: a.Indexable, Canonical: s.Names.Site(a) + "/" + postsStep, Type: "website", Feeds: s.feeds(v, strand{owner: a})}
		view := web.StrandView{
			Title: v.words.T("profile.posts_of", "name", a.Called()), Owner: s.person(v, a), Posts: l.posts, Older: l.older, Newest: l.newest, Feeds: p.Meta.Feeds,
		}
		return &sheet{page: web.Strand(p, view), about: append(l.about, a.ID)}, nil
	})
}

// askFront is the front page of the reader's site, to be composed.
func (s *Site) askFront(w http.ResponseWriter, r *http.Request, v *reader) error {
	at, err := s.Pages.Site(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	return s.frontForm(w, r, v, http.StatusOK, at.Front, "")
}

// composedFront is the form of a front page, as web.FrontForm tells it.
type composedFront struct {
	Do  string `form:"do"`
	Add string `form:"add"`
	blocksField
}

// blocksField are the parts of the form.
type blocksField struct {
	Kind1  string `form:"kind-1"`
	Kind2  string `form:"kind-2"`
	Kind3  string `form:"kind-3"`
	Kind4  string `form:"kind-4"`
	Kind5  string `form:"kind-5"`
	Kind6  string `form:"kind-6"`
	Kind7  string `form:"kind-7"`
	Kind8  string `form:"kind-8"`
	Words1 string `form:"words-1"`
	Words2 string `form:"words-2"`
	Words3 string `form:"words-3"`
	Words4 string `form:"words-4"`
	Words5 string `form:"words-5"`
	Words6 string `form:"words-6"`
	Words7 string `form:"words-7"`
	Words8 string `form:"words-8"`
	Count1 int    `form:"count-1"`
	Count2 int    `form:"count-2"`
	Count3 int    `form:"count-3"`
	Count4 int    `form:"count-4"`
	Count5 int    `form:"count-5"`
	Count6 int    `form:"count-6"`
	Count7 int    `form:"count-7"`
	Count8 int    `form:"count-8"`
}

// blocks are the parts that the form holds.
func (in *blocksField) blocks() (out []page.Block) {
	for _, b := range []page.Block{
		{Kind: page.BlockKind(in.Kind1), Words: in.Words1, Count: in.Count1}, {Kind: page.BlockKind(in.Kind2), Words: in.Words2, Count: in.Count2},
		{Kind: page.BlockKind(in.Kind3), Words: in.Words3, Count: in.Count3}, {Kind: page.BlockKind(in.Kind4), Words: in.Words4, Count: in.Count4},
		{Kind: page.BlockKind(in.Kind5), Words: in.Words5, Count: in.Count5}, {Kind: page.BlockKind(in.Kind6), Words: in.Words6, Count: in.Count6},
		{Kind: page.BlockKind(in.Kind7), Words: in.Words7, Count: in.Count7}, {Kind: page.BlockKind(in.Kind8), Words: in.Words8, Count: in.Count8},
	} {
		if slices.Contains(page.BlockKinds, b.Kind) {
			out = append(out, b)
		}
	}
	return out
}

// composeFront keeps a front page, or changes the form by one step. Every
// button keeps what there is, so that nothing typed is lost.
func (s *Site) composeFront(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.Decode[composedFront](r)
	if err != nil {
		return err
	}
	blocks := arranged(in.blocks(), in.Do, page.BlockKind(in.Add))
	err = s.Pages.ChangeSite(r.Context(), v.me.ID, func(at *page.Site) { at.Front = blocks })
	switch {
	case fault.Is(err, fault.Invalid):
		return s.frontForm(w, r, v, http.StatusUnprocessableEntity, blocks, server.Sentence(v.words, err))
	case err != nil:
		return err
	case in.Do == "save" || in.Do == "reset":
		return seeOther(w, with(sitePath+"/front", "saved"))
	}
	return seeOther(w, sitePath+"/front")
}

// arranged are blocks after a step: "add", "reset", or "up-i", "down-i" and "drop-i" from 1.
func arranged(blocks []page.Block, do string, add page.BlockKind) []page.Block {
	step, number, _ := strings.Cut(do, "-")
	i, err := strconv.Atoi(number)
	i--
	there := err == nil && i >= 0 && i < len(blocks)
	switch {
	case step == "reset":
		return nil
	case step == "add" && slices.Contains(page.BlockKinds, add):
		return append(blocks, page.Block{Kind: add})
	case step == "drop" && there:
		return slices.Delete(blocks, i, i+1)
	case step == "up" && there && i > 0:
		blocks[i-1], blocks[i] = blocks[i], blocks[i-1]
	case step == "down" && there && i < len(blocks)-1:
		blocks[i+1], blocks[i] = blocks[i], blocks[i+1]
	}
	return blocks
}

func (s *Site) frontForm(w http.ResponseWriter, r *http.Request, v *reader, status int, blocks []page.Block, failed string) error {
	form := web.FrontForm{Action: sitePath + "/front", Front: personPath(v.me), Failed: failed}
	for _, b := range blocks {
		one := web.BlockField{Kind: string(b.Kind), Label: v.words.T(blockWords[b.Kind][0]), Means: v.words.T(blockWords[b.Kind][1]), Counts: b.Kind.Counts(), Count: b.Count}
		if b.Kind == page.Words {
			one.Words = &web.Field{Value: b.Words}
		}
		form.Blocks = append(form.Blocks, one)
	}
	for _, k := range page.BlockKinds {
		form.Offered = append(form.Offered, web.Option{Value: string(k), Label: v.words.T(blockWords[k][0])})
	}
	p, err := s.land(r, v, web.PlaceSite, v.me)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.ComposeFront(p, form))
}
