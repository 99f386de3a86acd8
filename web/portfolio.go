package web

import (
	"math"
	"strconv"
)

// A PortfolioView is the pictures of a page, as a reader sees them.
type PortfolioView struct {
	Pictures []PieceView
	Language string
	Change   string // for its owner
}

// A PieceView is a picture among others.
type PieceView struct {
	URL   string // its page
	Title string
	Media Media
}

// A PiecePage is the page of a picture.
type PiecePage struct {
	Site         SiteView
	Title        string
	Media        Media
	Language     string
	Portfolio    string // the title of its page
	All          string // that page
	Number       int
	Count        int
	Before, Next string // "" at the ends
	Address      string // absolute
	Edit         string
}

// A PicturesForm arranges the pictures of a portfolio. The field of its first
// form is "pictures", files; those of the second are "piece-i", "title-i",
// "alt-i", "place-i", "drop-i", and "do": "save", or "up-" and "down-" with a piece.
type PicturesForm struct {
	Title    string
	Draft    bool
	Page     string // as others see it
	Edit     string // its title and words
	Add      string
	Action   string
	Count    int
	Most     int
	AtOnce   int // how many may come; 0 where there is no room
	Pictures []PieceField
	Parts    []MenuItem
	Wrong    string   // what is wrong with pictures that came
	Refused  []string // their names
	Failed   string
}

// A PieceField is a picture being arranged.
type PieceField struct {
	ID          string
	Small       string
	Title       string
	Alt         string
	Place       string
	First, Last bool
}

// ratio is the class of a picture's shape, in tenths from 0.4 to 3.
func ratio(m Media) string {
	if m.Width <= 0 || m.Height <= 0 {
		return "r-10"
	}
	tenths := int(math.Round(10 * float64(m.Width) / float64(m.Height)))
	return "r-" + strconv.Itoa(min(max(tenths, 4), 30))
}

// named is what a picture is called for those who hear it: what it shows, or its title.
func (v PieceView) named(f Frame) string {
	if v.Media.Alt == "" && v.Title != "" {
		return v.Title
	}
	return described(f, v.Media)
}
