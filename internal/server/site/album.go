package site

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"allod/internal/album"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/photo"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// albumsPath is where one's albums are.
const albumsPath = photosPath + "/albums"

const (
	albumPart    = 60 // photos on one page of the form that arranges them
	albumFolders = 100
)

func albumPath(a id.ID) string { return albumsPath + "/" + a.String() }

// albums are the reader's.
func (s *Site) albums(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.albumsPage(w, r, v, http.StatusOK, web.AlbumsView{})
}

// albumsPage draws them; what the form held, and what was wrong, is in view.
func (s *Site) albumsPage(w http.ResponseWriter, r *http.Request, v *reader, status int, view web.AlbumsView) error {
	view.Make, view.Choose = albumsPath, photosPath+"?choose=1"
	all, err := s.Albums.All(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	for _, a := range all {
		card := albumCard(a)
		if a.Album.Shown {
			card.Shown = v.words.T("album.is_shown")
		}
		view.Albums = append(view.Albums, card)
	}
	theirs, err := s.Albums.SharedWith(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	for _, a := range theirs {
		card, err := s.theirCard(r, v, a)
		if err != nil {
			return err
		}
		view.Theirs = append(view.Theirs, card)
	}
	folders, err := s.Photos.Folders(r.Context(), v.me.ID, albumFolders)
	if err != nil {
		return err
	}
	for _, f := range folders {
		if f.Path != "" {
			view.Folders = append(view.Folders, web.Option{Value: strconv.FormatInt(f.Number, 10), Label: f.Path})
		}
	}
	p, err := s.page(r, v, web.PlacePhotos, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Albums(p, view))
}

func albumCard(a *album.Summary) web.AlbumCard {
	card := web.AlbumCard{URL: albumPath(a.ID), Title: a.Title, Count: a.Count, From: a.From, To: a.To, Follows: a.Follows()}
	if a.Front != nil {
		tile := photoTile(a.Front.Photo)
		card.Front = &tile
	}
	return card
}

// theirCard is an album of another that the reader was invited to.
func (s *Site) theirCard(r *http.Request, v *reader, a *album.Summary) (web.AlbumCard, error) {
	owner, err := s.Accounts.Card(r.Context(), a.OwnerID)
	if err != nil {
		return web.AlbumCard{}, err
	}
	card := albumCard(a)
	card.URL, card.By, card.Front = seenPath(owner, a.ID), owner.Called(), nil
	seen, err := s.Albums.See(r.Context(), v.me.ID, a.ID)
	if fault.Is(err, fault.NotFound) {
		return card, nil
	}
	if err != nil {
		return card, err
	}
	if m := frontOf(seen); m != nil {
		card.Front = &web.PhotoTile{Src: picture(m, media.Small)}
	}
	return card, nil
}

// albumOptions are the albums that the reader may put photos into, and a new one.
func (s *Site) albumOptions(r *http.Request, v *reader) ([]web.Option, error) {
	options := []web.Option{{Label: v.words.T("album.which_new")}}
	all, err := s.Albums.All(r.Context(), v.me.ID)
	for _, a := range all {
		if !a.Follows() {
			options = append(options, web.Option{Value: a.ID.String(), Label: a.Title})
		}
	}
	if err != nil {
		return nil, err
	}
	theirs, err := s.Albums.AddsTo(r.Context(), v.me.ID)
	for _, a := range theirs {
		options = append(options, web.Option{Value: a.ID.String(), Label: a.Title})
	}
	return options, err
}

// makeAlbum begins an album, of chosen photos or of those of a folder.
func (s *Site) makeAlbum(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[struct {
		Title  string `form:"title"`
		Folder string `form:"folder"`
	}](r)
	if err != nil {
		return err
	}
	fresh := album.Album{OwnerID: v.me.ID, Title: in.Title}
	if in.Folder != "" {
		number, err := strconv.ParseInt(in.Folder, 10, 64)
		if err != nil {
			return server.Malformed("folder: %w", err)
		}
		n, _, err := s.Files.ByNumber(r.Context(), v.me.ID, number)
		if err != nil {
			return err
		}
		fresh.FolderID, fresh.ByDate = n.ID, true
	}
	a, err := s.Albums.Make(r.Context(), fresh)
	if fault.Is(err, fault.Invalid, fault.Conflict, fault.TooMany) {
		return s.albumsPage(w, r, v, http.StatusUnprocessableEntity, web.AlbumsView{
			Title: web.Field{Value: in.Title, Error: server.Sentence(v.words, err)}, Folder: in.Folder,
		})
	}
	if err != nil {
		return err
	}
	return seeOther(w, albumPath(a.ID))
}

// albumAll puts photos into an album, a new one called by today's date where none is named.
func (s *Site) albumAll(r *http.Request, v *reader, in chosenPhotos) (string, error) {
	if len(in.Photo) == 0 {
		return "", fault.New(fault.Invalid, "fault.photo.choose")
	}
	which, err := id.ID(0), error(nil)
	if in.Album != "" {
		if which, err = id.Parse(in.Album); err != nil {
			return "", nothingHere()
		}
	} else {
		a, err := s.todaysAlbum(r, v)
		if err != nil {
			return "", err
		}
		which = a.ID
	}
	if err := s.Albums.Add(r.Context(), v.me.ID, which, in.Photo); err != nil {
		return "", err
	}
	if seen, err := s.Albums.See(r.Context(), v.me.ID, which); err != nil {
		return "", err
	} else if seen.OwnerID != v.me.ID {
		owner, err := s.Accounts.Card(r.Context(), seen.OwnerID)
		return seenPath(owner, which), err
	}
	return albumPath(which), nil
}

// todaysAlbum makes an album called by today's date; where one is, with a number.
func (s *Site) todaysAlbum(r *http.Request, v *reader) (a *album.Album, err error) {
	title := v.words.T("album.of_today", "when", v.words.Date(s.Now().In(v.zone)))
	for n := 1; n < 20; n++ {
		called := title
		if n > 1 {
			called += " " + strconv.Itoa(n)
		}
		if a, err = s.Albums.Make(r.Context(), album.Album{OwnerID: v.me.ID, Title: called}); !fault.Is(err, fault.Conflict) {
			break
		}
	}
	return a, err
}

// albumOf is the album of the reader's that an address names, with its photos.
func (s *Site) albumOf(r *http.Request, v *reader) (*album.Album, []*album.Piece, error) {
	which, err := server.PathID(r, "id")
	if err != nil {
		return nil, nil, err
	}
	a, err := s.Albums.Mine(r.Context(), v.me.ID, which)
	if err != nil {
		return nil, nil, err
	}
	all, err := s.Albums.Pieces(r.Context(), a)
	return a, all, err
}

// album is one of the reader's.
func (s *Site) album(w http.ResponseWriter, r *http.Request, v *reader) error {
	a, all, err := s.albumOf(r, v)
	if err != nil {
		return err
	}
	view := web.AlbumView{
		All: albumsPath, Title: a.Title, Words: a.Words, Follows: a.Follows(), Edit: albumPath(a.ID) + "/edit", Share: albumPath(a.ID) + "/share", Count: len(all), Tells: a.Tells && a.Shown,
	}
	if a.PostID != 0 {
		p, err := s.Posts.Get(r.Context(), v.me.ID, a.PostID)
		if err != nil {
			return err
		}
		view.Shown, view.Talk, view.Talks = shownTo(v, p), postPath(p), int(p.Replies)
		for _, one := range all {
			if one.Kind != photo.Image {
				view.Unseen++
			}
		}
	}
	if a.Follows() {
		if view.Folder, err = s.folderCalled(r, v, a.FolderID); err != nil {
			return err
		}
	} else {
		view.Add = photosPath + "?choose=1&album=" + a.ID.String()
	}
	seen, err := s.madeOf(r, v, a)
	if err != nil {
		return err
	}
	for i, one := range all {
		tile := pieceTile(v, one, seen)
		tile.URL = albumPath(a.ID) + "/" + tile.Number
		view.Photos = append(view.Photos, tile)
		if i == 0 || one.TakenAt.Before(view.From) {
			view.From = one.TakenAt
		}
		if one.TakenAt.After(view.To) {
			view.To = one.TakenAt
		}
	}
	p, err := s.page(r, v, web.PlacePhotos, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Album(p, view))
}

// shownTo says to whom the post of an album shows it.
func shownTo(v *reader, p *post.Post) string {
	switch {
	case p.Visibility == post.Circle && p.HereOnly:
		return v.words.T("album.to_few")
	case p.Visibility == post.Followers:
		return v.words.T("album.to_followers")
	case p.Visibility == post.Circle:
		return v.words.T("album.to_circle")
	}
	return v.words.T("album.to_all")
}

// madeOf is what others see of the photos of an album, by their files. The
// owner of the album sees so what others put into it.
func (s *Site) madeOf(r *http.Request, v *reader, a *album.Album) (map[id.ID]*album.Shown, error) {
	if !a.Shown {
		return nil, nil
	}
	seen, err := s.Albums.See(r.Context(), v.me.ID, a.ID)
	if err != nil {
		return nil, err
	}
	by := make(map[id.ID]*album.Shown, len(seen.Pieces))
	for _, one := range seen.Pieces {
		by[one.NodeID] = one
	}
	return by, nil
}

// pieceTile is a photo of an album of the reader's: their own as it is, that of another as it was made for others.
func pieceTile(v *reader, one *album.Piece, seen map[id.ID]*album.Shown) web.PhotoTile {
	tile := photoTile(one.Photo)
	tile.Alt = one.Alt
	if one.OwnerID != v.me.ID {
		tile.Src = ""
		if made := seen[one.NodeID]; made != nil && made.Medium != nil {
			tile.Src = picture(made.Medium, media.Small)
		}
	}
	return tile
}

// folderCalled is the path of a folder of the reader's, "" while it lies in the trash.
func (s *Site) folderCalled(r *http.Request, v *reader, folder id.ID) (path string, err error) {
	at, err := s.Files.Where(r.Context(), v.me.ID, folder)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return at, err
}

// albumPhoto is one photo among those of an album.
func (s *Site) albumPhoto(w http.ResponseWriter, r *http.Request, v *reader) error {
	number, err := numberOf(r)
	if err != nil {
		return err
	}
	a, all, err := s.albumOf(r, v)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(p *album.Piece) bool { return p.Number == number })
	if at < 0 {
		return nothingHere()
	}
	view := ownPhoto(v, all[at].Photo)
	view.Tile.Alt = all[at].Alt
	if all[at].OwnerID != v.me.ID {
		if view, err = s.theirPhoto(r, v, a, all[at]); err != nil {
			return err
		}
		view.Tile.Place, view.Of = at+1, len(all)
	}
	view.All, view.Album = albumPath(a.ID), a.Title
	if at > 0 {
		view.Later = albumPath(a.ID) + "/" + strconv.FormatInt(all[at-1].Number, 10)
	}
	if at < len(all)-1 {
		view.Earlier = albumPath(a.ID) + "/" + strconv.FormatInt(all[at+1].Number, 10)
	}
	p, err := s.page(r, v, web.PlacePhotos, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Photo(p, view))
}

// theirPhoto is a photo that another put into an album of the reader's.
func (s *Site) theirPhoto(r *http.Request, v *reader, a *album.Album, one *album.Piece) (web.PhotoView, error) {
	seen, err := s.madeOf(r, v, a)
	view := web.PhotoView{Tile: pieceTile(v, one, seen), Seen: true, Why: v.words.T("photo.waiting")}
	if made := seen[one.NodeID]; made != nil && made.Medium != nil {
		view.Full = picture(made.Medium, media.Large)
	}
	return view, err
}

// askAlbum is the form that changes an album.
func (s *Site) askAlbum(w http.ResponseWriter, r *http.Request, v *reader) error {
	a, all, err := s.albumOf(r, v)
	if err != nil {
		return err
	}
	return s.albumForm(w, r, v, http.StatusOK, albumFormOf(r, a, all))
}

func (s *Site) albumForm(w http.ResponseWriter, r *http.Request, v *reader, status int, form web.AlbumForm) error {
	p, err := s.page(r, v, web.PlacePhotos, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.AlbumEdit(p, form))
}

// albumFormOf is an album as its owner may change it, with a part of its photos.
func albumFormOf(r *http.Request, a *album.Album, all []*album.Piece) web.AlbumForm {
	base := albumPath(a.ID)
	at, err := strconv.Atoi(r.URL.Query().Get("part"))
	last := max(len(all)-1, 0) / albumPart
	if at--; err != nil || at < 0 || at > last {
		at = 0
	}
	form := web.AlbumForm{
		Action: base + "/edit", Page: base, Delete: base + "/delete", Title: web.Field{Value: a.Title}, Words: web.Field{Value: a.Words},
		ByDate: a.ByDate, Follows: a.Follows(), Count: len(all), Arrange: base + "/arrange" + portion(at), First: at*albumPart + 1,
	}
	if a.Follows() {
		return form
	}
	for i := at * albumPart; i < min((at+1)*albumPart, len(all)); i++ {
		one := all[i]
		form.Pieces = append(form.Pieces, web.AlbumPiece{
			Number: strconv.FormatInt(one.Number, 10), Tile: photoTile(one.Photo), Alt: one.Alt, Place: strconv.Itoa(i + 1),
			First: i == 0, Last: i == len(all)-1, Cover: one.NodeID == a.Cover || a.Cover == 0 && i == 0,
		})
	}
	for i := range last + 1 {
		if last > 0 {
			form.Parts = append(form.Parts, web.MenuItem{Label: strconv.Itoa(i*albumPart+1) + "–" + strconv.Itoa(min((i+1)*albumPart, len(all))), URL: base + "/edit" + portion(i), Here: i == at})
		}
	}
	return form
}

// changeAlbum keeps what is said of an album.
func (s *Site) changeAlbum(w http.ResponseWriter, r *http.Request, v *reader) error {
	a, all, err := s.albumOf(r, v)
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[struct {
		Title string `form:"title"`
		Words string `form:"words"`
		Order string `form:"order"`
	}](r)
	if err != nil {
		return err
	}
	_, err = s.Albums.Change(r.Context(), v.me.ID, a.ID, func(a *album.Album) {
		a.Title, a.Words = in.Title, in.Words
		if !a.Follows() {
			a.ByDate = in.Order == "date"
		}
	})
	if err == nil {
		return seeOther(w, with(albumPath(a.ID)+"/edit", "saved"))
	}
	if !fault.Is(err, fault.Invalid, fault.Conflict) {
		return err
	}
	form := albumFormOf(r, a, all)
	form.Title.Value, form.Words.Value, form.ByDate = in.Title, in.Words, in.Order == "date"
	field := &form.Title
	if fault.Field(err) == "words" {
		field = &form.Words
	}
	field.Error = server.Sentence(v.words, err)
	return s.albumForm(w, r, v, http.StatusUnprocessableEntity, form)
}

// albumOrder is the form that arranges the photos of an album, as web.AlbumForm tells it.
type albumOrder struct {
	Number map[int]int64  `form:"piece-*"`
	Alt    map[int]string `form:"alt-*"`
	Place  map[int]string `form:"place-*"`
	Drop   map[int]bool   `form:"drop-*"`
	Do     string         `form:"do"`
}

// captions are what the form says of photos. A place is told where it is not what it was.
func (in *albumOrder) captions(all []*album.Piece) (out []album.Caption) {
	for i := 1; i <= albumPart; i++ {
		number, ok := in.Number[i]
		if !ok {
			continue
		}
		alt := in.Alt[i]
		c := album.Caption{Number: number, Alt: &alt, Drop: in.Drop[i]}
		now := slices.IndexFunc(all, func(p *album.Piece) bool { return p.Number == number }) + 1
		if place, err := strconv.Atoi(in.Place[i]); err == nil && place != now && place > 0 {
			c.Place = place
		}
		switch which := strconv.FormatInt(number, 10); in.Do {
		case "up-" + which:
			c.Place = max(now-1, 1)
		case "down-" + which:
			c.Place = now + 1
		}
		out = append(out, c)
	}
	return out
}

// arrangeAlbum keeps what was said of photos of an album, where they stand and
// which leave it. Every button keeps all that was typed.
func (s *Site) arrangeAlbum(w http.ResponseWriter, r *http.Request, v *reader) error {
	a, all, err := s.albumOf(r, v)
	if err != nil {
		return err
	}
	in, err := server.DecodeBody[albumOrder](r)
	if err != nil {
		return err
	}
	err = s.Albums.Arrange(r.Context(), v.me.ID, a.ID, in.captions(all))
	what, which, pressed := strings.Cut(in.Do, "-")
	if err == nil && what == "cover" {
		err = s.coverAlbum(r, v, a, all, which)
	}
	if err == nil {
		back := albumPath(a.ID) + "/edit"
		if n, err := strconv.Atoi(r.URL.Query().Get("part")); err == nil {
			back += portion(n - 1)
		}
		if pressed {
			return seeOther(w, back+"#piece-"+which)
		}
		return seeOther(w, thenNotice(back, "saved"))
	}
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	form := albumFormOf(r, a, all)
	form.Failed = server.Sentence(v.words, err)
	for i := range form.Pieces {
		if one := &form.Pieces[i]; strconv.FormatInt(in.Number[i+1], 10) == one.Number {
			one.Alt, one.Place = in.Alt[i+1], in.Place[i+1]
		}
	}
	return s.albumForm(w, r, v, http.StatusUnprocessableEntity, form)
}

// coverAlbum has a photo stand for an album.
func (s *Site) coverAlbum(r *http.Request, v *reader, a *album.Album, all []*album.Piece, which string) error {
	at := slices.IndexFunc(all, func(p *album.Piece) bool { return strconv.FormatInt(p.Number, 10) == which })
	if at < 0 {
		return nil // it went meanwhile
	}
	_, err := s.Albums.Change(r.Context(), v.me.ID, a.ID, func(a *album.Album) { a.Cover = all[at].NodeID })
	return err
}

// askAlbumDelete asks whether an album is to go.
func (s *Site) askAlbumDelete(w http.ResponseWriter, r *http.Request, v *reader) error {
	a, _, err := s.albumOf(r, v)
	if err != nil {
		return err
	}
	p, err := s.page(r, v, web.PlacePhotos, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.AlbumDelete(p, a.Title, albumPath(a.ID)+"/delete", albumPath(a.ID)))
}

// deleteAlbum takes an album away, and no file.
func (s *Site) deleteAlbum(w http.ResponseWriter, r *http.Request, v *reader) error {
	which, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := s.Albums.Remove(r.Context(), v.me.ID, which); err != nil {
		return err
	}
	return seeOther(w, with(albumsPath, "album_removed"))
}
