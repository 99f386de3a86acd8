package web

import "time"

// A TrashView is what was thrown away.
type TrashView struct {
	Head    FilesHead
	Rows    []TrashRow
	Count   int
	Bytes   int64
	Days    int // that it is kept
	Restore string
	Discard string
	Empty   string // where it is asked before all is deleted
	Older   string
}

// A TrashRow is one thing that was thrown away.
type TrashRow struct {
	Row   FileRow   // when it was thrown away
	From  string    // the folder it was in, "" for the outermost
	Until time.Time // when it is deleted for good
}
