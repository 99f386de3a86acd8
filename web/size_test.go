package web

import "testing"

func TestSizesAreSaidAsTheLanguageWritesThem(t *testing.T) {
	b := languages(t)
	for tag, want := range map[string][4]string{"en": {"0 KB", "1 KB", "2.7 MB", "15 MB"}, "ru": {"0 КБ", "1 КБ", "2,7 МБ", "15 МБ"}} {
		f := frame(t, b.Match("", tag), nil)
		for i, bytes := range []int64{0, 3, 2_700_000, 15_000_000} {
			if got := f.size(bytes); got != want[i] {
				t.Errorf("%s: %d bytes are %q, not %q", tag, bytes, got, want[i])
			}
		}
	}
}
