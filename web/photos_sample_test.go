package web

import (
	"time"

	"allod/internal/locale"
)

// photoSamples are the pages of photos in their states.
func photoSamples(l *locale.Locale, inside func(Place) Page) []sample {
	taken := time.Date(2026, 11, 5, 9, 30, 0, 0, time.UTC)
	ridges := PhotoTile{Number: "1", URL: "/photos/1", Src: "/sample/ridges.webp", Width: 1200, Height: 800, Name: "IMG_0001.HEIC", Taken: taken, Moving: true, Chosen: true}
	film := PhotoTile{Number: "2", URL: "/photos/2", Width: 1920, Height: 1080, Name: "رحلة.mov", Taken: taken, Video: true, Seconds: 3725}
	waits := PhotoTile{Number: "3", URL: "/photos/3", Name: "IMG_0003.jpg", Taken: taken.AddDate(0, -1, 0), Waiting: true}
	v := PhotosView{
		Any: true, Years: []PhotoYear{{"2026", "/photos?month=2026-11", true}, {"2025", "/photos?month=2025-02", false}},
		Months: []PhotoMonth{{Month: taken, URL: "/photos?month=2026-11", Count: 2, Current: true}, {Month: taken.AddDate(0, -1, 0), URL: "/photos?month=2026-10", Count: 1}},
		Days:   []PhotoMonth{{Month: taken, Count: 2, Photos: []PhotoTile{ridges, film}}, {Month: taken.AddDate(0, -1, 0), Count: 1, Photos: []PhotoTile{waits}}},
		Older:  "/photos?before=1.1", Newest: "/photos", Add: "/photos/add", Files: "/files", Post: "/photos/post", Most: 4, Other: "/photos?choose=1",
	}
	choosing := v
	choosing.Choose, choosing.Wrong, choosing.Older = true, l.T("fault.photo.choose"), ""
	choosing.Pages = []Option{{"", l.T("photo.page_new")}, {"7", "Boats"}}
	one := PhotoView{
		Tile: ridges, Full: "/sample/ridges.webp", All: "/photos", Earlier: "/photos/2", Later: "/photos/3", Fetch: "/file/1/fetch", About: "/file/1", Post: "/photos/post",
		Facts: []PhotoFact{{l.T("photo.taken"), "5", false}, {l.T("photo.position"), "46.6000° N 8.0000° E", true}},
		Parts: []PhotoPart{{"copy", "Copy of it.jpg", "/photos/4"}, {"motion", "IMG_0001.MOV", "/photos/5"}, {"burst", "IMG_0002.HEIC", "/photos/6"}},
	}
	plays := PhotoView{Tile: film, Player: &FilmView{Poster: "/p.jpg", Sources: []FilmSource{{"/file/2/raw", "video/mp4"}}}, All: "/photos", Fetch: "/file/2/fetch", About: "/file/2", Post: "/photos/post", Leader: "/photos/1", LeaderIs: "motion"}
	bare := PhotoView{Tile: waits, All: "/photos", Fetch: "/file/3/fetch", About: "/file/3", Post: "/photos/post", Why: l.T("fault.photo.no_preview")}
	broken := bare
	broken.Tile.Waiting = false
	return []sample{
		{"photos", Photos(inside(PlacePhotos), v)}, {"photos-choose", Photos(inside(PlacePhotos), choosing)},
		{"photos-none", Photos(inside(PlacePhotos), PhotosView{Add: "/photos/add", Files: "/files", Post: "/photos/post", Wrong: l.T("fault.file.none_chosen")})},
		{"photo", Photo(inside(PlacePhotos), one)}, {"photo-film", Photo(inside(PlacePhotos), plays)}, {"photo-waits", Photo(inside(PlacePhotos), bare)}, {"photo-none", Photo(inside(PlacePhotos), broken)},
	}
}
