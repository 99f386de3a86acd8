package activitystreams

import "strings"

// A Link is one of the addresses under which a thing can be had (Core §4.2).
type Link struct {
	Href      string
	MediaType string
	Rel       []string
	Name      string
	// Width and Height are in pixels, Size in bytes; 0 if unknown.
	Width, Height int
	Size          int64
	// Links are the addresses inside the link's "tag": the files of a video's
	// playlist, say.
	Links Links
}

// Links are the values of "url".
type Links []Link

// links reads a url tree: a string, a Link, an object with a url, or an array.
func (n node) links(key string) Links {
	budget := MaxLinks
	return n.linkTree(key, &budget)
}

func (n node) linkTree(key string, budget *int) Links {
	var out Links
	for _, v := range n.list(key, MaxLinks) {
		if *budget--; *budget < 0 {
			return out
		}
		if l, ok := v.link(budget); ok {
			out = append(out, l)
		}
	}
	return out
}

func (n node) link(budget *int) (Link, bool) {
	href := n.str()
	if n.isObject() {
		if href = n.get("href").str(); href == "" {
			href = n.uri("url")
		}
	}
	if !fitURI(href) {
		return Link{}, false
	}
	l := Link{
		Href:      href,
		MediaType: n.mediaType(),
		Rel:       n.texts("rel", MaxTypes, MaxToken),
		Name:      n.text("name", MaxName),
		Width:     n.size("width"),
		Height:    n.size("height"),
		Links:     n.linkTree("tag", budget),
	}
	l.Size, _ = n.count("size")
	return l, true
}

// mediaType is the media type in lower case.
func (n node) mediaType() string {
	return strings.ToLower(n.text("mediaType", MaxToken))
}

// Page is the address a person would open: the first of type text/html, else
// the first without a type, else the first.
func (ls Links) Page() string {
	if href := ls.Of("text/html"); href != "" {
		return href
	}
	if href := ls.Of(""); href != "" {
		return href
	}
	if len(ls) == 0 {
		return ""
	}
	return ls[0].Href
}

// Of is the first address of exactly this media type, or "".
func (ls Links) Of(mediaType string) string {
	for _, l := range ls {
		if l.MediaType == mediaType {
			return l.Href
		}
	}
	return ""
}

// All are these links and those inside them, outer ones first.
func (ls Links) All() Links {
	out := append(Links(nil), ls...)
	for i := 0; i < len(out); i++ {
		out = append(out, out[i].Links...)
	}
	return out
}
