package nextcloud

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"allod/internal/file"
)

const findShared = `<d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns" xmlns:ocs="http://open-collaboration-services.org/ns"><d:prop>
	<d:getetag/><oc:permissions/><oc:owner-id/><oc:owner-display-name/><oc:share-types/><nc:sharees/><nc:mount-type/><nc:is-mount-root/><ocs:share-permissions/><oc:fileid/></d:prop></d:propfind>`

// response is the part of a multistatus that is about an address.
func response(body, href string) string {
	_, rest, _ := strings.Cut(body, "<d:href>"+href+"</d:href>")
	one, _, _ := strings.Cut(rest, "</d:response>")
	return one
}

// lets shares a folder of the first with the second.
func (h *house) lets(t *testing.T, path string, r file.Rights) *file.Grant {
	t.Helper()
	n, err := h.files.At(t.Context(), h.ida.ID, path)
	if err != nil {
		t.Fatal(err)
	}
	g, err := h.files.Grant(t.Context(), h.ida.ID, n.Number, h.bo.ID, file.GrantTerms{Rights: r})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestReceiverSeesASharedFolderAsNextcloudsClientsKnowIt(t *testing.T) {
	h := newHouse(t)
	h.ask("MKCOL", "/remote.php/dav/files/ida/Trip", "")
	h.ask(http.MethodPut, "/remote.php/dav/files/ida/Trip/map.txt", "here")
	g := h.lets(t, "Trip", file.Look)
	see := func(path string, wants ...string) {
		t.Helper()
		w := h.askAs(h.bo, "PROPFIND", "/remote.php/dav/files/bo/", findShared, "Depth", "1")
		if path != "/remote.php/dav/files/bo/Trip/" {
			w = h.askAs(h.bo, "PROPFIND", path, findShared, "Depth", "0")
		}
		one := response(w.Body.String(), path)
		for _, want := range wants {
			if !strings.Contains(one, want) {
				t.Errorf("%s: no %s: %s", path, want, w.Body)
			}
		}
	}
	see("/remote.php/dav/files/bo/Trip/", "<oc:permissions>SGDNV</oc:permissions>", "<oc:owner-id>ida</oc:owner-id>", "<nc:mount-type>shared</nc:mount-type>",
		"<nc:is-mount-root>true</nc:is-mount-root>", `<x1:share-permissions xmlns:x1="http://open-collaboration-services.org/ns">1</x1:share-permissions>`)
	see("/remote.php/dav/files/bo/Trip/map.txt", "<oc:permissions>SG</oc:permissions>", "<nc:is-mount-root>false</nc:is-mount-root>", "<nc:mount-type>shared</nc:mount-type>")
	for _, c := range [][3]string{{http.MethodPut, "map.txt", "x"}, {http.MethodPut, "new.txt", "x"}, {http.MethodDelete, "map.txt", ""}, {"MKCOL", "sub", ""}} {
		if w := h.askAs(h.bo, c[0], "/remote.php/dav/files/bo/Trip/"+c[1], c[2]); w.Code != http.StatusForbidden {
			t.Errorf("%v: %d %s", c, w.Code, w.Body)
		}
	}
	if _, err := h.files.Regrant(t.Context(), h.ida.ID, g.ID, file.GrantTerms{Rights: file.All}); err != nil {
		t.Fatal(err)
	}
	see("/remote.php/dav/files/bo/Trip/", "<oc:permissions>SRGDNVCK</oc:permissions>")
	see("/remote.php/dav/files/bo/Trip/map.txt", "<oc:permissions>SRGDNVW</oc:permissions>")
	if w := h.askAs(h.bo, http.MethodPut, "/remote.php/dav/files/bo/Trip/map.txt", "changed"); w.Code != http.StatusNoContent {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := h.ask(http.MethodGet, "/remote.php/dav/files/ida/Trip/map.txt", ""); w.Body.String() != "changed" {
		t.Errorf("%s", w.Body)
	}
	one := response(h.ask("PROPFIND", "/remote.php/dav/files/ida/", findShared, "Depth", "1").Body.String(), "/remote.php/dav/files/ida/Trip/")
	for _, want := range []string{"<oc:permissions>RGDNVCK</oc:permissions>", "<oc:share-type>0</oc:share-type>", "<nc:id>bo</nc:id><nc:display-name>Bo &amp; Co</nc:display-name>"} {
		if !strings.Contains(one, want) {
			t.Errorf("its owner: no %s: %s", want, one)
		}
	}

	// The mount is moved and put away without touching what its owner has.
	if w := h.askAs(h.bo, "MOVE", "/remote.php/dav/files/bo/Trip", "", "Destination", "/remote.php/dav/files/bo/Journey"); w.Code != http.StatusCreated {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := h.askAs(h.bo, http.MethodDelete, "/remote.php/dav/files/bo/Journey", ""); w.Code != http.StatusNoContent {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := h.askAs(h.bo, "PROPFIND", "/remote.php/dav/files/bo/", findShared, "Depth", "1"); strings.Contains(w.Body.String(), "Journey") {
		t.Errorf("%s", w.Body)
	}
	if w := h.ask(http.MethodGet, "/remote.php/dav/files/ida/Trip/map.txt", ""); w.Code != http.StatusOK {
		t.Errorf("%d", w.Code)
	}
}

// TestEverySharedNodeThatCanBeReadHasTheLetterG is of what the desktop app deletes where it is missing.
func TestEverySharedNodeThatCanBeReadHasTheLetterG(t *testing.T) {
	h := newHouse(t)
	for r := range file.All + 1 {
		if !r.Can(file.Look) {
			continue
		}
		name := strconv.Itoa(int(r))
		h.ask("MKCOL", "/remote.php/dav/files/ida/"+name, "")
		h.ask("MKCOL", "/remote.php/dav/files/ida/"+name+"/sub", "")
		h.ask(http.MethodPut, "/remote.php/dav/files/ida/"+name+"/a.txt", "here")
		h.lets(t, name, r)
		for _, path := range []string{"", name} {
			w := h.askAs(h.bo, "PROPFIND", "/remote.php/dav/files/bo/"+path, findShared, "Depth", "1")
			for _, one := range strings.SplitAfter(w.Body.String(), "</d:response>") {
				_, letters, _ := strings.Cut(one, "<oc:permissions>")
				letters, _, _ = strings.Cut(letters, "</oc:permissions>")
				if strings.Contains(one, "<d:response>") && !strings.Contains(letters, "G") {
					t.Errorf("rights %d: %q in %s", r, letters, one)
				}
			}
		}
	}
}
