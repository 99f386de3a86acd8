package translate

import (
	"maps"
	"slices"
	"strings"

	"allod/internal/account"
	"allod/internal/locale"
	"allod/internal/media"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

// playlistType is how PeerTube writes the type of playlists (RFC 8216 §4).
const playlistType = "application/x-mpegURL"

// video makes the document of a post one of a Video. Its attachment stays:
// Mastodon shows it, with title and link in place of the words.
func video(doc *as.NoteDocument, n account.Names, p *post.Post) {
	v := &as.VideoDocument{Title: p.Title}
	doc.Video = v
	if len(p.Media) != 1 {
		return
	}
	m := p.Media[0]
	v.Duration, v.Icon = seconds(m.Seconds), posterOf(n, m)
	if poster := m.Variant(media.Small); poster != nil {
		v.IconWidth, v.IconHeight = poster.Width, poster.Height
	}
	file := func(f *media.File) as.FileDocument {
		return as.FileDocument{MediaType: f.Mime, URL: n.File(f.Key), Width: f.Width, Height: f.Height, Size: f.Size}
	}
	if list := m.Variant(media.List); list != nil {
		sizes := as.FileDocument{MediaType: playlistType, URL: n.File(list.Key)}
		for i := range m.Files {
			if f := &m.Files[i]; strings.HasPrefix(f.Variant, media.Piece) && f.Mime == "video/mp4" {
				sizes.Files = append(sizes.Files, file(f))
			}
		}
		slices.SortFunc(sizes.Files, func(a, b as.FileDocument) int { return b.Height - a.Height })
		v.Files = append(v.Files, sizes)
	}
	if whole := m.Variant(media.Large); whole != nil {
		v.Files = append(v.Files, file(whole))
	}
	words := m.Captions()
	for _, language := range slices.Sorted(maps.Keys(words)) {
		v.Captions = append(v.Captions, as.CaptionDocument{Language: language, Name: locale.NameOf(language), URL: n.File(words[language].Key)})
	}
}
