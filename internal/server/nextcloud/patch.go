package nextcloud

import (
	"net/http"
	"strconv"
	"time"

	"allod/internal/file"
	"allod/protocol/webdav"
)

// A setter changes what a node says of itself. A nil value takes it away. False is for a value that cannot be.
type setter func(n *file.Node, value *webdav.Element) bool

// settable are the live properties that a device may set.
var settable = map[webdav.Name]setter{
	webdav.OC("favorite"): func(n *file.Node, v *webdav.Element) bool {
		n.Favorite = v != nil && (v.Text() == "1" || v.Text() == "true" || v.Text() == "yes")
		return true
	},
	webdav.D("getlastmodified"): setModified,
	webdav.D("lastmodified"):    setModified, // as ownCloud's apps call it
	webdav.NC("creation_time"): func(n *file.Node, v *webdav.Element) bool {
		seconds, err := strconv.ParseFloat(v.Text(), 64)
		if v == nil || err != nil {
			return false
		}
		n.MadeAt = moment(seconds)
		return true
	},
	webdav.D("creationdate"): func(n *file.Node, v *webdav.Element) bool {
		t, err := time.Parse(time.RFC3339, v.Text())
		if v == nil || err != nil {
			return false
		}
		n.MadeAt = moment(float64(t.Unix()))
		return true
	},
}

func setModified(n *file.Node, v *webdav.Element) bool {
	t, err := http.ParseTime(v.Text())
	if err != nil {
		seconds, err := strconv.ParseFloat(v.Text(), 64)
		if v == nil || err != nil {
			return false
		}
		n.ModifiedAt = moment(seconds)
		return true
	}
	n.ModifiedAt = moment(float64(t.Unix()))
	return true
}

// protected reports whether a property is the door's own to say.
func protected(n webdav.Name) bool {
	return live[n] != nil || n == discovery || absent[n] || derived(n) || n.Space == webdav.DAV
}

// patch answers PROPPATCH: all of it, or nothing (RFC 4918 §9.2).
func (d *door) patch(w http.ResponseWriter, r *http.Request, p place) error {
	all, err := webdav.ParsePatch(r.Body)
	if err != nil {
		return unreadable(err)
	}
	list, check, err := d.conditions(r, p)
	if err != nil {
		return err
	}
	var bad []webdav.Outcome
	var good []webdav.Name
	n, err := d.Files.Annotate(r.Context(), me(r).who.ID, p.path(), func(n *file.Node) (said []file.Property, err error) {
		if err := check(n); err != nil {
			return nil, err
		}
		was := *n
		for _, one := range all {
			set := settable[one.Name]
			switch {
			case set == nil && !protected(one.Name):
				value := ""
				if one.Value != nil {
					value = one.Value.XML()
				}
				said = append(said, file.Property{Name: one.Name.String(), Value: value})
				good = append(good, one.Name)
			case set == nil:
				bad = append(bad, webdav.Outcome{Names: []webdav.Name{one.Name}, Status: "403 Forbidden", Reason: "cannot-modify-protected-property"})
			case !set(n, one.Value):
				bad = append(bad, webdav.Outcome{Names: []webdav.Name{one.Name}, Status: "409 Conflict"})
			default:
				good = append(good, one.Name)
			}
		}
		if len(bad) > 0 {
			*n, said = was, nil
		}
		return said, nil
	}, tokens(list))
	if err != nil {
		return err
	}
	if len(good) > 0 {
		o := webdav.Outcome{Names: good, Status: "200 OK"}
		if len(bad) > 0 {
			o.Status = "424 Failed Dependency"
		}
		bad = append(bad, o)
	}
	a := d.answer(r.Context(), w, me(r).who)
	a.Outcomes(p.href(p.path(), n.Folder), bad)
	return a.Close()
}
