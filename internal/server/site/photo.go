package site

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/page"
	"allod/internal/photo"
	"allod/internal/post"
	"allod/internal/server"
	"allod/web"
)

// photosPath is where one's photos are.
const photosPath = "/photos"

const (
	photosPage = 200 // photos on one page
	tileSide   = 512 // pixels of the longer side of one among others
	screenSide = 2048
)

// photos are the reader's, the latest first, or those of a month and before.
func (s *Site) photos(w http.ResponseWriter, r *http.Request, v *reader) error {
	return s.photosAt(w, r, v, http.StatusOK, nil, "")
}

// photosAt is the page of photos; chosen are those that were chosen to be
// posted, and wrong is what was wrong with them, or with those that were to be added.
func (s *Site) photosAt(w http.ResponseWriter, r *http.Request, v *reader, status int, chosen []int64, wrong string) error {
	at, err := placeOf(r.URL.Query())
	if err != nil {
		return err
	}
	view := web.PhotosView{Add: photosPath + "/add", Files: filesPath, Post: photosPath + "/post", Most: media.PerPost}
	view.Choose = r.URL.Query().Has("choose") || len(chosen) > 0
	view.Wrong = wrong
	months, err := s.Photos.Months(r.Context(), v.me.ID)
	if err != nil {
		return err
	}
	all, err := s.Photos.Before(r.Context(), v.me.ID, at, photosPage+1)
	if err != nil {
		return err
	}
	var counts map[photo.Month]int
	if n := len(all); n > 0 {
		if counts, err = s.Photos.Counts(r.Context(), v.me.ID, photo.MonthOf(all[n-1].TakenAt), photo.MonthOf(all[0].TakenAt)); err != nil {
			return err
		}
	}
	if len(all) > photosPage {
		all = all[:photosPage]
		view.Older = photosPath + "?" + placed(all[photosPage-1].At(), view.Choose)
	}
	if at != photo.Latest() {
		view.Newest = photosPath
	}
	if view.Choose {
		if view.Pages, err = s.picturePages(r, v); err != nil {
			return err
		}
		if view.Albums, err = s.albumOptions(r, v); err != nil {
			return err
		}
		view.Album = r.FormValue("album")
	}
	view.Any, view.Other = len(months) > 0, photosPath+"?"+placed(at, !view.Choose)
	scrub(&view, months, all)
	for _, p := range all {
		tile := photoTile(p)
		for _, n := range chosen {
			tile.Chosen = tile.Chosen || n == p.Number
		}
		if n := len(view.Days); n == 0 || !sameMonth(view.Days[n-1].Month, p.TakenAt) {
			view.Days = append(view.Days, web.PhotoMonth{Month: p.TakenAt, Count: counts[photo.MonthOf(p.TakenAt)]})
		}
		m := &view.Days[len(view.Days)-1]
		m.Photos = append(m.Photos, tile)
	}
	p, err := s.page(r, v, web.PlacePhotos, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, status, web.Photos(p, view))
}

// picturePages are the reader's pages of pictures, and a new one.
func (s *Site) picturePages(r *http.Request, v *reader) ([]web.Option, error) {
	options := []web.Option{{Label: v.words.T("photo.page_new")}}
	all, err := s.Pages.All(r.Context(), v.me.ID, v.me.ID)
	for _, p := range all {
		if p.Kind == page.Portfolio {
			options = append(options, web.Option{Value: p.ID.String(), Label: p.Title})
		}
	}
	return options, err
}

// placeOf is the place in a timeline that an address names: the end of a
// month, or a photo; the latest where it names none.
func placeOf(q url.Values) (photo.Place, error) {
	if m := q.Get("month"); m != "" {
		t, err := time.Parse("2006-01", m)
		if err != nil {
			return photo.Place{}, server.Malformed("month: %w", err)
		}
		return photo.EndOf(t.Year(), t.Month()), nil
	}
	before := q.Get("before")
	if before == "" {
		return photo.Latest(), nil
	}
	taken, node, _ := strings.Cut(before, ".")
	micro, err := strconv.ParseInt(taken, 10, 64)
	if err != nil {
		return photo.Place{}, server.Malformed("before: %w", err)
	}
	which, err := id.Parse(node)
	if err != nil {
		return photo.Place{}, server.Malformed("before: %w", err)
	}
	return photo.Place{TakenAt: time.UnixMicro(micro).UTC(), NodeID: which}, nil
}

