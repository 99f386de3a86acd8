package album

import (
	"context"
	"errors"
	"slices"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/photo"
	"allod/internal/post"
)

// An album that is shown to anybody has one post behind it: who may see the
// post may see the album, and what is answered to the post is said of the
// album. Others see pictures made for the album, at addresses of its own that
// end when the album is withdrawn, or a photo leaves it.

// fronts is how many of its pictures the post of an album shows.
const fronts = 4

// An Audience is to whom an album is shown.
type Audience struct {
	Visibility post.Visibility
	Circles    []id.ID // of its owner, for a circle
	Lists      []id.ID
	HereOnly   bool // others elsewhere are told nothing
	Language   string
}

// Show shows an album of owner's by a post. To a circle of nobody, it is for
// those who are invited one by one and who have a link. Conflict for an album
// that is shown already; the faults of publishing a post else.
func (s *Service) Show(ctx context.Context, owner *account.Account, album id.ID, to Audience) (*post.Post, error) {
	a, err := s.Mine(ctx, owner.ID, album)
	if err != nil {
		return nil, err
	}
	if a.PostID != 0 {
		return nil, fault.New(fault.Conflict, "fault.album.shown")
	}
	if to.Visibility == post.Self || to.Visibility == post.Direct {
		return nil, fault.New(fault.Invalid, "fault.post.visibility").In("visibility")
	}
	all, err := s.Pieces(ctx, a)
	if err != nil {
		return nil, err
	}
	fronts, err := s.fronts(ctx, a, all, nil)
	if err != nil {
		return nil, err
	}
	if err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return setFronts(ctx, tx, a.ID, fronts) }); err != nil {
		return nil, err
	}
	var shown []id.ID
	for _, p := range fronts {
		shown = append(shown, p.medium)
	}
	return s.Posts.Publish(ctx, owner, post.Draft{
		Text: s.words(owner, a), Visibility: to.Visibility, Circles: to.Circles, Lists: to.Lists, HereOnly: to.HereOnly, Language: to.Language,
		Media: shown, Album: a.ID,
	})
}

// fronts are the pictures that the post of an album shows, made unless they are among those it has.
func (s *Service) fronts(ctx context.Context, a *Album, all []*Piece, have map[id.ID]piece) (out []piece, err error) {
	for _, p := range front(a, all) {
		made, ok := have[p.NodeID]
		if !ok || made.content != p.Content() {
			m, err := s.Photos.Medium(ctx, p.OwnerID, p.Number, p.Alt, photo.Silent)
			if unfit(err) {
				continue
			}
			if err != nil {
				return nil, err
			}
			made = piece{node: p.NodeID, medium: m.ID, content: p.Content()}
		}
		out = append(out, made)
	}
	return out, nil
}

// unfit reports whether nothing can be made of a photo.
func unfit(err error) bool {
	return fault.Is(err, fault.NotFound, fault.Unsupported, fault.Invalid, fault.TooLarge, fault.Unavailable, fault.Timeout)
}

// words are the text of the post of an album.
func (s *Service) words(owner *account.Account, a *Album) string {
	text := a.Title
	if a.Words != "" {
		text += "\n\n" + a.Words
	}
	return text + "\n\n" + s.Address(owner, a.ID)
}

// front are the pictures of an album that its post shows: what stands for it, and the first of the others of its owner.
func front(a *Album, all []*Piece) (some []*Piece) {
	if at := slices.IndexFunc(all, func(p *Piece) bool { return p.NodeID == a.Cover }); at > 0 {
		all = append([]*Piece{all[at]}, append(slices.Clone(all[:at]), all[at+1:]...)...)
	}
	for _, p := range all {
		if p.Kind == photo.Image && p.OwnerID == a.OwnerID && len(some) < fronts {
			some = append(some, p)
		}
	}
	return some
}

// Published has the album that a post shows know it. Denied where it is not the author's.
func (s *Service) Published(ctx context.Context, tx *db.Tx, f post.Published) error {
	if f.Album == 0 {
		return nil
	}
	a, err := mine(ctx, tx, f.Post.AuthorID, f.Album)
	if err == nil && a.PostID != 0 {
		err = fault.New(fault.Conflict, "fault.album.shown")
	}
	if err != nil {
		return err
	}
	tx.After(s.rouse)
	return setPost(ctx, tx, a.ID, f.Post.ID)
}

