package nextcloud

import (
	"context"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/photo"
	"allod/protocol/ocs"
	"allod/protocol/webdav"
)

// An answer is what the nodes of one answer have in common.
type answer struct {
	*webdav.Multistatus
	ctx   context.Context
	door  *door
	who   *account.Account
	usage func(of id.ID) file.Usage
	// owners are whose the nodes are, as far as they were looked up.
	owners map[id.ID]*account.Account
	// shared is with whom what is theirs is shared, once that was looked up.
	shared map[id.ID]file.Sharing
	// extra tells what only some nodes say, and the door does not know of all. It may be nil.
	extra func(one planned, n *file.Node) bool
}

// A property writes what a node says, or returns false where it says nothing.
type property func(a *answer, t webdav.Tag, n *file.Node) bool

// live are the properties that the door knows by itself. The desktop app skips what has
// no etag or id, and deletes its own copy of what lacks the letter G among the permissions.
var live = map[webdav.Name]property{
	webdav.D("resourcetype"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		if n.Folder {
			a.Raw(t, "<d:collection/>")
		} else {
			a.Raw(t, "")
		}
		return true
	},
	webdav.D("getlastmodified"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Append(t, func(b []byte) []byte { return n.ModifiedAt.UTC().AppendFormat(b, http.TimeFormat) })
		return true
	},
	webdav.D("getcontentlength"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		if n.Folder {
			return false
		}
		a.Int(t, n.Size)
		return true
	},
	webdav.D("getcontenttype"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		if n.Folder {
			return false
		}
		a.Text(t, n.Mime)
		return true
	},
	webdav.D("getetag"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Append(t, func(b []byte) []byte {
			return append(strconv.AppendInt(append(b, "&quot;"...), int64(n.Etag), 36), "&quot;"...)
		})
		return true
	},
	webdav.D("displayname"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		if n.ParentID == 0 {
			a.Text(t, a.who.Name)
		} else {
			a.Text(t, n.Name)
		}
		return true
	},
	webdav.D("current-user-principal"): func(a *answer, t webdav.Tag, n *file.Node) bool { // RFC 5397 §3
		a.Append(t, func(b []byte) []byte {
			return append(webdav.AppendEscaped(append(b, "<d:href>"...), principalOf(a.who.Name)), "</d:href>"...)
		})
		return true
	},
	webdav.D("creationdate"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Append(t, func(b []byte) []byte { return created(n).UTC().AppendFormat(b, time.RFC3339) })
		return true
	},
	webdav.D("quota-used-bytes"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		if !n.Folder {
			return false
		}
		if n.ParentID == 0 {
			a.Int(t, a.usage(n.OwnerID).Used())
		} else {
			a.Int(t, n.Size)
		}
		return true
	},
	webdav.D("quota-available-bytes"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		if !n.Folder {
			return false
		}
		if left := a.usage(n.OwnerID).Left(); left < 0 {
			a.Int(t, ocs.Unlimited)
		} else {
			a.Int(t, left)
		}
		return true
	},
	webdav.D("supportedlock"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Raw(t, supportedLock)
		return true
	},
	webdav.OC("id"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Append(t, func(b []byte) []byte { return a.door.appendID(b, n) })
		return true
	},
	webdav.OC("fileid"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Int(t, n.Number)
		return true
	},
	webdav.OC("permissions"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Raw(t, permissions(n))
		return true
	},
	webdav.OC("size"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Int(t, n.Size)
		return true
	},
	webdav.OC("checksums"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		if n.Checksums == "" {
			return false
		}
		a.Append(t, func(b []byte) []byte {
			return append(append(append(b, "<oc:checksum>"...), n.Checksums...), "</oc:checksum>"...)
		})
		return true
	},
	webdav.OC("favorite"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Raw(t, digit(n.Favorite))
		return true
	},
	webdav.OC("owner-id"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Text(t, a.owner(n).Name)
		return true
	},
	webdav.OC("owner-display-name"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Text(t, displayName(a.owner(n)))
		return true
	},
	webdav.OC("share-types"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Raw(t, a.shareTypes(n))
		return true
	},
	webdav.NC("sharees"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Raw(t, a.sharees(n))
		return true
	},
	webdav.OC("comments-unread"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Raw(t, "0")
		return true
	},
	webdav.OC("data-fingerprint"): func(a *answer, t webdav.Tag, n *file.Node) bool { // where it changes, apps keep what they have that is newer
		a.Text(t, a.door.Restored)
		return true
	},
	webdav.NC("is-encrypted"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Raw(t, "0")
		return true
	},
	webdav.NC("is-mount-root"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Raw(t, strconv.FormatBool(n.Mount))
		return true
	},
	webdav.NC("mount-type"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		kind := ""
		if n.Given {
			kind = "shared"
		}
		a.Raw(t, kind)
		return true
	},
	webdav.OCS("share-permissions"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Int(t, sharePermissions(n))
		return true
	},
	webdav.NC("has-preview"): hasPreview,
	webdav.OC("has-preview"): hasPreview, // so Android calls it in a search
	webdav.NC("creation_time"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		if n.MadeAt.IsZero() {
			a.Raw(t, "0")
		} else {
			a.Int(t, n.MadeAt.Unix())
		}
		return true
	},
	webdav.NC("upload_time"): func(a *answer, t webdav.Tag, n *file.Node) bool {
		a.Int(t, n.UploadedAt.Unix())
		return true
	},
}

