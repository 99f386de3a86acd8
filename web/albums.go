package web

import (
	"strconv"
	"time"
)

// An AlbumsView is one's albums, and where another is begun.
type AlbumsView struct {
	Albums  []AlbumCard
	Make    string
	Title   Field
	Folders []Option // that an album may follow
	Folder  string   // chosen
	Choose  string   // where photos are chosen
}

// An AlbumCard is an album among others.
type AlbumCard struct {
	URL      string
	Title    string
	By       string // whose it is; "" for the reader's
	Count    int
	From, To time.Time
	Front    *PhotoTile
	Follows  bool
	Shown    string // to whom, in words; "" for nobody
}

// An AlbumView is an album as a reader sees it.
type AlbumView struct {
	All      string // where the reader's albums are, "" for who has none here
	Title    string
	Words    string
	By       string // whose it is; "" for the reader's
	Profile  string
	Shown    string // to whom, in words
	From, To time.Time
	Follows  bool
	Folder   string // the one it follows
	Edit     string
	Add      string
	Photos   []PhotoTile
	Count    int
}

// An AlbumForm is an album as its owner may change it.
type AlbumForm struct {
	Action, Page, Delete string
	Title, Words         Field
	ByDate               bool
	Follows              bool
	Count                int
	Failed               string
	Arrange              string
	Pieces               []AlbumPiece
	Parts                []MenuItem
	First                int // place of the first piece of this part
}

// An AlbumPiece is a photo of an album in the form that arranges it.
type AlbumPiece struct {
	Number      string // of its file
	Tile        PhotoTile
	Alt         string
	Place       string
	First, Last bool
	Cover       bool // it stands for the album
}

// first is the place of the first piece of a part, for the script that moves them.
func (v AlbumForm) first() string { return strconv.Itoa(v.First) }

// albumSpan is when the photos of an album were taken.
func (f Frame) albumSpan(from, to time.Time) string {
	if from.Year() == to.Year() && from.YearDay() == to.YearDay() {
		return f.Date(from)
	}
	return f.T("album.span", "from", f.Date(from), "to", f.Date(to))
}
