package site

// Patterns are those of all routes, in order.
func Patterns() (all []string) {
	for _, r := range (&Site{}).routes() {
		all = append(all, r.pattern)
	}
	return all
}

// ZoneNames are the zones a reader may choose by name.
func ZoneNames() []string { return zoneNames() }