// Deleted withdraws the album that a post showed: from everybody, at once.
func (s *Service) Deleted(ctx context.Context, tx *db.Tx, f post.Deleted) error {
	a, err := byPost(ctx, tx, f.Post.ID)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := withdraw(ctx, tx, a.ID); err != nil {
		return err
	}
	return unpost(ctx, tx, a.ID)
}

// withdraw ends the addresses of what others saw of an album.
func withdraw(ctx context.Context, tx *db.Tx, album id.ID) error {
	if err := media.Withdraw(ctx, tx, album); err != nil {
		return err
	}
	return dropPieces(ctx, tx, album)
}

// end withdraws an album that goes, with its post.
func (s *Service) end(ctx context.Context, tx *db.Tx, a *Album) error {
	if err := withdraw(ctx, tx, a.ID); err != nil || a.PostID == 0 {
		return err
	}
	return s.Posts.Retract(ctx, tx, a.PostID)
}

// Withdraw shows an album of owner's to nobody any longer: its post goes with what was answered to it.
func (s *Service) Withdraw(ctx context.Context, owner, album id.ID) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := mine(ctx, tx, owner, album)
		if err != nil || a.PostID == 0 {
			return err
		}
		return s.Posts.Retract(ctx, tx, a.PostID) // from which the rest follows
	})
}

// hide ends the addresses of what others saw of a node and of all below it.
func hide(ctx context.Context, tx *db.Tx, node id.ID) error {
	by, err := shownBelow(ctx, tx, node)
	if err != nil {
		return err
	}
	for album, gone := range by {
		var made []id.ID
		for _, p := range gone {
			made = append(made, p.medium)
			if err := dropPiece(ctx, tx, album, p.node); err != nil {
				return err
			}
		}
		if err := media.Drop(ctx, tx, album, made); err != nil {
			return err
		}
	}
	told, err := frontsBelow(ctx, tx, node)
	if err != nil {
		return err
	}
	for album, gone := range told {
		a, err := get(ctx, tx, album)
		if err != nil {
			return err
		}
		if err := media.Close(ctx, tx, a.PostID, gone); err != nil {
			return err
		}
	}
	return nil
}

// rouse has what others see be made.
func (s *Service) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// idle is how long nothing is looked for unless something changes.
const idle = time.Minute

// Run makes what others see of albums, until ctx ends.
func (s *Service) Run(ctx context.Context) {
	for {
		if err := s.Work(ctx); err != nil && ctx.Err() == nil {
			s.Log.Error("albums could not be made ready", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-time.After(idle):
		}
	}
}

// atOnce is how many albums are looked for at once.
const atOnce = 100

// Work makes what there is to make now.
func (s *Service) Work(ctx context.Context) error {
	var due map[id.ID]int64
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		due, err = staleOnes(ctx, tx, atOnce)
		return err
	})
	for album, times := range due {
		if err == nil {
			err = s.tend(ctx, album, times)
		}
	}
	return err
}

// tend has others see an album as it is.
func (s *Service) tend(ctx context.Context, album id.ID, times int64) error {
	var a *Album
	var all []*Piece
	var have map[id.ID]piece
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if a, err = get(ctx, tx, album); err != nil {
			return err
		}
		if all, err = pieces(ctx, tx, a); err != nil {
			return err
		}
		have, err = piecesOf(ctx, tx, album)
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		return nil // it went meanwhile
	}
	if err != nil {
		return err
	}
	if err := s.clear(ctx, a, all, have); err != nil {
		return err
	}
	for _, p := range all {
		if err := s.make(ctx, a, p, have); err != nil {
			return err
		}
	}
	if err := s.tell(ctx, a, all); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return settled(ctx, tx, album, times) })
}

// fresh reports whether what was made of a photo shows it as it is.
func fresh(a *Album, p *Piece, made piece) bool {
	return made.content == p.Content() && made.tells == a.Tells
}