// placed names a place in an address.
func placed(at photo.Place, choose bool) string {
	q := url.Values{}
	if at != photo.Latest() {
		q.Set("before", strconv.FormatInt(at.TakenAt.UnixMicro(), 10)+"."+at.NodeID.String())
	}
	if choose {
		q.Set("choose", "1")
	}
	return q.Encode()
}

func monthURL(year int, month time.Month) string {
	return fmt.Sprintf("%s?month=%04d-%02d", photosPath, year, month)
}

// scrub leads to the years, and to the months of the one that is looked at.
func scrub(view *web.PhotosView, months []photo.Month, all []*photo.Photo) {
	year := 0
	if len(all) > 0 {
		year = all[0].TakenAt.Year()
	} else if len(months) > 0 {
		year = months[0].Year
	}
	for _, m := range months {
		if n := len(view.Years); n == 0 || view.Years[n-1].Label != strconv.Itoa(m.Year) {
			view.Years = append(view.Years, web.PhotoYear{Label: strconv.Itoa(m.Year), URL: monthURL(m.Year, m.Month), Current: m.Year == year})
		}
		if m.Year == year {
			first := time.Date(m.Year, m.Month, 1, 0, 0, 0, 0, time.UTC)
			view.Months = append(view.Months, web.PhotoMonth{
				Month: first, URL: monthURL(m.Year, m.Month), Current: len(all) > 0 && sameMonth(first, all[0].TakenAt),
			})
		}
	}
}

func photoURL(number int64) string { return photosPath + "/" + strconv.FormatInt(number, 10) }

// photoFile is a file's own page, and what lies below it.
func photoFile(number int64, part string) string {
	return "/file/" + strconv.FormatInt(number, 10) + part
}

// previewURL is where a smaller picture of a photo is.
func previewURL(p *photo.Photo, side int) string {
	if p.State != photo.Ready {
		return ""
	}
	return photoURL(p.Number) + "/" + strconv.Itoa(side) + "?v=" + p.Mark()
}

func photoTile(p *photo.Photo) web.PhotoTile {
	return web.PhotoTile{
		Number: strconv.FormatInt(p.Number, 10), URL: photoURL(p.Number), Src: previewURL(p, tileSide), Width: p.Width, Height: p.Height,
		Name: p.Name, Taken: p.TakenAt, Video: p.Kind == photo.Video, Seconds: p.Seconds, Moving: p.Motion > 0, Waiting: p.State == photo.Due,
	}
}

// numberOf is the number of a file in an address.
func numberOf(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil || n <= 0 {
		return 0, nothingHere()
	}
	return n, nil
}

// photo is the page of one of the reader's photos.
func (s *Site) photo(w http.ResponseWriter, r *http.Request, v *reader) error {
	number, err := numberOf(r)
	if err != nil {
		return err
	}
	at, err := s.Photos.Look(r.Context(), v.me.ID, number)
	if err != nil {
		return err
	}
	view := ownPhoto(v, at.Photo)
	if at.Kind == photo.Video {
		n, _, err := s.Files.ByNumber(r.Context(), v.me.ID, number)
		if err == nil {
			view.Player, err = s.filmView(r, v, n)
		}
		if err != nil && !fault.Is(err, fault.NotFound) { // it may lie in the trash
			return err
		}
	}
	view.All = photosPath + "?month=" + at.TakenAt.Format("2006-01")
	if at.Earlier != nil {
		view.Earlier = photoURL(at.Earlier.Number)
	}
	if at.Later != nil {
		view.Later = photoURL(at.Later.Number)
	}
	if at.Leader != nil {
		view.Leader, view.LeaderIs = photoURL(at.Leader.Number), string(at.Part)
	}
	for _, one := range at.Parts {
		view.Parts = append(view.Parts, web.PhotoPart{Kind: string(one.Part), Name: one.Name, URL: photoURL(one.Number)})
	}
	p, err := s.page(r, v, web.PlacePhotos, v.me.Hue)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, web.Photo(p, view))
}

// ownPhoto is a photo of the reader's, wherever it is looked at.
func ownPhoto(v *reader, p *photo.Photo) web.PhotoView {
	view := web.PhotoView{
		Tile: photoTile(p), Full: previewURL(p, screenSide), Fetch: photoFile(p.Number, "/fetch"), About: photoFile(p.Number, ""),
		Post: photosPath + "/post", Facts: photoFacts(v, p), Why: v.words.T("fault.photo.no_preview"),
	}
	if p.Kind == photo.Video {
		view.Film = photoFile(p.Number, "/raw")
	}
	if p.Why != "" {
		view.Why = v.words.T(p.Why)
	}
	return view
}

