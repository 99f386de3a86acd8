package sitemap_test

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"allod/protocol/sitemap"
)

func TestMapsAreWrittenAsTheProtocolSays(t *testing.T) {
	at := time.Date(2026, 11, 25, 16, 30, 0, 0, time.FixedZone("", 3600))
	set, err := sitemap.Set([]sitemap.Place{{"https://ida.example/?a=1&b=2", at}, {"https://ida.example/о-себе", time.Time{}}})
	if err != nil {
		t.Fatal(err)
	}
	want := xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://ida.example/?a=1&amp;b=2</loc>` +
		`<lastmod>2026-11-25T15:30:00Z</lastmod></url><url><loc>https://ida.example/о-себе</loc></url></urlset>` + "\n"
	if string(set) != want {
		t.Errorf("%s", set)
	}
	index, err := sitemap.Index([]sitemap.Place{{"https://ida.example/sitemaps/ida/2026.xml", time.Time{}}})
	if err != nil || !strings.Contains(string(index), `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://ida.example/sitemaps/ida/2026.xml</loc></sitemap></sitemapindex>`) {
		t.Errorf("%s %v", index, err)
	}
}

func TestMapHasAnEnd(t *testing.T) {
	set, err := sitemap.Set(make([]sitemap.Place, sitemap.Max+1))
	if err != nil || strings.Count(string(set), "<url>") != sitemap.Max {
		t.Errorf("%d places: %v", strings.Count(string(set), "<url>"), err)
	}
}