const supportedLock = "<d:lockentry><d:lockscope><d:exclusive/></d:lockscope><d:locktype><d:write/></d:locktype></d:lockentry>" +
	"<d:lockentry><d:lockscope><d:shared/></d:lockscope><d:locktype><d:write/></d:locktype></d:lockentry>"

// usual are the live properties that are told when all are asked for (RFC 4918 §9.1.5).
var usual = []webdav.Name{
	webdav.D("resourcetype"), webdav.D("displayname"), webdav.D("creationdate"), webdav.D("getlastmodified"), webdav.D("getcontentlength"),
	webdav.D("getcontenttype"), webdav.D("getetag"), webdav.D("quota-used-bytes"), webdav.D("quota-available-bytes"),
	webdav.D("supportedlock"), webdav.D("lockdiscovery"),
}

// hasPreview reports what may have a preview: whether it does is known once it was looked at, and asking costs a row each.
func hasPreview(a *answer, t webdav.Tag, n *file.Node) bool {
	a.Raw(t, strconv.FormatBool(photo.MayShow(n)))
	return true
}

// created is when a node was made, as far as that is known.
func created(n *file.Node) time.Time {
	if !n.MadeAt.IsZero() {
		return n.MadeAt
	}
	return n.UploadedAt
}

// permissions are the letters of what somebody may do: S it is shared with them, R share, G read,
// D delete, N rename, V move, W write, and in folders C and K, make files and folders. Where
// something that is shared stands, whoever it is shared with may move it and put it away.
func permissions(n *file.Node) string {
	var b [9]byte
	letters := b[:0]
	top := n.ParentID == 0
	for _, one := range [...]struct {
		letters string
		holds   bool
	}{
		{"S", n.Given}, {"R", n.Rights.Can(file.PassOn)}, {"G", n.Rights.Can(file.Look)},
		{"D", !top && (n.Mount || n.Rights.Can(file.Remove) || !n.Given)},
		{"NV", !top && (n.Mount || n.Rights.Can(file.Edit))},
		{"W", !n.Folder && n.Rights.Can(file.Edit)},
		{"CK", n.Folder && n.Rights.Can(file.Add)},
	} {
		if one.holds {
			letters = append(letters, one.letters...)
		}
	}
	return string(letters)
}

// appendID is what apps know a node by: its number in eight digits, and what tells this home from others.
func (d *door) appendID(b []byte, n *file.Node) []byte {
	digits := strconv.FormatInt(n.Number, 10)
	b = append(b, "00000000"[min(len(digits), 8):]...)
	return append(append(b, digits...), d.mark...)
}

func (d *door) id(n *file.Node) string { return string(d.appendID(nil, n)) }

func digit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func displayName(a *account.Account) string {
	if name := strings.TrimSpace(a.DisplayName); name != "" {
		return name
	}
	return a.Name
}

// usageOnce asks how much room a person has when that is first needed.
func (d *door) usageOnce(ctx context.Context, who *account.Account) func(of id.ID) file.Usage {
	known := map[id.ID]file.Usage{}
	return func(of id.ID) file.Usage {
		if who.ID < 0 { // who has a link is not told how much room its owner has
			return file.Usage{Quota: -1}
		}
		if of <= 0 {
			of = who.ID // of a folder that there is only on the way
		}
		u, ok := known[of]
		if !ok {
			var err error
			if u, err = d.Files.Usage(ctx, of); err != nil {
				u.Quota = -1
			}
			known[of] = u
		}
		return u
	}
}

// owner is whose a node is.
func (a *answer) owner(n *file.Node) *account.Account {
	if n.OwnerID == a.who.ID || n.OwnerID == 0 {
		return a.who
	}
	if a.owners == nil {
		a.owners = map[id.ID]*account.Account{}
	}
	who := a.owners[n.OwnerID]
	if who == nil {
		var err error
		if who, err = a.door.People.Card(a.ctx, n.OwnerID); err != nil {
			who = &account.Account{}
		}
		a.owners[n.OwnerID] = who
	}
	return who
}

// sharePermissions are the rights with which somebody may share a node, as Nextcloud counts them.
func sharePermissions(n *file.Node) int64 {
	r := n.Rights
	if !n.Folder {
		r &^= file.Add | file.Remove
	}
	return int64(r)
}

// sharing is with whom a node is shared. Only its owner is told.
func (a *answer) sharing(n *file.Node) file.Sharing {
	if a.who.ID < 0 {
		return file.Sharing{}
	}
	if a.shared == nil {
		var err error
		if a.shared, err = a.door.Files.Sharings(a.ctx, a.who.ID); err != nil {
			a.shared = map[id.ID]file.Sharing{}
		}
	}
	return a.shared[n.ID]
}

func (a *answer) shareTypes(n *file.Node) (all string) {
	with := a.sharing(n)
	if len(with.People) > 0 {
		all = "<oc:share-type>0</oc:share-type>"
	}
	if with.Links > 0 {
		all += "<oc:share-type>3</oc:share-type>"
	}
	return all
}

func (a *answer) sharees(n *file.Node) string {
	var b strings.Builder
	for _, to := range a.sharing(n).People {
		who, err := a.door.People.Card(a.ctx, to)
		if err != nil {
			continue
		}
		b.WriteString("<nc:sharee><nc:id>")
		_ = xml.EscapeText(&b, []byte(who.Name))
		b.WriteString("</nc:id><nc:display-name>")
		_ = xml.EscapeText(&b, []byte(displayName(who)))
		b.WriteString("</nc:display-name><nc:type>0</nc:type></nc:sharee>")
	}
	return b.String()
}
