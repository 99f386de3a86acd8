package web

// A CaptionsView is what is said in a video, in one language, as its owner writes it.
type CaptionsView struct {
	Head     FilesHead
	Film     *FilmView
	Action   string
	Rows     []CaptionRow
	Of       string // the number of the captions that are changed, "" for new ones
	Label    string // what those are called
	Etag     string
	Language string // of new ones
	Text     Field
	Failed   string
	Back     string
}

// A CaptionRow leads to captions of a video.
type CaptionRow struct {
	Label    string
	URL      string
	Versions string
	Current  bool
}

// typed is what is in the field: what was written, or how captions begin.
func (v CaptionsView) typed() string {
	if v.Text.Value == "" && v.Text.Error == "" {
		return "WEBVTT\n\n00:00.000 --> 00:02.000\n"
	}
	return v.Text.Value
}
