package web

import (
	"time"

	"allod/internal/locale"
)

func sampleFiles() []FileRow {
	day := func(d int) time.Time { return time.Date(2026, time.November, d, 9, 30, 0, 0, time.UTC) }
	return []FileRow{
		{Number: "1", Name: "Seed lists", URL: "/files/a", Kind: FileFolder, Size: 12_000, When: day(22), Favorite: true},
		{Number: "2", Name: "Leaf from page 212.jpg", URL: "/files/b", Kind: FilePicture, Size: 4_100_000, When: day(21), Small: "/sample/leaf.webp"},
		{Number: "3", Name: "من استعار ماذا.md", URL: "/files/c", Kind: FileMarkdown, Size: 18_000, When: day(12)},
		{Number: "4", Name: "<b>Plot lease</b>.pdf", URL: "/files/d", Kind: FilePDF, Size: 240_000, When: day(3), Where: &Link{"Family/Allotment", "/files/e"}},
		{Number: "5", Name: "Bell.mp4", URL: "/files/f", Kind: FileVideo, Size: 184_000_000, When: day(1)},
		{Number: "6", Name: "Bell.opus", URL: "/files/g", Kind: FileSound, Size: 0, When: day(1)},
		{Number: "7", Name: "Bell.blend", URL: "/files/h", Kind: FileOther, Size: 20, When: day(1)},
	}
}

