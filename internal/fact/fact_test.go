package fact_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"allod/internal/db"
	"allod/internal/fact"
)

type posted struct{ n int }

func TestReactionsRunInOrderUntilOneFails(t *testing.T) {
	var f fact.Fact[posted]
	boom := errors.New("boom")
	var ran []int
	note := func(n int, err error) fact.Reaction[posted] {
		return func(context.Context, *db.Tx, posted) error { ran = append(ran, n); return err }
	}
	f.Then(note(1, nil), note(2, nil))
	f.Then(note(3, boom), note(4, nil))
	err := f.Record(t.Context(), nil, posted{1})
	if !errors.Is(err, boom) || !strings.Contains(err.Error(), "fact_test.posted") || len(ran) != 3 || ran[2] != 3 {
		t.Errorf("%v, ran %v", err, ran)
	}
}
