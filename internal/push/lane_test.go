package push

import (
	"fmt"
	"testing"
	"time"
)

func TestHostThatDoesNotAnswerIsLeftAlone(t *testing.T) {
	now := time.Unix(1e9, 0)
	l := lanes{now: func() time.Time { return now }, by: map[string]*lane{}}
	for range stumbles {
		if wait := l.enter("slow.example"); wait != 0 {
			t.Fatalf("it waits %s before it has stumbled often", wait)
		}
		l.leave("slow.example", false)
	}
	wait := l.enter("slow.example")
	if wait < restLeast {
		t.Errorf("it is asked again after %s", wait)
	}
	if wait := l.enter("quick.example"); wait != 0 {
		t.Errorf("another host waits %s for it", wait)
	}
	l.leave("quick.example", true)
	now = now.Add(restLeast)
	if wait := l.enter("slow.example"); wait != 0 {
		t.Errorf("after its rest it waits %s", wait)
	}
	l.leave("slow.example", false)
	if again := l.enter("slow.example"); again < 2*restLeast {
		t.Errorf("the second rest is %s", again)
	}
	now = now.Add(time.Hour)
	l.enter("slow.example")
	l.leave("slow.example", true)
	for range stumbles {
		if wait := l.enter("slow.example"); wait != 0 {
			t.Errorf("what it did before it answered is held against it: %s", wait)
		}
		l.leave("slow.example", false)
	}
}

func TestFewMessagesGoAtOnce(t *testing.T) {
	l := lanes{now: time.Now, by: map[string]*lane{}}
	for range perHost {
		if l.enter("one.example") != 0 {
			t.Fatal("a message waits in an empty lane")
		}
	}
	if l.enter("one.example") == 0 {
		t.Error("more go to one host than may")
	}
	n := perHost
	for i := 0; n < inAll; i++ {
		if l.enter(fmt.Sprintf("%d.example", i)) != 0 {
			t.Fatalf("the %d. waits", n)
		}
		n++
	}
	if l.enter("last.example") == 0 {
		t.Error("more go in all than may")
	}
	l.leave("one.example", true)
	if l.enter("last.example") != 0 {
		t.Error("one that has gone still takes its place")
	}
}

func TestLanesAreForgotten(t *testing.T) {
	l := lanes{now: time.Now, by: map[string]*lane{}}
	for i := range lanesMax + 10 {
		host := fmt.Sprintf("%d.example", i)
		l.enter(host)
		l.leave(host, true)
	}
	if len(l.by) > lanesMax {
		t.Errorf("%d hosts are remembered", len(l.by))
	}
}
