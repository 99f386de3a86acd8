package webdav

import "strings"

// The namespaces whose prefixes are fixed.
const (
	DAV       = "DAV:"
	ownCloud  = "http://owncloud.org/ns"
	nextcloud = "http://nextcloud.org/ns"
	sabre     = "http://sabredav.org/ns"
	ocs       = "http://open-collaboration-services.org/ns"
	openCloud = "http://open-cloud-mesh.org/ns"
)

// A Name is that of an element or a property.
type Name struct{ Space, Local string }

// D is a name of WebDAV itself.
func D(local string) Name { return Name{DAV, local} }

// OC is a name of ownCloud.
func OC(local string) Name { return Name{ownCloud, local} }

// NC is a name of Nextcloud.
func NC(local string) Name { return Name{nextcloud, local} }

// OCS is a name of the Open Collaboration Services.
func OCS(local string) Name { return Name{ocs, local} }

// strange are the prefixes of namespaces that are declared where they are used, as clients expect them.
var strange = map[string]string{ocs: "x1", openCloud: "x2"}

var prefixes = map[string]string{DAV: "d:", ownCloud: "oc:", nextcloud: "nc:", sabre: "s:", "": ""}

// String is the form in which ParseName reads it.
func (n Name) String() string { return n.Space + " " + n.Local }

// ParseName reads what String writes.
func ParseName(s string) Name {
	i := strings.LastIndexByte(s, ' ')
	if i < 0 {
		return Name{Local: s}
	}
	return Name{s[:i], s[i+1:]}
}

// A Tag is a name as it is written: made once for an answer, used for each of its lines.
type Tag struct{ open, shut, empty string }

// TagOf is the tag of a name.
func TagOf(n Name) Tag {
	prefix, known := prefixes[n.Space]
	if known {
		return Tag{"<" + prefix + n.Local + ">", "</" + prefix + n.Local + ">", "<" + prefix + n.Local + "/>"}
	}
	if prefix = strange[n.Space]; prefix == "" {
		prefix = "x"
	}
	ns := " xmlns:" + prefix + `="` + string(appendText(nil, n.Space)) + `"`
	prefix += ":"
	return Tag{"<" + prefix + n.Local + ns + ">", "</" + prefix + n.Local + ">", "<" + prefix + n.Local + ns + "/>"}
}
