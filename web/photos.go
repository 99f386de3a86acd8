package web

import (
	"math"
	"strconv"
	"time"
)

// A PhotosView is some of one's photos, the latest first.
type PhotosView struct {
	Any    bool // there are photos at all
	Years  []PhotoYear
	Months []PhotoMonth // of the year that is looked at
	Days   []PhotoMonth
	Older  string
	Newest string // "" where these are the newest
	Add    string // where files are brought
	Files  string
	Post   string   // the form that posts what is chosen
	Choose bool     // photos are being chosen
	Most   int      // that one post may show
	Pages  []Option // pages of pictures that what is chosen may go to
	Albums []Option // and albums
	Album  string   // the one that is to be added to
	Wrong  string   // what was wrong with what was chosen
	Other  string   // the same page with, or without, choosing
}

// A PhotoYear leads to the photos of a year.
type PhotoYear struct {
	Label   string
	URL     string
	Current bool
}

// A PhotoMonth is photos of one month, or leads to them.
type PhotoMonth struct {
	Month   time.Time
	URL     string
	Count   int
	Current bool
	Photos  []PhotoTile
}

// A PhotoTile is a photo among others.
type PhotoTile struct {
	Number        string // of its file
	URL           string // its page
	Src           string // "" while it is looked at, or where there is nothing to show
	Width, Height int
	Name          string
	Taken         time.Time
	Video         bool
	Seconds       float64
	Moving        bool // it has a moving part
	Waiting       bool // it is not looked at yet
	Chosen        bool
	Alt           string // what it shows, as its owner says; "" where nothing is said
	Place         int    // among those of an album, to who is told no name; 0 else
}

// A PhotoView is the page of one photo.
type PhotoView struct {
	Tile           PhotoTile
	Full           string    // a large picture of it, "" for none
	Film           string    // it plays from here
	Player         *FilmView // all ways in which it plays, nil where only that one is known
	FilmType       string
	All            string // the photos around it
	Earlier, Later string // "" at the ends
	Album          string // the album in which it is looked at, "" for the timeline
	Seen           bool   // by another than its owner, in an album
	Of             int    // how many such there are
	Fetch          string // the file itself
	About          string // its page among the files
	Delete         string
	Post           string
	Ask            string // it is written about from here
	Why            string // why there is nothing to show
	Facts          []PhotoFact
	Parts          []PhotoPart
	Leader         string // the photo that stands for it
	LeaderIs       string // what it is to that one: copy, motion or burst
}

// A PhotoFact is one thing that is known of a photo.
type PhotoFact struct {
	Name, Value string
	Only        bool // a reader other than its owner is never told
}

// A PhotoPart is a photo that another one stands for.
type PhotoPart struct {
	Kind, Name, URL string
}

// ratioOf is the class of a photo's shape.
func (t PhotoTile) ratio() string { return ratio(Media{Width: t.Width, Height: t.Height}) }

// named is what a photo is called for those who do not see it: there is no
// description of it yet, but when it was taken tells more than a file's name.
func (t PhotoTile) named(f Frame) string {
	switch {
	case t.Alt != "":
		return t.Alt
	case t.Place > 0:
		return f.T("album.photo_of", "n", strconv.Itoa(t.Place))
	}
	key := "photo.named"
	if t.Video {
		key = "photo.named_video"
	}
	return f.T(key, "name", t.Name, "when", f.Moment(t.Taken))
}

// around is what the link back from a photo is called, and those to what stands before and behind it.
func (v PhotoView) around(f Frame) (back, before, after string) {
	if v.Album != "" {
		return v.Album, f.T("album.before"), f.T("album.next")
	}
	return f.T("photo.title"), f.T("photo.later"), f.T("photo.earlier")
}

// length is how long a video is.
func (t PhotoTile) length() string {
	s := int(math.Round(t.Seconds))
	if s >= 3600 {
		return strconv.Itoa(s/3600) + ":" + padded(s/60%60) + ":" + padded(s%60)
	}
	return strconv.Itoa(s/60) + ":" + padded(s%60)
}

func padded(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// monthOnly is a month without its year.
func (f Frame) monthOnly(t time.Time) string { return f.T(months[t.Month()-1]) }

// What a photo is to the one that stands for it, said on the page of each.
var (
	partOf = map[string]string{"copy": "photo.is_copy", "motion": "photo.is_motion", "burst": "photo.is_burst"}
	partIs = map[string]string{"copy": "photo.has_copy", "motion": "photo.has_motion", "burst": "photo.has_burst"}
)
