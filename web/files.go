package web

import (
	"strconv"
	"time"

	"github.com/a-h/templ"
)

// A FileKind is what a file is to somebody who looks for it.
type FileKind string

// The kinds.
const (
	FileFolder   FileKind = "folder"
	FilePicture  FileKind = "picture"
	FileVideo    FileKind = "video"
	FileSound    FileKind = "sound"
	FileWords    FileKind = "text"
	FileMarkdown FileKind = "page" // Markdown
	FilePDF      FileKind = "pdf"
	FileOther    FileKind = "other"
)

// icon is the drawing that stands for a kind.
func (k FileKind) icon() string {
	switch k {
	case FileFolder:
		return "folder"
	case FilePicture:
		return "photo"
	case FileVideo:
		return "film"
	case FileSound:
		return "sound"
	case FileWords, FileMarkdown, FilePDF:
		return "article"
	}
	return "file"
}

// named is a kind in a word.
func (k FileKind) named(f Frame) string {
	switch k {
	case FileFolder:
		return f.T("files.folder")
	case FilePicture:
		return f.T("files.picture")
	case FileVideo:
		return f.T("files.video")
	case FileSound:
		return f.T("files.sound")
	case FileWords, FileMarkdown:
		return f.T("files.text")
	case FilePDF:
		return f.T("files.pdf")
	}
	return f.T("files.plain")
}

// A FileRow is a file or folder in a list.
type FileRow struct {
	Number   string
	Name     string
	URL      string // of its page
	Kind     FileKind
	Size     int64
	When     time.Time
	Favorite bool
	Chosen   bool   // in a form that came back
	Small    string // a small picture of it, "" for none
	From     string // who shares it with the reader, "" for their own
	Shared   bool   // it is shared with others
	Where    *Link  // the folder it is in, where a list is of several
}

// id is what the script and forms call a row.
func (r FileRow) id() string { return "f-" + r.Number }

// A FilesTab is a part of the room of files.
type FilesTab string

// The parts.
const (
	FilesAll       FilesTab = "files"
	FilesFavorites FilesTab = "favorites"
	FilesShared    FilesTab = "shared"
	FilesTrash     FilesTab = "trash"
	FilesStorage   FilesTab = "storage"
)

// A FilesHead stands above every page of the room of files.
type FilesHead struct {
	Here  FilesTab
	Tabs  []Tab
	Title string
}

// A FolderView is what a folder holds.
type FolderView struct {
	Head   FilesHead
	Home   bool   // the outermost one
	Number string // of the folder
	Crumbs []Link // the folders it is in, the outermost first
	Name   string

	Rows        []FileRow
	Count       int
	Bytes       int64
	Used, Quota int64 // of all files of the person; Quota -1 for no bound
	Sorts       []Tab
	Newer       string // the entries before these, "" for none
	Older       string // the entries after them
	From, Until int    // which entries of Count these are

	Make   string // where a folder is made
	Add    string // where files are sent
	Write  string // where a text is begun
	Chosen string // where what is done with chosen ones is sent
	Zip    string // the whole folder in one file
	Self   string // the page about the folder itself, "" for the outermost

	Sharer string // who shares the folder with the reader, "" for their own
	Fixed  bool   // nothing can be put into it

	Folder  Field // the name of a folder to be made
	Clash   string
	Arrived *Arrived

	Sought *FileSearch
	Sync   *SyncAdvice
}

// Arrived is what became of files that a form sent.
type Arrived struct {
	Kept    int
	Renamed []string // kept under another name than they had
	Skipped int
	Refused []Refusal
}

// A Refusal is a file that was not kept, and why.
type Refusal struct {
	Name string
	Why  string
}

// A FileSearch is a question for files and what it found.
type FileSearch struct {
	Words string
	More  bool // there are more than are shown
}

// SyncAdvice is what to type on a phone or computer that keeps a copy of these files.
type SyncAdvice struct {
	Address string
	Name    string
	Devices string // where a password for a device is made, "" where that is not offered
}

// A FileView is the page of one file.
type FileView struct {
	Head    FilesHead
	Crumbs  []Link
	Row     FileRow
	Mime    string
	Made    time.Time // zero where it is not known
	Raw     string    // its bytes
	Fetch   string    // the same, to be saved
	Shown   bool      // a browser may show it in place
	Picture string    // a picture as browsers show it, "" for none
	Film    *FilmView // of a video

	Text     string // of a text
	HTML     string // of Markdown, as articles are drawn
	TooLong  bool   // a text that is not shown for its length
	Edit     string // where a text is changed, "" where it cannot be
	Versions string
	Rename   string
	Name     Field
	Move     string
	Share    string // where links to it are
	Favorite string
	Publish  string // the form that begins a post with it, "" where none can
	Delete   string
	ShownIn  int    // posts and pages
	Days     int    // that what is thrown away is kept
	Before   string // the page of the file before it in its folder
	Next     string
}

// checkbox is the box by which a row is chosen.
func (r FileRow) checkbox(f Frame) templ.Attributes {
	return templ.Attributes{"type": "checkbox", "name": "f[]", "value": r.Number, "aria-label": f.T("files.choose", "name", r.Name)}
}

// spaceUsed is how much of what one may use is used.
func (f Frame) spaceUsed(used, quota int64) string {
	if quota < 0 {
		return f.T("files.used", "size", f.size(used))
	}
	return f.T("files.used_of", "size", f.size(used), "quota", f.size(quota))
}

// fileDay is the day of a file in a list.
func (f Frame) fileDay(t time.Time) string {
	if word := f.nearby(t); word != "" {
		return word
	}
	return f.Date(t)
}

// range is which entries of a list a page shows.
func (v FolderView) span() string { return strconv.Itoa(v.From) + "–" + strconv.Itoa(v.Until) }

// A FileNameView asks how something is to be called.
type FileNameView struct {
	Head   FilesHead
	Crumbs []Link
	Action string
	Name   Field
	Back   string
}

// A PickView asks which folder chosen things go into.
type PickView struct {
	Head    FilesHead
	Action  string
	Do      string   // "move" or "copy"
	Chosen  []string // their numbers
	Names   []string
	From    string // the number of the folder where they were chosen, "" for several
	At      string // the number of the folder that is looked into
	Crumbs  []Link // the folders it is in, and itself; the address is a number
	Folders []Link // in it, as well
	Clashes []string
	Failed  string
	Back    string
}

// An AttachView is a folder, to choose from it what a post shows.
type AttachView struct {
	Head    FilesHead
	Crumbs  []Link
	Action  string
	Draft   string // the post that is being written, "" for a new one
	Reply   string // what a new one answers, "" for nothing
	At      string // the number of the folder
	Folders []Link
	Rows    []FileRow
	More    string // the rest of the folder, "" for none
	Back    string // to the form
	Wrong   string
	Most    int // that a post shows
}

// A FavoritesView is the files and folders that somebody marked.
type FavoritesView struct {
	Head   FilesHead
	Rows   []FileRow
	Chosen string
}

// A FileTextView is the form of a text.
type FileTextView struct {
	Head     FilesHead
	Crumbs   []Link
	Action   string
	New      bool
	Markdown bool
	Name     Field // of a new one
	Text     Field
	Etag     string // what was read
	Failed   string
	Back     string
}

// typed is the text after the line break that browsers leave out at its beginning.
func (v FileTextView) typed() string { return "\n" + v.Text.Value }

// sought are the words that were looked for.
func (v FolderView) sought() string {
	if v.Sought == nil {
		return ""
	}
	return v.Sought.Words
}
