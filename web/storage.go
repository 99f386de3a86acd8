package web

import "strconv"

// A StorageView is what takes up a person's space.
type StorageView struct {
	Head     FilesHead
	Used     int64
	Quota    int64 // -1 for no bound
	Files    int64 // what stands in folders
	Trash    int64
	Versions int64
	Uploads  int64 // not whole yet
	Media    int64 // pictures of posts
	Kinds    []StorageKind
	Largest  []FileRow
	Chosen   string
	ToTrash  string
}

// A StorageKind is what files of one kind take up.
type StorageKind struct {
	Label string
	Count int
	Bytes int64
}

// percent is how much of the quota is used, in whole percents.
func (v StorageView) percent() int {
	if v.Quota <= 0 {
		return 0
	}
	return int(min(100*v.Used/v.Quota, 100))
}

func (v StorageView) percents() string { return strconv.Itoa(v.percent()) }

// A VersionsView is what a file was before.
type VersionsView struct {
	Head   FilesHead
	Crumbs []Link
	Now    FileRow
	Rows   []VersionRow
	Most   int // that are kept
}

// A VersionRow is what a file was until a moment.
type VersionRow struct {
	File    FileRow // its size, and when it was made so
	Raw     string
	Restore string
	Delete  string
}

// A QuotaView is how much the files of one who lives here take up, and may.
type QuotaView struct {
	Person      Person
	Used, Quota int64
	Action      string
	Said        Field // in gigabytes
	Back        string
}
