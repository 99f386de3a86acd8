package web

// short are the levels that the small composer offers: the plain ones, and the
// one it begins with.
func (v ComposeView) short() (out []Level) {
	chosen := v.chosen()
	for _, l := range v.offered() {
		if l != Unlisted || l == chosen {
			out = append(out, l)
		}
	}
	return out
}
