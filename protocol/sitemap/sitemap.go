// Package sitemap writes maps of sites for search engines (sitemaps.org 0.9).
package sitemap

import (
	"bytes"
	"encoding/xml"
	"time"
)

const namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"

// Max is the most places one map may tell of.
const Max = 50_000

// A Place is an address and when what is there last changed, zero if that is not told.
type Place struct {
	Address string
	Changed time.Time
}

type entry struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

// Set is a map of pages.
func Set(places []Place) ([]byte, error) {
	type doc struct {
		XMLName xml.Name `xml:"urlset"`
		XMLNS   string   `xml:"xmlns,attr"`
		URL     []entry  `xml:"url"`
	}
	return write(doc{XMLNS: namespace, URL: entries(places)})
}

// Index is a map of maps.
func Index(maps []Place) ([]byte, error) {
	type doc struct {
		XMLName xml.Name `xml:"sitemapindex"`
		XMLNS   string   `xml:"xmlns,attr"`
		Sitemap []entry  `xml:"sitemap"`
	}
	return write(doc{XMLNS: namespace, Sitemap: entries(maps)})
}

func entries(places []Place) []entry {
	out := make([]entry, min(len(places), Max))
	for i := range out {
		out[i].Loc = places[i].Address
		if at := places[i].Changed; !at.IsZero() {
			out[i].LastMod = at.UTC().Format(time.RFC3339)
		}
	}
	return out
}

func write(doc any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(doc); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