// fileSamples are folders, files and what stands around them.
func fileSamples(l *locale.Locale, inside func(Place) Page) []sample {
	head := FilesHead{Here: FilesAll, Title: "Allotment", Tabs: []Tab{{l.T("files.title"), "/files", true}, {l.T("files.favorites"), "/favorites", false}}}
	crumbs := []Link{{l.T("files.title"), "/files"}, {"Family", "/files/Family"}}
	rows := sampleFiles()
	folder := FolderView{
		Head: head, Crumbs: crumbs, Number: "9", Name: "Allotment", Rows: rows, Count: 700, Bytes: 2_300_000_000, Used: 61_000_000_000, Quota: 200_000_000_000,
		Sorts: []Tab{{l.T("files.by_name"), "/a", true}, {l.T("files.by_time"), "/b", false}}, Newer: "/n", Older: "/o", From: 201, Until: 400,
		Make: "/make", Add: "/add", Write: "/text", Chosen: "/chosen", Zip: "/zip", Self: "/self",
		Folder: Field{"a/b", l.T("fault.file.name_slash")}, Clash: "skip",
		Arrived: &Arrived{Kept: 2, Skipped: 1, Renamed: []string{"Frost (2).heic"}, Refused: []Refusal{{"Bell.mov", l.T("fault.file.quota")}, {"", l.T("fault.request.large")}}},
	}
	sync := &SyncAdvice{Address: "https://marrow.example", Name: "ida", Devices: "/devices"}
	home := FolderView{Head: head, Home: true, Rows: rows, Count: 7, Quota: -1, Make: "/make", Add: "/add", Write: "/text", Chosen: "/chosen", Sync: sync}
	bare := FolderView{Head: head, Home: true, Quota: -1, Make: "/make", Add: "/add", Write: "/text", Chosen: "/chosen", Sync: sync}
	file := func(i int, change func(v *FileView)) sample {
		v := FileView{Head: head, Crumbs: crumbs, Row: rows[i], Raw: "/raw", Fetch: "/fetch", Shown: true, Rename: "/name", Name: Field{Value: rows[i].Name}, Share: "/file/1/share", Move: "/move?do=move",
			Favorite: "/favorite", Delete: "/trash", Days: 30, Publish: "/chosen", ShownIn: 2}
		if v.Row.Kind == FilePicture {
			v.Picture = "/raw"
		}
		if change != nil {
			change(&v)
		}
		return sample{"file-" + string(rows[i].Kind), FilePage(inside(PlaceFiles), v)}
	}
	trashed := []TrashRow{{rows[1], "Family", now.AddDate(0, 0, 20)}, {rows[0], "", now.AddDate(0, 0, 30)}}
	return []sample{
		{"folder", Folder(inside(PlaceFiles), folder)}, {"files", Folder(inside(PlaceFiles), home)}, {"files-found", Folder(inside(PlaceFiles), FolderView{Head: head, Home: true, Rows: rows[3:4], Sought: &FileSearch{Words: "lease"}, Make: "/make", Add: "/add", Write: "/text", Chosen: "/chosen"})},
		{"files-not-found", Folder(inside(PlaceFiles), FolderView{Head: head, Home: true, Sought: &FileSearch{Words: "<lease>"}, Make: "/make", Add: "/add", Write: "/text", Chosen: "/chosen"})}, {"files-empty", Folder(inside(PlaceFiles), bare)},
		file(0, nil), file(1, func(v *FileView) { v.Before, v.Next, v.Made = "/b", "/n", now }),
		file(2, func(v *FileView) { v.HTML, v.Edit, v.Versions = "<p>Who borrowed what.</p>", "/edit", "/versions" }),
		file(3, nil), file(4, nil), file(5, nil), file(6, func(v *FileView) { v.Name.Error = l.T("fault.file.name_empty") }),
		{"file-name", FileName(inside(PlaceFiles), FileNameView{Head: head, Action: "/name", Name: Field{"", l.T("fault.file.name_empty")}, Back: "/files"})},
		{"file-place", PickFolder(inside(PlaceFiles), PickView{Head: head, Action: "/chosen", Do: "move", Chosen: []string{"1", "2"}, Names: []string{"a", "b", "c", "d", "e", "f"}, At: "9",
			Crumbs: []Link{{l.T("files.title"), "1"}, {"Family", "2"}}, Folders: []Link{{"Box", "3"}}, Clashes: []string{"a", "b"}, Failed: l.T("fault.file.quota"), Back: "/files"})},
		{"file-captions", Captions(inside(PlaceFiles), CaptionsView{Head: head, Film: &FilmView{Captions: []FilmCaptions{{"/c", "ar", "العربية", "/e"}}, Sources: []FilmSource{{"/v.mp4", "video/mp4"}}}, Action: "/captions", Rows: []CaptionRow{{"العربية", "/c?of=2", "/versions", true}}, Of: "2", Label: "العربية", Text: Field{"WEBVTT\n\nno", l.T("fault.film.captions_time", "n", 3)}, Failed: l.T("fault.file.quota"), Back: "/files"})},
		{"file-captions-new", Captions(inside(PlaceFiles), CaptionsView{Head: head, Action: "/captions", Language: "ar", Back: "/files"})},
		{"file-attach", Attach(inside(PlaceWrite), AttachView{Head: head, Crumbs: crumbs, Action: "/attach", Draft: "5", Reply: "6", At: "9", Folders: []Link{{"Box", "/b"}}, Rows: rows[1:2], More: "/m", Back: "/compose", Wrong: l.T("fault.publish.none"), Most: 20})},
		{"file-attach-none", Attach(inside(PlaceWrite), AttachView{Head: head, Action: "/attach", At: "9", Back: "/compose", Most: 20})},
		{"file-copy", PickFolder(inside(PlaceFiles), PickView{Head: head, Action: "/chosen", Do: "copy", Chosen: []string{"1"}, Names: []string{"a"}, At: "9", Back: "/files"})},
		{"file-text", FileText(inside(PlaceFiles), FileTextView{Head: head, Crumbs: crumbs, Action: "/text", New: true, Markdown: true, Name: Field{"a/b", l.T("fault.file.name_slash")}, Text: Field{"Words", l.T("fault.file.text_long")}, Failed: l.T("fault.file.quota"), Back: "/files"})},
		{"storage", Storage(inside(PlaceFiles), StorageView{Head: head, Used: 61_000_000_000, Quota: 200_000_000_000, Files: 50_000_000_000, Uploads: 5, Kinds: []StorageKind{{l.T("files.kind_image"), 3, 5_000_000}},
			Largest: rows[1:3], Chosen: "/chosen", ToTrash: "/trash"})},
		{"storage-none", Storage(inside(PlaceFiles), StorageView{Head: head, Quota: -1, ToTrash: "/trash"})},
		{"file-versions", Versions(inside(PlaceFiles), VersionsView{Head: head, Crumbs: crumbs, Now: rows[2], Most: 50, Rows: []VersionRow{{rows[1], "/raw", "/restore", "/delete"}}})},
		{"file-no-versions", Versions(inside(PlaceFiles), VersionsView{Head: head, Crumbs: crumbs, Now: rows[2], Most: 50})},
		{"quota", Quota(inside(PlaceSettings), QuotaView{Person: kofi, Used: 5_000_000, Quota: -1, Action: "/a", Said: Field{"much", l.T("fault.file.quota_number")}, Back: "/house"})},
		{"favorites", Favorites(inside(PlaceFiles), FavoritesView{Head: head, Rows: rows[:3], Chosen: "/chosen"})},
		{"favorites-none", Favorites(inside(PlaceFiles), FavoritesView{Head: head})},
		{"trash", Trash(inside(PlaceFiles), TrashView{Head: head, Rows: trashed, Count: 2, Bytes: 4_000_000, Days: 30, Restore: "/restore", Discard: "/discard", Empty: "/empty", Older: "/older"})},
		{"trash-none", Trash(inside(PlaceFiles), TrashView{Head: head, Days: 30})},
	}
}

