package nextcloud

import (
	"context"
	"strings"

	"github.com/emersion/go-vcard"
	"github.com/emersion/go-webdav/carddav"

	"allod/internal/book"
	"allod/internal/fault"
)

// contacts are somebody's address books, as the library asks for them (CardDAV, RFC 6352 §5).
type contacts struct{ *shelf }

// AddressBookHomeSetPath is where they stand.
func (c contacts) AddressBookHomeSetPath(context.Context) (string, error) { return c.home, nil }

func (c contacts) shown(b *book.Book) carddav.AddressBook {
	return carddav.AddressBook{
		Path: c.at(b.Slug, ""), Name: c.called(b), Description: b.Description, MaxResourceSize: book.BodyMax,
		SupportedAddressData: []carddav.AddressDataType{{ContentType: vcard.MIMEType, Version: "3.0"}, {ContentType: vcard.MIMEType, Version: "4.0"}},
	}
}

// ListAddressBooks are all of them.
func (c contacts) ListAddressBooks(ctx context.Context) ([]carddav.AddressBook, error) {
	all, err := c.Books.List(ctx, me(c.r).who.ID, c.kind)
	out := make([]carddav.AddressBook, len(all))
	for i, b := range all {
		out[i] = c.shown(b)
	}
	return out, c.because(err)
}

// GetAddressBook is the one at a path.
func (c contacts) GetAddressBook(ctx context.Context, path string) (*carddav.AddressBook, error) {
	b, _, err := c.entry(ctx, path)
	if err != nil {
		return nil, c.because(err)
	}
	shown := c.shown(b)
	return &shown, nil
}

// CreateAddressBook makes one.
func (c contacts) CreateAddressBook(ctx context.Context, b *carddav.AddressBook) error {
	return c.because(c.make(ctx, b.Path, book.Book{Title: b.Name, Description: b.Description}))
}

// DeleteAddressBook deletes one with all it holds.
func (c contacts) DeleteAddressBook(ctx context.Context, path string) error {
	slug, _, err := c.place(path)
	if err == nil {
		err = c.Books.Remove(ctx, me(c.r).who.ID, c.kind, slug)
	}
	return c.because(err)
}

func (c contacts) object(b *book.Book, e *book.Entry) (*carddav.AddressObject, error) {
	card, err := vcard.NewDecoder(strings.NewReader(e.Body)).Decode()
	if err != nil {
		return nil, err
	}
	return &carddav.AddressObject{Path: c.at(b.Slug, e.Name), ModTime: e.ModifiedAt, ContentLength: int64(len(e.Body)), ETag: e.State.String(), Card: card}, nil
}

// GetAddressObject is the person at a path.
func (c contacts) GetAddressObject(ctx context.Context, path string, _ *carddav.AddressDataRequest) (*carddav.AddressObject, error) {
	b, e, err := c.entry(ctx, path)
	if err == nil && e == nil {
		err = fault.New(fault.NotFound, "fault.book.unknown")
	}
	if err != nil {
		return nil, c.because(err)
	}
	o, err := c.object(b, e)
	return o, c.because(err)
}

// ListAddressObjects are all of an address book.
func (c contacts) ListAddressObjects(ctx context.Context, path string, _ *carddav.AddressDataRequest) ([]carddav.AddressObject, error) {
	b, _, err := c.entry(ctx, path)
	if err != nil {
		return nil, c.because(err)
	}
	all, err := c.Books.Entries(ctx, b)
	out := make([]carddav.AddressObject, 0, len(all))
	for _, e := range all {
		o, err := c.object(b, e)
		if err != nil {
			return nil, c.because(err)
		}
		out = append(out, *o)
	}
	return out, c.because(err)
}

// QueryAddressObjects are those of an address book that a query finds.
func (c contacts) QueryAddressObjects(ctx context.Context, path string, query *carddav.AddressBookQuery) ([]carddav.AddressObject, error) {
	all, err := c.ListAddressObjects(ctx, path, &query.DataRequest)
	if err != nil {
		return nil, err
	}
	return carddav.Filter(query, all)
}

// PutAddressObject writes a person.
func (c contacts) PutAddressObject(ctx context.Context, path string, card vcard.Card, opts *carddav.PutAddressObjectOptions) (*carddav.AddressObject, error) {
	uid := strings.TrimPrefix(strings.TrimSpace(card.Value(vcard.FieldUID)), "urn:uuid:")
	if uid == "" {
		return nil, c.because(fault.New(fault.Invalid, "fault.book.entry"))
	}
	e, err := c.write(ctx, path, uid, matches(opts.IfMatch, opts.IfNoneMatch))
	if err != nil {
		return nil, c.because(err)
	}
	return &carddav.AddressObject{Path: path, ModTime: e.ModifiedAt, ETag: e.State.String()}, nil
}

// DeleteAddressObject takes a person out.
func (c contacts) DeleteAddressObject(ctx context.Context, path string) error {
	return c.because(c.drop(ctx, path))
}