// clear ends the addresses of what an album shows no longer.
func (s *Service) clear(ctx context.Context, a *Album, all []*Piece, have map[id.ID]piece) error {
	shown := make(map[id.ID]bool, len(all))
	for _, p := range all {
		if made, ok := have[p.NodeID]; ok && a.Shown && fresh(a, p, made) {
			shown[p.NodeID] = true
		}
	}
	var over []piece
	for node, made := range have {
		if !shown[node] {
			over = append(over, made)
		}
	}
	if len(over) == 0 {
		return nil
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		var ids []id.ID
		for _, made := range over {
			ids = append(ids, made.medium)
			if err := dropPiece(ctx, tx, a.ID, made.node); err != nil {
				return err
			}
			delete(have, made.node)
		}
		return media.Drop(ctx, tx, a.ID, ids)
	})
}

// make makes what others see of a photo, unless it is there.
func (s *Service) make(ctx context.Context, a *Album, p *Piece, have map[id.ID]piece) error {
	if !a.Shown || p.Kind != photo.Image {
		return nil
	}
	made, ok := have[p.NodeID]
	if ok {
		return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return media.Say(ctx, tx, a.ID, made.medium, p.Alt) })
	}
	made = piece{node: p.NodeID, content: p.Content(), tells: a.Tells}
	m, err := s.Photos.Medium(ctx, p.OwnerID, p.Number, p.Alt, photo.Telling(a.Tells))
	if err != nil && !unfit(err) {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := get(ctx, tx, a.ID)
		if errors.Is(err, db.ErrNoRows) || err == nil && !now.Shown {
			return nil // it was withdrawn meanwhile
		}
		if err != nil {
			return err
		}
		ones, err := choices(ctx, tx, now)
		if err != nil || !slices.ContainsFunc(ones, func(c choice) bool { return c.node == p.NodeID }) {
			return err // or the photo left it
		}
		if m != nil {
			made.medium = m.ID
			if err := media.Attach(ctx, tx, p.OwnerID, a.ID, []id.ID{m.ID}); err != nil {
				return err
			}
			if err := media.Say(ctx, tx, a.ID, m.ID, p.Alt); err != nil {
				return err
			}
		}
		return putPiece(ctx, tx, a.ID, made)
	})
}

// tell has the post of an album say and show what the album says and shows now.
func (s *Service) tell(ctx context.Context, a *Album, all []*Piece) error {
	if a.PostID == 0 {
		return nil
	}
	owner, err := s.Accounts.Get(ctx, a.OwnerID)
	if err != nil {
		return err
	}
	before, err := s.Posts.Editable(ctx, owner, a.PostID)
	if fault.Is(err, fault.NotFound, fault.Gone, fault.Denied) {
		return nil
	}
	if err != nil {
		return err
	}
	var have map[id.ID]piece
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		have, err = frontsOf(ctx, tx, a.ID)
		return err
	})
	if err != nil {
		return err
	}
	for node, made := range have { // what was thrown away has left the post already
		if !slices.ContainsFunc(before.Media, func(m *media.Medium) bool { return m.ID == made.medium }) {
			delete(have, node)
		}
	}
	fronts, err := s.fronts(ctx, a, all, have)
	if err != nil {
		return err
	}
	alts := map[id.ID]*string{}
	for _, p := range all {
		alts[p.NodeID] = &p.Alt
	}
	var shown []id.ID
	var said []media.Description
	for _, p := range fronts {
		shown = append(shown, p.medium)
		said = append(said, media.Description{ID: p.medium, Alt: alts[p.node]})
	}
	if err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return setFronts(ctx, tx, a.ID, fronts) }); err != nil {
		return err
	}
	return s.edit(ctx, owner, a, before, shown, said)
}

// edit edits the post of an album, and leaves nothing of the pictures that it shows no longer.
func (s *Service) edit(ctx context.Context, owner *account.Account, a *Album, before *post.Post, shown []id.ID, said []media.Description) error {
	_, err := s.Posts.Edit(ctx, owner, a.PostID, post.Draft{
		Text: s.words(owner, a), Visibility: before.Visibility, Language: before.Language, Warning: before.Warning, Sensitive: before.Sensitive, Media: shown, Described: said,
	})
	if fault.Is(err, fault.NotFound, fault.Gone, fault.Denied) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, m := range before.Media {
		if slices.Contains(shown, m.ID) {
			continue
		}
		if err := s.Posts.TakeOut(ctx, owner, a.PostID, m.ID); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}
