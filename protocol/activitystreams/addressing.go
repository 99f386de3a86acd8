package activitystreams

import "slices"

// Addressing says to whom a thing is directed (ActivityPub §6.1). [Public] is
// always in its full form here.
type Addressing struct {
	To, Cc, Bto, Bcc, Audience []string
}

func (n node) addressing() Addressing {
	return Addressing{
		To:       n.addressees("to"),
		Cc:       n.addressees("cc"),
		Bto:      n.addressees("bto"),
		Bcc:      n.addressees("bcc"),
		Audience: n.addressees("audience"),
	}
}

func (n node) addressees(key string) []string {
	out := n.uris(key, MaxAudience)
	for i, id := range out {
		if IsPublic(id) {
			out[i] = Public
		}
	}
	return out
}

// IsPublic reports whether everyone is addressed, in whichever property.
func (a Addressing) IsPublic() bool { return a.Addresses(Public) }

// Addresses reports whether id is named in any property.
func (a Addressing) Addresses(id string) bool {
	for _, list := range a.lists() {
		if slices.Contains(list, id) {
			return true
		}
	}
	return false
}

// Recipients are all ids addressed, each once, in order, without [Public].
func (a Addressing) Recipients() []string {
	var out []string
	seen := map[string]bool{Public: true}
	for _, list := range a.lists() {
		for _, id := range list {
			if !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	return out
}

func (a Addressing) lists() [5][]string {
	return [...][]string{a.To, a.Cc, a.Bto, a.Bcc, a.Audience}
}
