package nextcloud

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"allod/internal/account"
)

const sharesAt = "/ocs/v2.php/apps/files_sharing/api/v1/"

// ocsAs has somebody's device ask the other interface something, with a form, and reads the JSON.
func (h *house) ocsAs(t *testing.T, who *account.Account, method, path string, form ...string) (int, any) {
	t.Helper()
	v := url.Values{}
	for i := 0; i < len(form); i += 2 {
		v.Set(form[i], form[i+1])
	}
	glue := "?"
	if strings.Contains(path, "?") {
		glue = "&"
	}
	w := h.askAs(who, method, sharesAt+path+glue+"format=json", v.Encode(), "OCS-APIRequest", "true", "Content-Type", "application/x-www-form-urlencoded")
	var got struct {
		OCS struct {
			Data any `json:"data"`
		} `json:"ocs"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%s %s: %v: %s", method, path, err, w.Body)
	}
	return w.Code, got.OCS.Data
}

// field is one of an answer that is an object, or a list of one.
func field(t *testing.T, data any, name string) any {
	t.Helper()
	if list, ok := data.([]any); ok {
		if len(list) != 1 {
			t.Fatalf("%d shares: %v", len(list), data)
		}
		data = list[0]
	}
	one, _ := data.(map[string]any)
	v, there := one[name]
	if !there {
		t.Errorf("no %s in %v", name, data)
	}
	return v
}

func (h *house) trip(t *testing.T) {
	t.Helper()
	h.ask("MKCOL", "/remote.php/dav/files/ida/Trip", "")
	h.ask(http.MethodPut, "/remote.php/dav/files/ida/Trip/map.txt", "here")
}

func TestShareWithSomebodyThroughNextcloudsInterface(t *testing.T) {
	h := newHouse(t)
	h.trip(t)
	code, made := h.ocsAs(t, h.ida, http.MethodPost, "shares", "path", "/Trip", "shareType", "0", "shareWith", "bo", "permissions", "1", "note", "Look", "expireDate", "2126-12-31")
	if code != http.StatusOK {
		t.Fatalf("%d %v", code, made)
	}
	which := field(t, made, "id").(string)
	for name, want := range map[string]any{
		"share_type": 0.0, "uid_owner": "ida", "displayname_owner": "ida", "uid_file_owner": "ida", "permissions": 1.0, "share_with": "bo", "share_with_displayname": "Bo & Co",
		"path": "/Trip", "item_type": "folder", "mimetype": "httpd/unix-directory", "note": "Look", "label": "", "expiration": "2126-12-31 00:00:00",
		"token": nil, "hide_download": 0.0, "mail_send": 0.0, "can_edit": true, "can_delete": true, "attributes": nil, "file_target": "/Trip",
	} {
		if got := field(t, made, name); got != want {
			t.Errorf("%s is %v, not %v", name, got, want)
		}
	}
	for _, name := range []string{"item_source", "file_source", "file_parent", "stime", "has_preview", "displayname_file_owner"} {
		field(t, made, name)
	}
	if _, all := h.ocsAs(t, h.ida, http.MethodGet, "shares?path=/Trip"); field(t, all, "id") != which {
		t.Error("not found by its path")
	}
	if _, all := h.ocsAs(t, h.ida, http.MethodGet, "shares?path=/&subfiles=true"); field(t, all, "id") != which {
		t.Error("not found in its folder")
	}
	if _, all := h.ocsAs(t, h.ida, http.MethodGet, "shares?path=/Trip/map.txt"); len(all.([]any)) != 0 {
		t.Errorf("of another file: %v", all)
	}
	if _, all := h.ocsAs(t, h.ida, http.MethodGet, "shares"); field(t, all, "id") != which {
		t.Error("not found among all")
	}
	if _, all := h.ocsAs(t, h.bo, http.MethodGet, "shares"); len(all.([]any)) != 0 {
		t.Errorf("the receiver shares it: %v", all)
	}
	if _, all := h.ocsAs(t, h.bo, http.MethodGet, "shares?shared_with_me=true"); field(t, all, "file_target") != "/Trip" || field(t, all, "can_edit") != false {
		t.Errorf("%v", all)
	}
	if code, _ := h.ocsAs(t, h.bo, http.MethodPut, "shares/"+which, "permissions", "31"); code != http.StatusForbidden {
		t.Errorf("the receiver gives themselves more: %d", code)
	}
	if code, changed := h.ocsAs(t, h.ida, http.MethodPut, "shares/"+which, "permissions", "15"); code != http.StatusOK || field(t, changed, "permissions") != 15.0 || field(t, changed, "note") != "Look" {
		t.Errorf("%d %v", code, changed)
	}
	if code, _ := h.ocsAs(t, h.ida, http.MethodPost, "shares", "path", "/Trip", "shareType", "0", "shareWith", "bo"); code != http.StatusForbidden {
		t.Errorf("shared twice: %d", code)
	}
	if code, _ := h.ocsAs(t, h.bo, http.MethodDelete, "shares/"+which); code != http.StatusOK {
		t.Errorf("%d", code)
	}
	if code, _ := h.ocsAs(t, h.ida, http.MethodGet, "shares/"+which); code != http.StatusNotFound {
		t.Errorf("%d", code)
	}
}

func TestShareByALinkThroughNextcloudsInterface(t *testing.T) {
	h := newHouse(t)
	h.trip(t)
	code, made := h.ocsAs(t, h.ida, http.MethodPost, "shares", "path", "/Trip", "shareType", "3", "label", "For Olga", "password", "correct horse battery")
	if code != http.StatusOK || field(t, made, "permissions") != 1.0 || field(t, made, "label") != "For Olga" {
		t.Fatalf("%d %v", code, made)
	}
	which, token := field(t, made, "id").(string), field(t, made, "token").(string)
	if field(t, made, "url") != "http://marrow.example/s/"+token || strings.Contains(field(t, made, "password").(string), "horse") {
		t.Errorf("%v", made)
	}
	code, made = h.ocsAs(t, h.ida, http.MethodPut, "shares/"+which, "permissions", "4", "hideDownload", "true", "note", "Drop it here", "password", "")
	if code != http.StatusOK || field(t, made, "permissions") != 4.0 || field(t, made, "hide_download") != 1.0 || field(t, made, "token") != token || field(t, made, "share_with") != nil {
		t.Errorf("%d %v", code, made)
	}
	if _, made = h.ocsAs(t, h.ida, http.MethodPut, "shares/"+which, "publicUpload", "true"); field(t, made, "permissions") != 15.0 {
		t.Errorf("%v", made)
	}
	// As iOS' app sends it.
	w := h.ask(http.MethodPut, sharesAt+"shares/"+which+"?format=json", `{"expireDate":"2126-01-02","hideDownload":false}`, "Content-Type", "application/json")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"expiration":"2126-01-02 00:00:00"`) || !strings.Contains(w.Body.String(), `"hide_download":0`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if code, _ := h.ocsAs(t, h.bo, http.MethodDelete, "shares/"+which); code != http.StatusNotFound {
		t.Errorf("others end it: %d", code)
	}
	if code, _ := h.ocsAs(t, h.ida, http.MethodDelete, "shares/"+which); code != http.StatusOK {
		t.Errorf("%d", code)
	}
	if _, all := h.ocsAs(t, h.ida, http.MethodGet, "shares"); len(all.([]any)) != 0 {
		t.Errorf("%v", all)
	}
}

func TestSharesThatNextcloudsInterfaceRefuses(t *testing.T) {
	h := newHouse(t)
	h.trip(t)
	for name, c := range map[string]struct {
		code int
		form []string
	}{
		"nothing there":  {http.StatusNotFound, []string{"path", "/Nowhere", "shareType", "3"}},
		"the home":       {http.StatusForbidden, []string{"path", "/", "shareType", "3"}},
		"a group":        {http.StatusNotFound, []string{"path", "/Trip", "shareType", "1", "shareWith", "friends"}},
		"another server": {http.StatusForbidden, []string{"path", "/Trip", "shareType", "6", "shareWith", "bo@elsewhere"}},
		"nobody":         {http.StatusNotFound, []string{"path", "/Trip", "shareType", "0", "shareWith", "zoe"}},
		"oneself":        {http.StatusBadRequest, []string{"path", "/Trip", "shareType", "0", "shareWith", "ida"}},
		"no rights":      {http.StatusBadRequest, []string{"path", "/Trip", "shareType", "0", "shareWith", "bo", "permissions", "64"}},
		"no day":         {http.StatusBadRequest, []string{"path", "/Trip", "shareType", "3", "expireDate", "soon"}},
		"yesterday":      {http.StatusBadRequest, []string{"path", "/Trip", "shareType", "3", "expireDate", "2001-01-01"}},
		"climbing":       {http.StatusBadRequest, []string{"path", "/../Trip", "shareType", "3"}},
		"weak":           {http.StatusBadRequest, []string{"path", "/Trip", "shareType", "3", "password", "x"}},
	} {
		if code, got := h.ocsAs(t, h.ida, http.MethodPost, "shares", c.form...); code != c.code {
			t.Errorf("%s: %d %v", name, code, got)
		}
	}
	for _, path := range []string{"shares/12", "shares/x", "shares/99999999999999999999"} {
		if code, _ := h.ocsAs(t, h.ida, http.MethodGet, path); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
	w := h.ask(http.MethodGet, strings.Replace(sharesAt, "v2", "v1", 1)+"shares/12", "")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "<statuscode>404</statuscode>") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	r := httptest.NewRequest(http.MethodGet, sharesAt+"shares", nil)
	w = httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusUnauthorized {
		t.Errorf("%d", w.Code)
	}
}

// TestAndroidReadsSharesInXML is of what that app does with them.
func TestAndroidReadsSharesInXML(t *testing.T) {
	h := newHouse(t)
	h.trip(t)
	h.ocsAs(t, h.ida, http.MethodPost, "shares", "path", "/Trip", "shareType", "0", "shareWith", "bo")
	w := h.ask(http.MethodGet, sharesAt+"shares?path=%2FTrip&reshares=true&subfiles=false", "", "OCS-APIREQUEST", "true", "User-Agent", "Mozilla/5.0 (Android) Nextcloud-android/3.30.0")
	var got struct {
		Code int `xml:"meta>statuscode"`
		All  []struct {
			ID       int64  `xml:"id"`
			Type     int    `xml:"share_type"`
			With     string `xml:"share_with"`
			Name     string `xml:"share_with_displayname"`
			Path     string `xml:"path"`
			Kind     string `xml:"item_type"`
			Rights   int    `xml:"permissions"`
			Source   int64  `xml:"file_source"`
			Time     int64  `xml:"stime"`
			HideLoad int    `xml:"hide_download"`
		} `xml:"data>element"`
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Code != 200 || len(got.All) != 1 {
		t.Fatalf("%v: %s", err, w.Body)
	}
	if s := got.All[0]; s.ID == 0 || s.With != "bo" || s.Name != "Bo & Co" || s.Path != "/Trip" || s.Kind != "folder" || s.Rights != 31 || s.Source == 0 || s.Time == 0 {
		t.Errorf("%+v", s)
	}
}

func TestPeopleToShareWithAreFound(t *testing.T) {
	h := newHouse(t)
	h.trip(t)
	name := func(path string) string {
		t.Helper()
		_, got := h.ocsAs(t, h.ida, http.MethodGet, path)
		all := got.(map[string]any)
		exact := all["exact"].(map[string]any)
		var names []string
		for _, one := range append(exact["users"].([]any), all["users"].([]any)...) {
			names = append(names, one.(map[string]any)["value"].(map[string]any)["shareWith"].(string))
		}
		for _, list := range []string{"groups", "remotes", "emails", "circles", "rooms"} {
			if _, there := exact[list].([]any); !there {
				t.Errorf("no exact %s", list)
			}
		}
		return strings.Join(names, " ")
	}
	for path, want := range map[string]string{
		"sharees?search=bo&itemType=file&page=1&perPage=50": "bo", "sharees?search=%26+co&itemType=file": "bo", "sharees?search=&itemType=file": "", "sharees?search=ida": "", "sharees_recommended?itemType=file": "",
	} {
		if got := name(path); got != want {
			t.Errorf("%s: %q, not %q", path, got, want)
		}
	}
	h.ocsAs(t, h.ida, http.MethodPost, "shares", "path", "/Trip", "shareType", "0", "shareWith", "bo")
	if got := name("sharees_recommended?itemType=file"); got != "bo" {
		t.Errorf("%q", got)
	}
}

func TestCapabilitiesSayWhatCanBeShared(t *testing.T) {
	w := newHouse(t).ask(http.MethodGet, "/ocs/v1.php/cloud/capabilities?format=json", "")
	for _, want := range []string{`"resharing":true`, `"public":{"enabled":true`, `"api_enabled":true`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in %s", want, w.Body)
		}
	}
}
