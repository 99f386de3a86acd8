package translate

import (
	"strings"

	"allod/internal/account"
	"allod/internal/address"
	"allod/internal/media"
	"allod/internal/post"
	as "allod/protocol/activitystreams"
)

// Limits of what is kept of another's post.
const (
	mentionsMax = 100
	hashtagsMax = 64
	hashtagMax  = 200 // bytes
	emojiMax    = 64
)

// tags are what a text names. Accounts of mentions are left for whoever knows them.
func tags(all []as.Tag) post.Tags {
	var t post.Tags
	met := map[string]bool{}
	for _, tag := range all {
		switch tag.Type {
		case as.TypeMention:
			if m, ok := mentionOf(tag); ok && len(t.Mentions) < mentionsMax && !met[m.URI] {
				met[m.URI] = true
				t.Mentions = append(t.Mentions, m)
			}
		case as.TypeHashtag:
			if name, ok := hashtag(tag.Name); ok && len(t.Hashtags) < hashtagsMax && !met["#"+strings.ToLower(name)] {
				met["#"+strings.ToLower(name)] = true
				t.Hashtags = append(t.Hashtags, name)
			}
		case as.TypeEmoji:
			if e, ok := emoji(tag); ok && len(t.Emoji) < emojiMax && !met[":"+e.Shortcode] {
				met[":"+e.Shortcode] = true
				t.Emoji = append(t.Emoji, e)
			}
		}
	}
	return t
}

// mentionOf reads a Mention, whose name is "@name@host" or, of some servers,
// "@name" or anything at all.
func mentionOf(t as.Tag) (post.Mention, bool) {
	uri, err := Canonical(t.Href)
	if err != nil {
		return post.Mention{}, false
	}
	m := post.Mention{URI: uri, URL: webAddress(t.Href), Handle: cut(line(strings.TrimPrefix(t.Name, "@")), address.MaxName+address.MaxHost)}
	if h, err := address.ParseHandle(t.Name); err == nil {
		m.Handle = h.String()
	} else if host, err := address.HostOf(t.Href); err == nil && address.ValidName(m.Handle) {
		m.Handle += "@" + host
	}
	return m, m.Handle != ""
}

// hashtag reads the name of a Hashtag, which is one word.
func hashtag(name string) (string, bool) {
	name = strings.TrimLeft(strings.TrimSpace(name), "#")
	return name, name != "" && len(name) <= hashtagMax && !strings.ContainsAny(name, " \t\r\n#/?&<>\"")
}

func emoji(t as.Tag) (account.Emoji, bool) {
	e := account.Emoji{Shortcode: strings.Trim(t.Name, ":"), URL: webAddress(t.Icon)}
	return e, e.URL != "" && address.ValidName(e.Shortcode)
}

// pictures are the media of an object: its attachments, and what an Image,
// Video or Audio itself is.
func pictures(obj *as.Object) []media.Medium {
	var out []media.Medium
	switch obj.Type {
	case as.TypeImage, as.TypeVideo, as.TypeAudio:
		if m, ok := itself(obj); ok {
			out = append(out, m)
		}
		if poster, ok := largest(obj.Icon); ok && obj.Type == as.TypeVideo && len(obj.Attachments) == 0 {
			out = append(out, poster)
		}
	case as.TypeArticle, as.TypePage, as.TypeEvent:
		for _, a := range obj.Image[:min(len(obj.Image), 1)] {
			if m, ok := medium(a, as.TypeImage); ok {
				out = append(out, m)
			}
		}
	}
	for _, a := range obj.Attachments {
		m, ok := medium(a, a.Type)
		switch {
		case !ok || len(out) >= media.RemotePerPost:
		case len(out) == 1 && out[0].RemoteURL == m.RemoteURL:
			out[0] = m // what illustrates an article is among its attachments
		default:
			out = append(out, m)
		}
	}
	return out
}

// largest is the widest of pictures that illustrate an object.
func largest(all []as.Attachment) (best media.Medium, ok bool) {
	for _, a := range all {
		if m, is := medium(a, as.TypeImage); is && (!ok || m.Width > best.Width) {
			best, ok = m, true
		}
	}
	return best, ok
}

// itself is the file of an object that is a file: the first address of its kind.
func itself(obj *as.Object) (media.Medium, bool) {
	want := strings.ToLower(obj.Type)
	for _, l := range obj.URL.All() {
		if sort(l.MediaType, "") == want && webAddress(l.Href) != "" {
			return media.Medium{Kind: want, Mime: l.MediaType, RemoteURL: l.Href, Width: l.Width, Height: l.Height}, true
		}
	}
	return media.Medium{}, false
}

// medium reads an attachment that is a file.
func medium(a as.Attachment, kind string) (media.Medium, bool) {
	switch kind {
	case as.TypeDocument, as.TypeImage, as.TypeVideo, as.TypeAudio:
	default:
		return media.Medium{}, false
	}
	m := media.Medium{
		Kind: sort(a.MediaType, kind), Mime: a.MediaType, RemoteURL: webAddress(a.URL),
		Width: a.Width, Height: a.Height, Alt: a.Name, Blurhash: a.Blurhash,
	}
	if m.Alt == "" {
		m.Alt = a.Summary
	}
	if a.FocalPoint != nil {
		m.FocusX, m.FocusY = a.FocalPoint[0], a.FocalPoint[1]
	}
	return m, m.RemoteURL != ""
}

// sort is the kind of a file by its media type, or by the type of the object
// that stands for it.
func sort(mediaType, kind string) string {
	first, _, _ := strings.Cut(mediaType, "/")
	if first == "" || first == "application" {
		first = strings.ToLower(kind)
	}
	switch first {
	case media.Image, media.Video, media.Audio:
		return first
	}
	return media.Unknown
}
