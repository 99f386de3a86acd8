package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// articleWords is how long the article is that is measured.
const articleWords = 100_000

// article measures the page of a long article: for whoever lives here it is
// drawn each time, for everybody else it is kept drawn.
func (m *measurement) article(ctx context.Context, r *resident) {
	row := fmt.Sprintf("article of %d words: CPU a request, ", articleWords)
	page, err := r.write(ctx, "The whole garden", long(articleWords))
	if err != nil {
		m.fail(ctx, row+"signed in", err)
		return
	}
	inside := &view{r: r, row: row + "signed in", url: page}
	outside := &view{r: &resident{Home: r.Home, plan: r.plan}, row: row + "as anybody", url: page}
	for range m.rounds {
		for _, v := range []*view{inside, outside} {
			if v.err == nil {
				v.err = v.read(ctx, m.plan.load)
			}
		}
	}
	for _, v := range []*view{inside, outside} {
		if v.err != nil {
			m.fail(ctx, v.row, v.err)
			continue
		}
		m.table.add(v.row, "≤ 5 ms", "%.2f ms", median(v.cpu))
	}
}

// long is a text of so many words, in parts with headings.
func long(words int) string {
	sentence := "My grandmother wrote down *what she planted* and when it rained. "
	each := len(strings.Fields(sentence))
	var text strings.Builder
	for n := 0; n < words; n += 9 * each {
		fmt.Fprintf(&text, "## Part %d\n\n%s\n\n", n, strings.Repeat(sentence, 9))
	}
	return text.String()
}

// write posts an article for everyone, by the form that the person's browser
// would send, and returns the address of its page.
func (r *resident) write(ctx context.Context, title, text string) (string, error) {
	form := url.Values{"key": {title}, "kind": {"article"}, "title": {title}, "text": {text}, "visibility": {"public"}, "language": {"en"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.plan.Origin()+"/compose", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", r.plan.Origin())
	for _, c := range r.cookies {
		req.AddCookie(c)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusSeeOther {
		page, _ := io.ReadAll(io.LimitReader(resp.Body, 400))
		return "", fmt.Errorf("an article was not taken: %s: %s", resp.Status, page)
	}
	at, err := req.URL.Parse(resp.Header.Get("Location"))
	if err != nil {
		return "", err
	}
	return at.String(), nil
}
