package derive

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// attempts is what a worker that a picture has taken over would try.
func attempts() map[string]func() error {
	call := func(nr uintptr, args ...uintptr) error {
		args = append(args, 0, 0, 0, 0)
		if _, _, errno := unix.RawSyscall6(nr, args[0], args[1], args[2], args[3], 0, 0); errno != 0 {
			return errno
		}
		return nil
	}
	socket := func(family, kind int) func() error {
		return func() error { _, err := unix.Socket(family, kind, 0); return err }
	}
	return map[string]func() error{
		"read a file":     func() error { _, err := os.ReadFile("/proc/self/exe"); return err },
		"list a folder":   func() error { _, err := os.ReadDir("/"); return err },
		"make a file":     func() error { _, err := os.Create(trace); return err },
		"remove a file":   func() error { return unix.Unlink(trace) },
		"look at a file":  func() error { return unix.Stat("/", new(unix.Stat_t)) },
		"TCP socket":      socket(unix.AF_INET, unix.SOCK_STREAM),
		"UDP socket":      socket(unix.AF_INET6, unix.SOCK_DGRAM),
		"local socket":    socket(unix.AF_UNIX, unix.SOCK_STREAM),
		"netlink socket":  socket(unix.AF_NETLINK, unix.SOCK_RAW),
		"connect":         func() error { return unix.Connect(0, &unix.SockaddrInet4{Port: 9}) },
		"run a program":   func() error { return unix.Exec("/proc/self/exe", []string{"crash"}, nil) },
		"fork":            func() error { return call(unix.SYS_CLONE, uintptr(unix.SIGCHLD)) },
		"clone3":          func() error { return call(unix.SYS_CLONE3) },
		"trace":           func() error { return unix.PtraceAttach(os.Getppid()) },
		"signal parent":   func() error { return unix.Kill(os.Getppid(), 0) },
		"signal a thread": func() error { return unix.Tgkill(os.Getppid(), os.Getppid(), 0) },
		"file in memory":  func() error { _, err := unix.MemfdCreate("x", 0); return err },
		"io_uring":        func() error { return call(unix.SYS_IO_URING_SETUP, 1) },
		"BPF":             func() error { return call(unix.SYS_BPF) },
		"keys":            func() error { return call(unix.SYS_ADD_KEY) },
		"new namespace":   func() error { return unix.Unshare(unix.CLONE_NEWUSER) },
		"raise a limit":   func() error { return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) },
		"read what was left open": func() error {
			_, err := unix.Read(leftOpen, make([]byte, 1))
			return err
		},
		"new code": func() error {
			_, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_EXEC, unix.MAP_PRIVATE|unix.MAP_ANON)
			return err
		},
	}
}

const (
	trace    = "/tmp/derive-was-here"
	leftOpen = 3 // a descriptor that child passes on

	unpunished = "it went well" // said by one that should be dead
)

// misbehave is a child that confines itself and then does what it should not.
func misbehave(how string) {
	if how == "landlock" {
		landlock()
		_, err := os.ReadFile("/proc/self/exe")
		fmt.Println(errors.Is(err, unix.EACCES))
		return
	}
	seconds := 10
	if how == "labor" {
		seconds = 1
	}
	if err := confine(Limits{Memory: 128 << 20}, seconds); err != nil {
		fmt.Println("not confined:", err)
		return
	}
	switch how {
	case "everything":
		for name, try := range attempts() {
			fmt.Printf("%s: %v\n", name, onAnotherThread(try))
		}
	case "gluttony":
		var held [][]byte
		for range 64 {
			held = append(held, bytes.Repeat([]byte{1}, 16<<20))
		}
		fmt.Println(unpunished, len(held))
	case "shared gluttony":
		for range 1000 {
			if _, err := unix.Mmap(-1, 0, 64<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANON); err != nil {
				return
			}
		}
		fmt.Println(unpunished)
	case "labor":
		for {
			runtime.Gosched()
		}
	case "x32":
		_, _, _ = unix.RawSyscall(0x40000000+unix.SYS_GETPID, 0, 0, 0)
		fmt.Println(unpunished)
	}
}

// onAnotherThread tries on a thread that is not the one that was confined first.
func onAnotherThread(try func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- try()
	}()
	return <-done
}

// child runs this binary to misbehave and returns what it said.
func child(t *testing.T, how string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, how)
	cmd.Env = []string{}
	open, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	cmd.ExtraFiles = []*os.File{open}
	out, _ := cmd.CombinedOutput() // how it ends is not always of its choice
	return string(out)
}

func TestConfinedWorkerCanDoNothingButCompute(t *testing.T) {
	out := child(t, "everything")
	answers := map[string]string{}
	for line := range strings.Lines(out) {
		name, answer, _ := strings.Cut(strings.TrimSpace(line), ": ")
		answers[name] = answer
	}
	for name := range attempts() {
		if answer, told := answers[name]; !told || answer == "<nil>" {
			t.Errorf("%s: %q (told: %v)\n%s", name, answer, told, out)
		}
	}
	if _, err := os.Stat(trace); err == nil {
		t.Error("a file was made")
	}
}

func TestOtherSystemCallTableEndsTheWorker(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("x32 is a table of amd64")
	}
	if out := child(t, "x32"); strings.Contains(out, unpunished) {
		t.Error("it lives")
	}
}

func TestLandlockAloneKeepsFilesShut(t *testing.T) {
	abi, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 || abi == 0 {
		t.Skip("this kernel has no Landlock")
	}
	if _, _, errno := syscall.AllThreadsSyscall(unix.SYS_GETPID, 0, 0, 0); errno != 0 {
		t.Skip("a program that links C cannot reach all its threads")
	}
	if out := child(t, "landlock"); strings.TrimSpace(out) != "true" {
		t.Errorf("opening a file is forbidden: %s", out)
	}
}

func TestMemoryAndTimeOfWorkerEnd(t *testing.T) {
	for _, how := range []string{"gluttony", "shared gluttony", "labor"} {
		t.Run(how, func(t *testing.T) {
			if out := child(t, how); strings.Contains(out, unpunished) {
				t.Error("it had all it wanted")
			}
		})
	}
}
