package web

import (
	"strconv"
	"time"
)

// An AlbumsView is one's albums, and where another is begun.
type AlbumsView struct {
	Albums  []AlbumCard
	Theirs  []AlbumCard // of others, to which the reader was invited
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
	Share    string // where its owner says to whom it is shown
	Add      string
	Leave    string // has who was invited see it no longer
	Talk     string // where others comment, "" for nowhere
	Talks    int
	Tells    bool   // its pictures say when and where they were taken
	Unseen   int    // photos that its owner alone sees
	Making   int    // photos that others see in a moment
	Apart    bool   // it is seen by a link, on a page by itself
	Said     []Talk // what people without an account say of it, there
	Comment  *CommentLink
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

// albumLevels are those at which an album is shown.
var albumLevels = []Level{Public, Unlisted, Followers, Circle}

// chosen is the level that is chosen in the form, or the narrowest that is always offered.
func (v AlbumShare) chosen() Level {
	if v.Level == "" {
		return Followers
	}
	return v.Level
}

// albumSpan is when the photos of an album were taken.
func (f Frame) albumSpan(from, to time.Time) string {
	if from.Year() == to.Year() && from.YearDay() == to.YearDay() {
		return f.Date(from)
	}
	return f.T("album.span", "from", f.Date(from), "to", f.Date(to))
}

// An AlbumShare says to whom an album is shown.
type AlbumShare struct {
	Title, Back    string
	Show, Withdraw string
	Level          Level // at which it is shown, or was to be
	HereOnly       bool
	Few            bool // it is shown to those alone who were invited or have a link
	Since          time.Time
	Page           string // where others see it, "" while it is shown to nobody
	Post           string // below which they comment
	Circles        []GroupChoice
	Followers      int
	Wrong          string

	People []AlbumPerson
	Invite string
	Who    Field
	Adds   bool

	Links           []ShareRow
	Link            string
	Label, Password Field
	Days            string

	Tell    string
	Tells   bool
	Located bool // some of its photos know where they were taken
}

// An AlbumPerson lives here and is shown an album.
type AlbumPerson struct {
	Person Person
	Adds   bool
	End    string
}