// photoFacts are what is known of a photo, for its owner.
func photoFacts(v *reader, p *photo.Photo) (facts []web.PhotoFact) {
	say := func(key, value string, only bool) {
		if value != "" {
			facts = append(facts, web.PhotoFact{Name: v.words.T("photo." + key), Value: value, Only: only})
		}
	}
	when := v.words.Moment(p.TakenAt)
	switch p.Dated {
	case photo.ByName:
		when += " – " + v.words.T("photo.by_name")
	case photo.ByFile:
		when += " – " + v.words.T("photo.by_file")
	default:
		if p.Zone != "" {
			when += " (" + p.Zone + ")"
		}
	}
	say("taken", when, false)
	say("camera", p.Camera, true)
	say("lens", p.Lens, true)
	say("exposure", exposure(p), true)
	if p.Width > 0 {
		say("size", strconv.Itoa(p.Width)+" × "+strconv.Itoa(p.Height), false)
	}
	say("format", strings.ToUpper(p.Format), false)
	say("place", p.Place, true)
	if p.Located {
		say("position", position(p.Latitude, "N", "S")+" "+position(p.Longitude, "E", "W"), true)
	}
	return facts
}

func exposure(p *photo.Photo) string {
	var all []string
	if p.Exposure != "" {
		all = append(all, p.Exposure+" s")
	}
	if p.Aperture > 0 {
		all = append(all, "f/"+strconv.FormatFloat(p.Aperture, 'g', 3, 64))
	}
	if p.ISO > 0 {
		all = append(all, "ISO "+strconv.Itoa(p.ISO))
	}
	if p.Focal > 0 {
		all = append(all, strconv.FormatFloat(p.Focal, 'g', 4, 64)+" mm")
	}
	return strings.Join(all, ", ")
}

func position(degrees float64, plus, minus string) string {
	side := plus
	if degrees < 0 {
		degrees, side = -degrees, minus
	}
	return strconv.FormatFloat(degrees, 'f', 4, 64) + "° " + side
}

// photoPreview sends a smaller picture of a photo to its owner, and to whom it is shared with. Its address changes with what it shows.
func (s *Site) photoPreview(w http.ResponseWriter, r *http.Request) error {
	me := server.Me(r)
	number, err := numberOf(r)
	side, notSide := strconv.Atoi(r.PathValue("side"))
	if me == nil || err != nil || notSide != nil || side <= 0 {
		return nothingHere()
	}
	n, _, err := s.Files.ByNumber(r.Context(), me.ID, number)
	if err != nil {
		return err
	}
	p, body, err := s.Photos.Preview(r.Context(), n.OwnerID, number, side, side, false)
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	h.Set("Vary", "Cookie")
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	return serve(w, r, p.Mime, `"`+p.Etag()+`"`, body)
}

// chosenPhotos are what a form of photos says.
type chosenPhotos struct {
	Photo []int64 `form:"photo"`
	Do    string  `form:"do"`    // "page", "album", or a post
	Page  string  `form:"page"`  // the page of pictures they go to, "" for a new one
	Album string  `form:"album"` // the album they go to, "" for a new one
}

// toAlbum has the chosen photos go to an album.
const toAlbum = "album"

// postPhotos begins a post with photos: a draft that shows them, to be written
// and posted by its own form. Or it puts them on a page of pictures.
func (s *Site) postPhotos(w http.ResponseWriter, r *http.Request, v *reader) error {
	in, err := server.DecodeBody[chosenPhotos](r)
	if err != nil {
		return err
	}
	to := s.draftOf
	switch in.Do {
	case toPage:
		to = s.pictureAll
	case toAlbum:
		to = s.albumAll
	}
	at, err := to(r, v, in)
	if fault.Is(err, fault.Invalid, fault.Unsupported, fault.TooLarge, fault.Conflict, fault.TooMany, fault.Denied) {
		return s.photosAt(w, r, v, http.StatusUnprocessableEntity, in.Photo, server.Sentence(v.words, err))
	}
	if err != nil {
		return err
	}
	return seeOther(w, at)
}

