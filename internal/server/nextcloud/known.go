package nextcloud

import (
	"context"
	"strconv"

	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/photo"
	"allod/protocol/webdav"
)

// A teller writes what a photo says of itself, to who owns it or to another, or returns false where it says nothing.
type teller func(a *answer, t webdav.Tag, k *photo.Known, own bool) bool

// ofPhotos are the properties by which the apps of phones show pictures. What
// tells of places and devices is told to the owner alone.
var ofPhotos = map[webdav.Name]teller{
	webdav.NC("metadata-photos-size"): func(a *answer, t webdav.Tag, k *photo.Known, _ bool) bool {
		if k.Width == 0 {
			return false
		}
		a.Raw(t, inside("width", strconv.Itoa(k.Width))+inside("height", strconv.Itoa(k.Height)))
		return true
	},
	webdav.NC("metadata-photos-original_date_time"): func(a *answer, t webdav.Tag, k *photo.Known, _ bool) bool {
		a.Int(t, k.Moment().Unix())
		return true
	},
	webdav.NC("metadata-photos-gps"): func(a *answer, t webdav.Tag, k *photo.Known, own bool) bool {
		if !own || !k.Located {
			return false
		}
		a.Raw(t, inside("latitude", decimal(k.Latitude))+inside("longitude", decimal(k.Longitude)))
		return true
	},
	webdav.NC("metadata-photos-place"): func(a *answer, t webdav.Tag, k *photo.Known, own bool) bool {
		if !own || k.Place == "" {
			return false
		}
		a.Text(t, k.Place)
		return true
	},
	webdav.NC("metadata-photos-exif"): func(a *answer, t webdav.Tag, k *photo.Known, own bool) bool {
		said := exif(k.Photo)
		if !own || said == "" {
			return false
		}
		a.Raw(t, said)
		return true
	},
	webdav.NC("metadata-files-live-photo"): func(a *answer, t webdav.Tag, k *photo.Known, _ bool) bool {
		if k.Partner == "" {
			return false
		}
		a.Text(t, k.Partner)
		return true
	},
	webdav.NC("hidden"): func(a *answer, t webdav.Tag, k *photo.Known, _ bool) bool {
		if !k.Moved() {
			return false
		}
		a.Raw(t, "true")
		return true
	},
}

// exif is what a camera said of how it took a photo, by the names that apps know.
func exif(p *photo.Photo) (all string) {
	say := func(name, value string, any bool) {
		if any {
			all += inside(name, value)
		}
	}
	say("ExposureTime", p.Exposure, p.Exposure != "")
	say("FNumber", decimal(p.Aperture), p.Aperture > 0)
	say("ISOSpeedRatings", strconv.Itoa(p.ISO), p.ISO > 0)
	say("FocalLength", decimal(p.Focal), p.Focal > 0)
	return all
}

// inside is an element within a property, with a value that needs no care.
func inside(name, value string) string { return "<" + name + ">" + value + "</" + name + ">" }

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// derived reports whether a property of photos is the door's own to say; of the
// halves of a moving photo a device may say itself which they are.
func derived(n webdav.Name) bool {
	return ofPhotos[n] != nil && n != webdav.NC("metadata-files-live-photo") && n != webdav.NC("hidden")
}

// asksPhotos reports whether a plan asks what photos say of themselves.
func asksPhotos(p *plan) bool {
	for _, one := range p.names {
		if ofPhotos[one.name] != nil {
			return !p.bare
		}
	}
	return false
}

// known are those of nodes that are photos.
func (d *door) known(ctx context.Context, nodes []*file.Node) (map[id.ID]*photo.Known, error) {
	var ids []id.ID
	for _, n := range nodes {
		if photo.MayBe(n) {
			ids = append(ids, n.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return d.Photos.Known(ctx, ids)
}

// tellPhoto tells one property of a node that is a photo.
func tellPhoto(a *answer, one planned, n *file.Node, by map[id.ID]*photo.Known) bool {
	k, tell := by[n.ID], ofPhotos[one.name]
	return k != nil && tell != nil && tell(a, one.tag, k, n.OwnerID == a.who.ID)
}