func shareSamples(l *locale.Locale, inside func(Place) Page, outside func(int) Page) []sample {
	link := ShareRow{ID: "1", URL: "https://marrow.example/s/1-abc", Label: "Olga", May: "look", Post: "/compose?level=direct", Mail: "mailto:?body=x", Made: now, End: "/file/1/share/1/end"}
	other := link
	other.ID, other.Label, other.Locked, other.Until = "2", "", true, now.AddDate(0, 0, 7)
	other.Post, other.Mail, other.May, other.Kept, other.Note = "/compose?level=direct", "mailto:?body=x", "drop", true, "Hello"
	rows := []SharedRow{{Name: "Sea", URL: "/s/x?at=Sea", Kind: FileFolder, Size: 12_000, When: now}, {Name: "Map.pdf", URL: "/s/x?at=Map.pdf", Kind: FilePDF, Size: 4000, When: now}}
	return []sample{
		{"share", ShareDialog(inside(PlaceFiles), ShareView{Name: "Trip", Folder: true, Add: "/file/1/share", Back: "/files/Trip", Links: []ShareRow{link, other}, Days: "0",
			Give: "/file/1/share/people", People: []ShareePerson{
				{Name: "Bo", Handle: "bo", May: "add", Change: "/file/1/share/people/1", End: "/file/1/share/people/1/end"},
				{Name: "Cy", Handle: "cy", May: "edit", On: true, Note: "Add yours", Until: now.AddDate(0, 0, 7), Change: "/file/1/share/people/2", End: "/file/1/share/people/2/end"},
			}})},
		{"share-of-others", ShareDialog(inside(PlaceFiles), ShareView{Name: "Trip", Folder: true, Back: "/files/Trip", Owner: "Bo", Leave: "/file/1/share/leave", Days: "0"})},
		{"share-nobody", ShareDialog(inside(PlaceFiles), ShareView{Name: "Trip", Folder: true, Add: "/file/1/share", Back: "/files/Trip", Days: "0", Give: "/file/1/share/people",
			Who: Field{"zoe", l.T("fault.share.who")}, Until: Field{"2001-01-01", l.T("fault.share.past")}, Words: Field{"x", l.T("fault.share.note", "max", 1000)}, Note: Field{"x", l.T("fault.share.note", "max", 1000)}})},
		{"shared-list", SharedList(inside(PlaceFiles), SharedListView{Head: FilesHead{Here: FilesShared, Title: l.T("share.tab")},
			With: []SharedThing{{Name: "Choir", URL: "/files/Choir", Kind: FileFolder, Who: "Bo", May: "edit", Note: "Sing", When: now, Stop: "/file/2/share/leave"}},
			By:   []SharedThing{{Name: "Trip", URL: "/files/Trip", Kind: FileFolder, May: "drop", When: now, Edit: "/file/1/share"}}})},
		{"shared-list-half", SharedList(inside(PlaceFiles), SharedListView{Head: FilesHead{Here: FilesShared, Title: l.T("share.tab")},
			With: []SharedThing{{Name: "Choir", URL: "/files/Choir", Kind: FilePDF, Who: "Bo", May: "look", When: now, Stop: "/file/2/share/leave"}}})},
		{"shared-list-none", SharedList(inside(PlaceFiles), SharedListView{Head: FilesHead{Here: FilesShared, Title: l.T("share.tab")}})},
		{"shared-drop", Shared(outside(5), SharedView{Name: "Entries", By: "Ida Marrow", Folder: true, Blind: true, Add: "/s/x/add?at=", Note: "By Friday, please",
			Came: &Arrived{Kept: 2, Renamed: []string{"song (2).mp3"}, Refused: []Refusal{{"Big film.mov", l.T("fault.file.quota")}, {"", l.T("fault.share.flood")}}}})},
		{"shared-add", Shared(outside(5), SharedView{Name: "Trip", By: "Ida Marrow", Folder: true, Kind: FileFolder, Size: 16_000, Rows: rows, Add: "/s/x/add?at=", Fetch: "/s/x/zip?at="})},
		{"shared-edit", Shared(outside(5), SharedView{Name: "Map.zip", By: "Ida Marrow", Kind: FileOther, Size: 16_000, Put: "/s/x/add?at=", Fetch: "/s/x/fetch?at="})},
		{"share-wrong", ShareDialog(inside(PlaceFiles), ShareView{Name: "Map.pdf", Add: "/file/1/share", Back: "/files/Map.pdf", Days: "7",
			Label: Field{"x", l.T("fault.share.label", "max", 100)}, Password: Field{Error: l.T("fault.form.short_password", "n", 10)}})},
		{"shared-folder", Shared(outside(5), SharedView{Name: "Trip", By: "Ida Marrow", Folder: true, Kind: FileFolder, Size: 16_000, Count: 300, Up: "/s/x?at=", Rows: rows, More: "/s/x?at=&skip=200", Fetch: "/s/x/zip?at="})},
		{"shared-empty", Shared(outside(5), SharedView{Name: "Trip", By: "Ida Marrow", Folder: true, Kind: FileFolder, Fetch: "/s/x/zip?at="})},
		{"shared-picture", Shared(outside(5), SharedView{Name: "Sea.jpg", By: "Ida Marrow", Kind: FilePicture, Size: 4_000_000, Shown: true, Raw: "/s/x/raw?at=", Fetch: "/s/x/fetch?at="})},
		{"shared-file", Shared(outside(5), SharedView{Name: "Map.zip", By: "Ida Marrow", Kind: FileOther, Size: 4_000_000, Raw: "/s/x/raw?at=", Fetch: "/s/x/fetch?at="})},
		{"shared-locked", SharedLocked(outside(5), SharedLockedView{Action: "/s/x"})},
		{"shared-locked-wrong", SharedLocked(outside(5), SharedLockedView{Action: "/s/x", Password: Field{Error: l.T("fault.form.wrong_password")}})},
	}
}
