package markup

import (
	"html"
	"slices"
	"strings"

	"allod/internal/address"
)

// Outward are the addresses that HTML links to, each once, in order, at most
// limit of them: pages of the web, and neither people nor hashtags, which
// carry classes that say so. The HTML is as Render and Sanitize write it:
// every attribute in double quotes, and no bare angle bracket in one.
func Outward(source string, limit int) (out []string) {
	const open = "<a "
	for len(out) < limit {
		_, rest, found := strings.Cut(source, open)
		if !found {
			break
		}
		tag, rest, _ := strings.Cut(rest, ">")
		source = rest
		if href := outward(tag); href != "" && !slices.Contains(out, href) {
			out = append(out, href)
		}
	}
	return out
}

// outward is where a link leads, "" for a person, a hashtag, or no page.
func outward(tag string) (href string) {
	for tag != "" {
		key, rest, _ := strings.Cut(tag, `="`)
		value, rest, _ := strings.Cut(rest, `"`)
		tag = rest
		switch strings.TrimSpace(key) {
		case "href":
			href = html.UnescapeString(value)
		case "class":
			for class := range strings.FieldsSeq(value) {
				if class == "mention" || class == "hashtag" || class == "u-url" {
					return ""
				}
			}
		case "rel":
			for rel := range strings.FieldsSeq(value) {
				if rel == "tag" {
					return ""
				}
			}
		}
	}
	if _, err := address.Parse(href); err != nil {
		return ""
	}
	return href
}
