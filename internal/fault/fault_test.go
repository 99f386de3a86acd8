package fault_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"allod/internal/fault"
)

func TestKindSurvivesWrapping(t *testing.T) {
	inner := fault.New(fault.NotFound, "fault.post.unknown", "n", 3).In("post").Because("row %d", 7)
	err := fmt.Errorf("deliver to example.org: %w", inner)
	if fault.Of(err) != fault.NotFound || !fault.Is(err, fault.Gone, fault.NotFound) || fault.Is(err, fault.Gone) || fault.Field(err) != "post" {
		t.Errorf("%v is %v", err, fault.Of(err))
	}
	if key, args := fault.Message(err); key != "fault.post.unknown" || len(args) != 2 {
		t.Errorf("%s %v", key, args)
	}
	if want := "deliver to example.org: not found (fault.post.unknown): row 7"; err.Error() != want {
		t.Errorf("%s", err)
	}
}

func TestOtherErrorsAreInternal(t *testing.T) {
	for err, want := range map[error]fault.Kind{
		io.EOF: fault.Internal, fmt.Errorf("read: %w", context.DeadlineExceeded): fault.Timeout,
		fault.Wrap(io.EOF, fault.Unavailable, ""): fault.Unavailable,
	} {
		if got := fault.Of(err); got != want {
			t.Errorf("%v is %v", err, got)
		}
	}
	if key, _ := fault.Message(fault.New(fault.TooLarge, "")); key != "fault.too_large" {
		t.Error(key)
	}
	if fault.Wrap(nil, fault.Gone, "") != nil || fault.Is(nil, fault.Internal) {
		t.Error("nothing is a fault")
	}
	if !errors.Is(fault.Wrap(io.EOF, fault.Gone, ""), io.EOF) {
		t.Error("the cause is lost")
	}
}
