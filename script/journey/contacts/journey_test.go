package contacts

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"allod/internal/hometest"
)

// A device has a folder of contacts and one of dates.
type device struct {
	t      *testing.T
	folder string
}

const settings = `[general]
status_path = "%[1]s/status/"

[pair contacts]
a = "contacts_here"
b = "contacts_there"
collections = ["from a", "from b"]
conflict_resolution = "b wins"

[storage contacts_here]
type = "filesystem"
path = "%[1]s/contacts"
fileext = ".vcf"

[storage contacts_there]
type = "carddav"
url = "%[2]s/"
username = "ida"
password = "%[3]s"

[pair dates]
a = "dates_here"
b = "dates_there"
collections = ["from a", "from b"]
conflict_resolution = "b wins"
metadata = ["displayname", "color"]

[storage dates_here]
type = "filesystem"
path = "%[1]s/dates"
fileext = ".ics"

[storage dates_there]
type = "caldav"
url = "%[2]s/"
username = "ida"
password = "%[3]s"
`

// newDevice finds what is there, from the address of the home alone.
func newDevice(t *testing.T, origin, secret string) *device {
	t.Helper()
	d := &device{t, t.TempDir()}
	if err := os.WriteFile(filepath.Join(d.folder, "config"), fmt.Appendf(nil, settings, d.folder, origin, secret), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"contacts/contacts", "dates/personal"} {
		if err := os.MkdirAll(filepath.Join(d.folder, kind), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	d.run("discover")
	return d
}

func (d *device) run(command string) {
	d.t.Helper()
	c := exec.CommandContext(d.t.Context(), "sh", "-c", `yes | vdirsyncer -c "$0" "$1"`, filepath.Join(d.folder, "config"), command)
	c.Env = append(os.Environ(), "HOME="+d.folder)
	if out, err := c.CombinedOutput(); err != nil {
		d.t.Fatalf("vdirsyncer %s: %v\n%s", command, err, out)
	}
}

func (d *device) write(path, text string) {
	d.t.Helper()
	d.writePlain(path, strings.ReplaceAll(text, "\n", "\r\n"))
}

func (d *device) writePlain(path, text string) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.folder, path), []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// holds are all that the device has, each without the order of its lines.
func (d *device) holds() []string {
	d.t.Helper()
	var all []string
	for _, pattern := range []string{"contacts/*/*.vcf", "dates/*/*.ics"} {
		files, err := filepath.Glob(filepath.Join(d.folder, pattern))
		if err != nil {
			d.t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				d.t.Fatal(err)
			}
			lines := strings.Fields(strings.ReplaceAll(string(b), "\r\n ", ""))
			slices.Sort(lines)
			all = append(all, filepath.Base(filepath.Dir(f))+" "+strings.Join(lines, "\n"))
		}
	}
	slices.Sort(all)
	return all
}

func card(uid, name string) string {
	return fmt.Sprintf("BEGIN:VCARD\nVERSION:3.0\nUID:%s\nFN:%s\nN:%s;;;;\nTEL;TYPE=CELL:+4915%s\nX-ODD-THING;X-P=1:kept\nEND:VCARD\n", uid, name, name, uid)
}

func date(uid, title string) string {
	return fmt.Sprintf("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\nBEGIN:VEVENT\nUID:%s\nDTSTAMP:20260101T000000Z\nDTSTART:20261205T180000Z\nDTEND:20261205T200000Z\nRRULE:FREQ=MONTHLY\nSUMMARY:%s\nEND:VEVENT\nEND:VCALENDAR\n", uid, title)
}

func task(uid, title string) string {
	return fmt.Sprintf("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\nBEGIN:VTODO\nUID:%s\nDTSTAMP:20260101T000000Z\nSUMMARY:%s\nEND:VTODO\nEND:VCALENDAR\n", uid, title)
}

// TestTwoDevicesKeepInStep writes, changes and deletes on each of two devices.
func TestTwoDevicesKeepInStep(t *testing.T) {
	if os.Getenv("ALLOD_CONTACTS") == "" {
		t.Skip("set ALLOD_CONTACTS=1, as script/journey/contacts/run does")
	}
	h := hometest.Start(t, "")
	secret := h.Settle("ida").AppPassword()
	phone, desk := newDevice(t, h.Origin, secret), newDevice(t, h.Origin, secret)
	same := func(what string, want int) {
		t.Helper()
		phone.run("sync")
		desk.run("sync")
		phone.run("sync")
		a, b := phone.holds(), desk.holds()
		if len(a) != want || !slices.Equal(a, b) {
			t.Errorf("%s:\n%d: %s\n%d: %s", what, len(a), strings.Join(a, "\n"), len(b), strings.Join(b, "\n"))
		}
	}
	for i := range 60 {
		phone.write(fmt.Sprintf("contacts/contacts/%d.vcf", i), card(fmt.Sprint(1000+i), fmt.Sprintf("Зоя %d", i)))
		desk.write(fmt.Sprintf("dates/personal/%d.ics", i), date(fmt.Sprint("d", i), fmt.Sprintf("Choir %d; at the barn", i)))
	}
	desk.write("dates/personal/todo.ics", task("t1", "Mend the gate"))
	same("written", 121)

	desk.run("metasync")
	desk.writePlain("dates/personal/color", "#336699")
	desk.writePlain("dates/personal/displayname", "Наш календарь")
	desk.run("metasync")
	phone.run("metasync")
	for name, want := range map[string]string{"color": "#336699", "displayname": "Наш календарь"} {
		if got, err := os.ReadFile(filepath.Join(phone.folder, "dates/personal", name)); err != nil || strings.TrimSpace(string(got)) != want {
			t.Errorf("the other device has %q as %s: %v", got, name, err)
		}
	}

	desk.write("contacts/contacts/1001.vcf", card("1001", "Зоя из хора"))
	if err := os.Remove(filepath.Join(phone.folder, "dates/personal/d5.ics")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(desk.folder, "contacts/contacts/1002.vcf")); err != nil {
		t.Fatal(err)
	}
	same("changed and deleted", 119)
	if !strings.Contains(strings.Join(phone.holds(), "\n"), "FN:Зоя\n") && !strings.Contains(strings.Join(phone.holds(), "\n"), "хора") {
		t.Error("a change did not come")
	}

	if err := os.MkdirAll(filepath.Join(phone.folder, "contacts/club"), 0o700); err != nil {
		t.Fatal(err)
	}
	phone.write("contacts/club/1.vcf", card("5000", "Club"))
	if err := os.MkdirAll(filepath.Join(phone.folder, "dates/work"), 0o700); err != nil {
		t.Fatal(err)
	}
	phone.write("dates/work/1.ics", date("w1", "Work"))
	phone.run("discover") // makes both at the home
	phone.run("sync")
	desk.run("discover")
	same("further books", 121)
}