// mediaOf makes media of chosen photos, at most so many: of a kind, or with "" of any.
func (s *Site) mediaOf(r *http.Request, v *reader, numbers []int64, kind string, most int) (ids []id.ID, err error) {
	switch {
	case len(numbers) == 0:
		return nil, fault.New(fault.Invalid, "fault.photo.choose")
	case len(numbers) > most:
		return nil, fault.New(fault.Invalid, "fault.photo.many", "n", most)
	}
	for _, number := range numbers {
		n, _, err := s.Files.ByNumber(r.Context(), v.me.ID, number)
		if err != nil {
			return nil, err
		}
		if kind == media.Image && fileKind(n) != web.FilePicture {
			return nil, fault.New(fault.Unsupported, "fault.publish.page_film", "name", n.Name)
		}
		m, err := s.mediumOf(r.Context(), n)
		if err != nil {
			return nil, err
		}
		ids = append(ids, m.ID)
	}
	return ids, nil
}

// draftOf begins a post with photos, and returns where it is written.
func (s *Site) draftOf(r *http.Request, v *reader, in chosenPhotos) (string, error) {
	ids, err := s.mediaOf(r, v, in.Photo, "", media.PerPost)
	if err != nil {
		return "", err
	}
	d, err := s.Drafts.Keep(r.Context(), v.me.ID, 0, post.Draft{Kind: post.Note, Visibility: post.Visibility(v.chosen.Visibility), Language: s.postLanguage(v), Media: ids}, time.Time{})
	if err != nil {
		return "", err
	}
	return draftPath(d.ID), nil
}

// pictureAll puts photos on a page of pictures, a new one that only the
// reader sees yet where none is named, and returns where they are arranged.
func (s *Site) pictureAll(r *http.Request, v *reader, in chosenPhotos) (string, error) {
	var which id.ID
	var err error
	if in.Page != "" {
		if which, err = id.Parse(in.Page); err != nil {
			return "", nothingHere()
		}
		if p, err := s.Pages.Mine(r.Context(), v.me.ID, which); err != nil || p.Kind != page.Portfolio {
			return "", nothingHere()
		}
	}
	ids, err := s.mediaOf(r, v, in.Photo, media.Image, page.PortfolioMax)
	if err != nil {
		return "", err
	}
	if which == 0 {
		p, err := s.newAlbum(r, v, "")
		if err != nil {
			return "", err
		}
		which = p.ID
	}
	return portfolioPath(which) + "#added", s.Pages.AddPictures(r.Context(), v.me.ID, which, ids)
}

// newAlbum makes a page of pictures that only the reader sees yet, called by a
// name or by today's date; where one is, with a number.
func (s *Site) newAlbum(r *http.Request, v *reader, called string) (*page.Page, error) {
	if called == "" {
		called = v.words.T("photo.page_title", "when", v.words.Date(s.Now().In(v.zone)))
	}
	return newPageCalled(called, func(title string) (*page.Page, error) {
		return s.Pages.Save(r.Context(), page.Page{AccountID: v.me.ID, Kind: page.Portfolio, Title: title, Language: s.postLanguage(v), Draft: true})
	})
}

// addedTo is the folder that photos come into which are added on their page.
const addedTo = "Photos"

// addPhotos keeps the photos of a form among the reader's files.
func (s *Site) addPhotos(w http.ResponseWriter, r *http.Request, v *reader) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return server.Malformed("form of photos: %w", err)
	}
	view := web.FolderView{Arrived: &web.Arrived{}, Clash: clashBeside}
	if broken := s.eachFile(r, v, addedTo, parts, &view); broken != nil {
		if err := server.BodyError(broken); !fault.Is(err, fault.TooLarge, fault.Timeout, fault.Invalid) {
			return err
		}
		refuse(v, view.Arrived, "", server.BodyError(broken))
	}
	a := view.Arrived
	if a.Kept+len(a.Refused) == 0 {
		refuse(v, a, "", fault.New(fault.Invalid, "fault.file.none_chosen"))
	}
	if len(a.Refused) == 0 {
		return seeOther(w, with(photosPath, "files_kept"))
	}
	wrong := ""
	for _, one := range a.Refused {
		if one.Name != "" {
			wrong += one.Name + ": "
		}
		wrong += one.Why + " "
	}
	return s.photosAt(w, r, v, http.StatusUnprocessableEntity, nil, strings.TrimSpace(wrong))
}
