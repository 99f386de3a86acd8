package nextcloud

import (
	"context"
	"strings"

	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/photo"
	"allod/protocol/webdav"
)

// extras are what must be looked up beside the nodes: what devices said of them, which are locked, and what photos say of themselves.
type extras struct {
	place place
	dead  map[id.ID][]file.Property
	locks []*file.Lock
	paths map[id.ID]string
	known map[id.ID]*photo.Known
}

// absent are properties that apps ask for of every file and that none has here: nothing is looked up for them.
var absent = map[webdav.Name]bool{
	webdav.OC("downloadURL"): true, webdav.OC("dDC"): true, webdav.OC("tags"): true,
	webdav.NC("lock"): true, webdav.NC("lock-owner-type"): true, webdav.NC("lock-owner"): true, webdav.NC("lock-owner-displayname"): true,
	webdav.NC("lock-owner-editor"): true, webdav.NC("lock-time"): true, webdav.NC("lock-timeout"): true, webdav.NC("lock-token"): true,
	webdav.NC("system-tags"): true, webdav.NC("note"): true, webdav.NC("rich-workspace"): true,
	webdav.NC("rich-workspace-file"): true, webdav.NC("share-download-limits"): true, webdav.NC("share-attributes"): true,
}

var discovery = webdav.D("lockdiscovery")

// extras looks up what a plan needs of a node and what it holds; nil for nothing.
func (d *door) extras(ctx context.Context, who id.ID, p place, plan *plan, n *file.Node, held []*file.Node) (x *extras, err error) {
	x = &extras{place: p, paths: map[id.ID]string{n.ID: p.path()}}
	dead, locks := plan.every, false
	for _, one := range plan.names {
		locks = locks || one.name == discovery
		dead = dead || one.tell == nil && !absent[one.name] && one.name != discovery && !derived(one.name)
	}
	if dead {
		if x.dead, err = d.Files.Properties(ctx, n, len(held) > 0); err != nil {
			return nil, err
		}
	}
	if locks {
		if x.locks, err = d.Files.Locks(ctx, who); err != nil {
			return nil, err
		}
	}
	if asksPhotos(plan) {
		if x.known, err = d.known(ctx, append([]*file.Node{n}, held...)); err != nil {
			return nil, err
		}
	}
	if !dead && !locks && len(x.known) == 0 {
		return nil, nil
	}
	return x, nil
}

// tell tells one of them of a node.
func (x *extras) tell(a *answer, one planned, n *file.Node) bool {
	if one.name == discovery {
		path, top := x.paths[n.ID]
		if !top {
			path = join(x.place.path(), n.Name)
		}
		var all strings.Builder
		for _, l := range x.locks {
			if l.Covers(path) {
				all.WriteString(activeLock(l, x.place.href(l.Path, false)))
			}
		}
		a.Raw(one.tag, all.String())
		return true
	}
	name := one.name.String()
	for _, said := range x.dead[n.ID] {
		if said.Name == name {
			a.Whole(said.Value)
			return true
		}
	}
	return tellPhoto(a, one, n, x.known)
}
