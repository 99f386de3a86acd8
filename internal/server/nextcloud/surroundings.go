package nextcloud

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/server"
	"allod/protocol/ocs"
)

// What the door claims to be: apps turn parts of themselves on and off by it.
const (
	version     = "31.0.8.1"
	versionText = "31.0.8"
	versionMain = 31
	productName = "Nextcloud"
)

// status says that something is here, before anybody has signed in.
func (d *door) status(w http.ResponseWriter, r *http.Request) error {
	b, err := json.Marshal(ocs.Status{Installed: true, Version: version, VersionString: versionText, ProductName: productName})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(b)
	return err
}

// alive answers apps that look whether the home can be reached, and is not behind the page of a hotel.
func (d *door) alive(w http.ResponseWriter, r *http.Request) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// ocs puts the routes of the other interface into mux.
func (d *door) ocs(mux *http.ServeMux) {
	frame := server.Door{Log: d.Log, Face: d.ocsFace, Timeout: time.Minute}
	for _, v := range []string{"v1.php", "v2.php"} {
		at := ocsPath + v
		mux.Handle("GET "+at+"/cloud/capabilities", frame.Handler(d.capabilities))
		mux.Handle("GET "+at+"/cloud/user", frame.Handler(d.admit(d.user)))
		mux.Handle("POST "+at+"/apps/dav/api/v1/direct", frame.Handler(d.admit(d.lend)))
		d.shareRoutes(mux, frame, at)
	}
	mux.Handle(ocsPath, frame.Handler(d.admit(func(w http.ResponseWriter, r *http.Request) error {
		return fault.New(fault.NotFound, "")
	})))
}

// versionOf is the version of the interface that a request is for.
func versionOf(r *http.Request) int {
	if strings.HasPrefix(r.URL.Path, ocsPath+"v1.php") {
		return 1
	}
	return 2
}

// wantsJSON reports whether a request asks for JSON; without a word it is XML.
func wantsJSON(r *http.Request) bool {
	if f := r.URL.Query().Get("format"); f != "" {
		return f == "json"
	}
	return strings.Contains(r.Header.Get("Accept"), "json")
}

// reply answers with data in the envelope.
func reply(w http.ResponseWriter, r *http.Request, data any) error {
	return replyWith(w, r, http.StatusOK, "", data)
}

func replyWith(w http.ResponseWriter, r *http.Request, status int, message string, data any) error {
	v := versionOf(r)
	b, err := ocs.Encode(wantsJSON(r), ocs.MetaFor(v, status, message), data)
	if err != nil {
		return err
	}
	kind := ocs.XMLType
	if wantsJSON(r) {
		kind = ocs.JSONType
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(ocs.HTTPStatus(v, status))
	if r.Method == http.MethodHead {
		return nil
	}
	_, err = w.Write(b)
	return err
}

// ocsFace shows an error in the envelope.
func (d *door) ocsFace(w http.ResponseWriter, r *http.Request, status int, err error) {
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", challenge)
	}
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	_ = replyWith(w, r, status, server.Sentence(d.Languages.Match(r.Header.Get("Accept-Language"), ""), err), nil)
}

// capabilities says what there is, to anybody.
func (d *door) capabilities(w http.ResponseWriter, r *http.Request) error {
	if err := d.Limits.Request(server.ClientAddr(r)); err != nil {
		return err
	}
	return reply(w, r, ocs.Capabilities{
		Version: ocs.Version{Major: versionMain, Micro: 8, String: versionText},
		Capabilities: map[string]any{
			"dav":           ocs.DAV{Chunking: "1.0"},
			"core":          ocs.Core{PollInterval: 60, WebDAVRoot: "remote.php/webdav"},
			"files":         d.filesCapability(),
			"checksums":     ocs.Checksums{Supported: []string{"SHA1", "MD5", "SHA256", "ADLER32"}, Preferred: "SHA1"},
			"files_sharing": sharing,
			"theming":       ocs.Theming{Name: d.Name, URL: d.Origin, Slogan: "", Color: "#3b6e57", ColorText: "#ffffff"},
		},
	})
}

// sharing is what can be done with shares.
var sharing = ocs.Sharing{
	API: true, Resharing: true, DefaultRights: int64(file.All),
	Public: ocs.PublicSharing{Enabled: true, MultipleLinks: true, Upload: true, UploadFilesDrop: true, DefaultPublicRts: int64(file.Look)},
}

// chunkMax is the longest piece that apps are asked to send, in bytes. Longer ones are taken as well.
const chunkMax = 100 << 20

// filesCapability says what can be done with files, and how they may not be called.
func (d *door) filesCapability() ocs.Files {
	none := []string{}
	return ocs.Files{
		BigFileChunking: true, Undelete: true, Versioning: true, ChunkedUpload: ocs.ChunkedUpload{MaxSize: chunkMax, MaxParallel: 3},
		BlacklistedFiles: none, ForbiddenNames: none, ForbiddenBasenames: none, ForbiddenExtensions: none,
		ForbiddenCharacters: []string{"\\", "/"},
	}
}

// user says who was let in.
func (d *door) user(w http.ResponseWriter, r *http.Request) error {
	who := me(r).who
	u, err := d.Files.Usage(r.Context(), who.ID)
	if err != nil {
		return err
	}
	q := ocs.Quota{Free: u.Left(), Used: u.Used(), Total: u.Quota, Quota: u.Quota}
	if u.Quota < 0 {
		q.Free, q.Total, q.Quota = ocs.Unlimited, ocs.Unlimited, ocs.Unlimited
	} else if u.Quota > 0 {
		q.Relative, _ = strconv.ParseFloat(strconv.FormatFloat(float64(u.Used())*100/float64(u.Quota), 'f', 2, 64), 64)
	}
	return reply(w, r, ocs.User{
		ID: who.Name, Enabled: true, Name: displayName(who), DisplayName: displayName(who), Language: "en", Quota: q,
	})
}
