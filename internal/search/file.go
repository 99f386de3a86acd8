package search

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"allod/internal/db"
	"allod/internal/file"
	"allod/internal/id"
)

// fileTextMax is how much of a text is read for its words, in bytes.
const fileTextMax = 256 << 10

// fileTurns is how often a search looks further for files that are not in the trash.
const fileTurns = 10

// NoteFile puts a file or folder down that is new, or not what it was, or gone.
func (s *Service) NoteFile(ctx context.Context, tx *db.Tx, node id.ID) error {
	tx.After(s.rouse)
	return note(ctx, tx, due{kind: ofFile, id: node, at: s.now().UnixMicro()})
}

func (s *Service) wordsOfFile(ctx context.Context, n *file.Node) (db.Words, error) {
	var b bag
	b.put(markAuthor(n.OwnerID))
	b.text(n.Name, "")
	if s.OpenFile == nil || n.Folder || !strings.HasPrefix(n.Mime, "text/") {
		return db.Words(b.words), nil
	}
	body, err := s.OpenFile(ctx, n)
	if err != nil {
		return db.Words(b.words), nil // it was replaced meanwhile, and comes again
	}
	defer body.Close()
	text := make([]byte, fileTextMax)
	read, err := io.ReadFull(body, text)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for text = text[:read]; len(text) > 0 && !utf8.Valid(text) && read-len(text) < utf8.UTFMax; { // it was cut in a letter
		text = text[:len(text)-1]
	}
	if utf8.Valid(text) {
		b.text(string(text), "")
	}
	return db.Words(b.words), nil
}

// Files are a person's own files and folders with these words in their names
// or texts, the last of which may be begun, the newest first. What lies in the trash is left out.
func (s *Service) Files(ctx context.Context, owner id.ID, text string, most int) (found []file.Found, err error) {
	m := named(text)
	if m == nil {
		return nil, nil
	}
	m = append(m, []string{markAuthor(owner)})
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		below := id.ID(math.MaxInt64)
		for range fileTurns {
			ids, err := filesWith(ctx, tx, m, below, most)
			if err != nil || len(ids) == 0 {
				return err
			}
			some, err := file.Locate(ctx, tx, owner, ids)
			if err != nil {
				return err
			}
			found, below = append(found, some...), ids[len(ids)-1]
			if len(found) >= most || len(ids) < most {
				break
			}
		}
		return nil
	})
	return found[:min(len(found), most)], err
}
