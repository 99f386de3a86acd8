package mastodon

import (
	"net/http"
	"slices"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/notification"
	"allod/internal/server"
	"allod/internal/timeline"
	"allod/protocol/mastodon"
)

func (d *door) notifications(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		Types   []string `json:"types"`
		Exclude []string `json:"exclude_types"`
	}](r)
	if err != nil {
		return err
	}
	p, err := page(r, accountsUsual, accountsMax)
	if err != nil {
		return err
	}
	var wanted []notification.Kind
	for kind, name := range kinds {
		if (len(in.Types) == 0 || slices.Contains(in.Types, name)) && !slices.Contains(in.Exclude, name) {
			wanted = append(wanted, kind)
		}
	}
	if len(wanted) == 0 {
		return d.answer(w, []mastodon.Notification{})
	}
	all, err := d.News.List(r.Context(), viewer(r), wanted, p)
	if err != nil {
		return err
	}
	out := make([]mastodon.Notification, len(all))
	for i, n := range all {
		if out[i], err = d.notification(r.Context(), viewer(r), n); err != nil {
			return err
		}
	}
	if len(all) > 0 {
		d.link(w, r, all[0].ID, all[len(all)-1].ID)
	}
	return d.answer(w, out)
}

// getNotification is the page that holds one notification and no other.
func (d *door) getNotification(w http.ResponseWriter, r *http.Request) error {
	i, err := server.PathID(r, "id")
	if err != nil {
		return err
	}
	n, err := d.News.Get(r.Context(), viewer(r), i)
	if err != nil {
		return err
	}
	if kinds[n.Kind] == "" {
		return fault.New(fault.NotFound, "")
	}
	one, err := d.notification(r.Context(), viewer(r), n)
	if err != nil {
		return err
	}
	return d.answer(w, one)
}

// streams are those that have a marker.
var streams = [...]string{"home", "notifications"}

// A marker is how far a person has read a stream.
type marker struct {
	LastReadID string        `json:"last_read_id"`
	Version    int64         `json:"version"`
	UpdatedAt  mastodon.Time `json:"updated_at"`
}

func markerOf(m timeline.Marker) marker {
	return marker{m.LastID.String(), m.Version, mastodon.At(m.UpdatedAt)}
}

func (d *door) getMarkers(w http.ResponseWriter, r *http.Request) error {
	in, err := server.Decode[struct {
		Streams []string `json:"timeline"`
	}](r)
	if err != nil {
		return err
	}
	out := map[string]marker{}
	for _, stream := range streams {
		if !slices.Contains(in.Streams, stream) {
			continue
		}
		m, err := d.Streams.Marker(r.Context(), viewer(r), stream)
		if err != nil {
			return err
		}
		if m.LastID != 0 {
			out[stream] = markerOf(m)
		}
	}
	return d.answer(w, out)
}

// setMarkers moves markers forward and answers where the ones named are now.
func (d *door) setMarkers(w http.ResponseWriter, r *http.Request) error {
	type read struct {
		LastReadID string `json:"last_read_id"`
	}
	in, err := server.Decode[struct {
		Home          *read `json:"home"`
		Notifications *read `json:"notifications"`
	}](r)
	if err != nil {
		return err
	}
	last := map[string]id.ID{}
	for i, m := range [...]*read{in.Home, in.Notifications} {
		if m == nil {
			continue
		}
		if last[streams[i]], err = id.Parse(m.LastReadID); err != nil {
			return wrong(streams[i] + "[last_read_id]")
		}
	}
	out := map[string]marker{}
	for stream, i := range last {
		if err := d.Streams.Mark(r.Context(), viewer(r), stream, i); err != nil {
			return err
		}
		m, err := d.Streams.Marker(r.Context(), viewer(r), stream)
		if err != nil {
			return err
		}
		out[stream] = markerOf(m)
	}
	return d.answer(w, out)
}
