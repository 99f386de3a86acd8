package photo

import (
	"bytes"
	"context"
	"io"

	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media"
	"allod/internal/media/derive"
)

// Gallery makes media of photos.
type Gallery interface {
	Adopt(ctx context.Context, owner id.ID, a media.Adopted) (*media.Medium, error)
	Again(ctx context.Context, owner, node id.ID, hash string, size int64) (*media.Medium, error)
}

// The sides of previews that stand for a photo in a post.
const (
	largeSide = 2048
	smallSide = 512
)

// Media makes media of a person's photos, loose as uploads are, for a post to
// show. They refer to the bytes of the files and of their previews, which say
// nothing but what they show. NotFound as for Get, Unsupported for a video.
func (s *Service) Media(ctx context.Context, owner id.ID, numbers []int64) (all []*media.Medium, err error) {
	for _, n := range numbers {
		m, err := s.medium(ctx, owner, n, "", Silent)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// A Telling is what the pictures that a medium of a photo shows say beside.
type Telling bool

// They say nothing, or when and where the photo was taken.
const (
	Silent       Telling = false
	WhenAndWhere Telling = true
)

// Medium makes a medium of one photo, as Media does, which may say when and where it was taken.
func (s *Service) Medium(ctx context.Context, owner id.ID, number int64, alt string, tell Telling) (*media.Medium, error) {
	return s.medium(ctx, owner, number, alt, tell)
}

func (s *Service) medium(ctx context.Context, owner id.ID, number int64, alt string, tell Telling) (*media.Medium, error) {
	p, made, err := s.kept(ctx, owner, number)
	if err == nil && p.State == Due {
		if err = s.lookAt(ctx, &due{content: p.content, kind: p.Kind, tries: tries}); err == nil {
			p, made, err = s.kept(ctx, owner, number)
		}
	}
	if err != nil {
		return nil, err
	}
	if p.Kind != Image {
		return nil, fault.New(fault.Unsupported, "fault.photo.video")
	}
	size, err := s.sizeOf(ctx, p.content)
	if err != nil {
		return nil, err
	}
	if p.State != Ready || p.Format == "gif" { // it may move, which previews do not
		return s.Gallery.Again(ctx, owner, p.NodeID, p.content, size)
	}
	a := media.Adopted{Kind: media.Image, NodeID: p.NodeID, Mime: "image/" + p.Format, Width: p.Width, Height: p.Height, Blurhash: p.Blurhash, Alt: alt}
	a.Files = append(a.Files, media.File{Variant: media.Original, Blob: p.content, Size: size, Mime: a.Mime, Width: p.Width, Height: p.Height})
	for _, one := range made {
		variant := map[int]string{largeSide: media.Large, smallSide: media.Small}[one.Side]
		if variant == "" {
			continue
		}
		hash, size, err := s.told(ctx, p, one, tell)
		if err != nil {
			return nil, err
		}
		a.Files = append(a.Files, media.File{Variant: variant, Blob: hash, Size: size, Mime: one.Mime, Width: one.Width, Height: one.Height})
	}
	return s.Gallery.Adopt(ctx, owner, a)
}

// told is a preview with what it is to say, or as it is where that is nothing.
func (s *Service) told(ctx context.Context, p *Photo, one *Preview, tell Telling) (hash string, size int64, err error) {
	said := derive.Told{Latitude: p.Latitude, Longitude: p.Longitude, Located: p.Located, Zone: p.Zone}
	if p.Dated == ByCamera {
		said.Taken = p.TakenAt
	}
	if tell == Silent || said.Taken.IsZero() && !said.Located {
		size, err = s.sizeOf(ctx, one.blob)
		return one.blob, size, err
	}
	r, _, err := s.Blobs.Open(ctx, one.blob)
	if err != nil {
		return "", 0, err
	}
	defer r.Close()
	plain, err := io.ReadAll(r)
	if err != nil {
		return "", 0, err
	}
	ref, err := s.Blobs.Put(ctx, bytes.NewReader(derive.Tell(plain, one.Mime, said)))
	return ref.Hash, ref.Size, err
}

func (s *Service) sizeOf(ctx context.Context, hash string) (int64, error) {
	r, size, err := s.Blobs.Open(ctx, hash)
	if err != nil {
		return 0, err
	}
	return size, r.Close()
}
