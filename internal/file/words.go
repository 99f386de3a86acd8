package file

import (
	"context"
	"path"
	"strings"
	"unicode/utf8"

	"allod/internal/db"
)

// Words are captions beside a video, in a language.
type Words struct {
	*Node
	Language string // as the name tells it, "" where it does not
}

// wordsMost is how many captions of one video are looked for.
const wordsMost = 50

// WordsBeside are the captions of a video: files beside it that are called as
// it is and end in .vtt (WebVTT), with a language before that, as in trip.ar.vtt.
func (s *Service) WordsBeside(ctx context.Context, n *Node) (all []Words, err error) {
	begin := Fold(strings.TrimSuffix(n.Name, path.Ext(n.Name))) + "."
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		found, err := wordsBeside(ctx, tx, n.ParentID, begin, utf8.RuneCountInString(begin), wordsMost)
		for _, one := range found {
			language := strings.TrimSuffix(strings.TrimPrefix(Fold(one.Name), begin), "vtt")
			language = strings.TrimSuffix(language, ".")
			if !one.Folder && !strings.Contains(language, ".") && len(language) <= 20 {
				all = append(all, Words{one, language})
			}
		}
		return err
	})
	return all, err
}
