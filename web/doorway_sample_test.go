package web

import (
	"time"

	"allod/internal/locale"
)

// doorwaySamples are the pages of the doorway and the house in all their states.
func doorwaySamples(l *locale.Locale, inside func(Place) Page, outside func(int) Page) []sample {
	ago := func(h int) time.Time { return now.Add(-time.Duration(h) * time.Hour) }
	ways := func() Page {
		p := inside(PlaceSettings)
		p.Ways = []Tab{{Label: p.T("settings.profile"), URL: "/settings"}, {Label: p.T("access.title"), URL: "/access", Current: true}, {Label: p.T("house.title"), URL: "/house"}}
		return p
	}
	wrong := Field{Value: "ida", Error: l.T("fault.name.taken")}
	hosts := []HostRow{
		{Host: "lanterns.example", State: HostGone, Why: "gone", Followers: 3, Last: ago(4000), Refused: 1},
		{Host: "oldmill.example", State: HostSilent, Why: "silent", Followers: 2, Waiting: 6, Last: ago(20), Next: now.Add(time.Hour), Until: now.Add(100 * time.Hour), Retry: "/health/retry"},
		{Host: "quarry.example", State: HostRefusing, Why: "large", Followers: 11, Refused: 1, Last: ago(1)},
		{Host: "new.example", State: HostUntried, Followers: 1},
	}
	well := []HostRow{{Host: "social.example", State: HostWell, Followers: 97, Last: ago(0)}}
	sent := []Dispatch{
		{Verb: "create", URL: "/posts/8/delivery", At: ago(2), Excerpt: "First frost on the allotment.", Sent: 41, Have: 38, Waiting: 1, Refused: 1, Gone: 1, Retry: "/posts/8/delivery/retry",
			Places: []PlaceRow{{Host: "oldmill.example", State: "due", Why: "silent", At: ago(1)}, {Host: "quarry.example", State: "refused", Why: "large", At: ago(2)}, {Host: "lanterns.example", State: "gone", Why: "gone"}}},
		{Verb: "delete", URL: "/posts/7/delivery", At: ago(5), Sent: 2, Have: 1, GivenUp: 1, Places: []PlaceRow{{Host: "x.example", State: "abandoned", Why: "nowhere"}}},
		{Verb: "edit", URL: "/posts/6/delivery", At: ago(6), Sent: 1, Have: 1},
		{Verb: "other", URL: "/posts/5/delivery", At: ago(7)},
	}
	head := func(t HouseTab) HouseHead {
		p := inside(PlaceSettings)
		h := HouseHead{Version: "0.2.0", Waiting: 1}
		for _, tab := range []HouseTab{HousePeople, HouseJoining, HouseSpace, HouseServers, HouseWork, HouseDoctor, HouseBackup, HouseName} {
			h.Tabs = append(h.Tabs, Tab{Label: p.HouseTabName(tab), URL: "/house/" + string(tab), Current: tab == t})
		}
		return h
	}
	tenants := []Tenant{
		{Space: "/space", Person: ida, Keeper: true, Posts: 214, Bytes: 61_000_000_000, Seen: ago(0)},
		{Space: "/space", Person: kofi, Page: "/house/people/4", Posts: 1, Bytes: 12_000, By: "Ida Marrow", Paused: ago(50), Why: "Asked twice to stop advertising."},
		{Space: "/space", Person: noor, Page: "/house/people/6", Posts: 4, Bytes: 1_200_000, Seen: ago(300), Paused: ago(20), Leaves: now.Add(200 * time.Hour), Why: "…"},
	}
	var list []sample
	list = append(list, joinSamples(l, inside, outside, wrong)...)
	return append(list,
		sample{"access-made", Access(ways(), AccessView{Sessions: []Session{{Device: "Firefox", Opened: ago(1), Used: ago(0), Current: true}}, SignOut: "/o", People: "/people/followers",
			Devices: DevicesView{Add: "/access/devices", Address: "https://marrow.example", Login: "ida", Secret: "abcde-fghjk-mnpqr-stuvw-xyz23", Made: "Television", List: []DeviceRow{
				{ID: "1", Name: "Phone", Device: "Nextcloud, Android", Network: "192.0.2.0/24", Opened: ago(9), Used: ago(1), End: "/e", Lose: "/l"},
				{ID: "2", Name: "Old phone", Opened: ago(9), Lost: ago(1), End: "/e"}, {ID: "3", Name: "Older", Opened: ago(9), Lost: ago(2), Wiped: ago(1), End: "/e"}}}})},
		sample{"access-wrong", Access(ways(), AccessView{Sessions: []Session{{Device: "Firefox", Opened: ago(1), Used: ago(0), Current: true}}, SignOut: "/o", People: "/people/followers",
			Devices: DevicesView{Add: "/access/devices", Name: Field{Value: "x"}, Password: Field{Error: l.T("fault.form.wrong_password")}}})},
		sample{"access", Access(ways(), AccessView{Devices: DevicesView{Add: "/access/devices"},
			Sessions:  []Session{{Device: "Firefox, Linux", Opened: ago(900), Used: ago(0), Current: true, Way: "password", Network: "192.0.2.0/24"}, {Device: "Safari, iPhone", Opened: ago(400), Used: ago(30), Revoke: "/s/2", Way: "passkey"}, {Device: "Chrome", Opened: ago(4), Used: ago(3), Revoke: "/s/3", Way: "link"}},
			EndOthers: "/access/others/end", SignOut: "/sign-out",
			Apps:    []App{{Name: "Tusky", Scopes: []string{"read", "write"}, Opened: ago(90), Used: ago(2), Device: "Android", Network: "2001:db8::/48", Revoke: "/a/1"}, {Name: "toot", Scopes: []string{"read"}, Opened: ago(9), Revoke: "/a/2"}},
			Servers: []HolderRow{{"social.example", 97}, {"harbour.example", 1}}, Cut: "/access/servers/cut", People: "/people/followers", Followers: 98,
			Passkeys: PasskeysView{Can: true, Ask: "/ask", Add: "/add", List: []Passkey{{Name: "Phone", Made: ago(90), Used: ago(2), Rename: "/n", Remove: "/r"}, {Name: "Key", Made: ago(9), Rename: "/n2", Remove: "/r2"}}},
		})},
		sample{"access-bare", Access(ways(), AccessView{Devices: DevicesView{Add: "/access/devices"}, Sessions: []Session{{Device: "Firefox", Opened: ago(1), Used: ago(0), Current: true}}, SignOut: "/o", People: "/people/followers"})},
		sample{"health", Health(ways(), HealthView{Servers: 5, Troubled: hosts, Well: well, Deletions: sent[1:2], Recent: sent[:1]})},
		sample{"health-well", Health(ways(), HealthView{Servers: 1, Well: well})},
		sample{"health-nobody", Health(ways(), HealthView{})},
		sample{"health-alone", Health(ways(), HealthView{Alone: true})},
		sample{"delivery", Delivery(inside(Nowhere), DeliveryView{Post: "/@ida/8", Acts: sent})},
		sample{"delivery-none", Delivery(inside(Nowhere), DeliveryView{Post: "/@ida/8"})},
		sample{"house-people", Tenants(ways(), TenantsView{HouseHead: head(HousePeople), Rows: tenants, Next: "/house?min_id=1", Invite: "/invitations"})},
		sample{"house-person", TenantPage(ways(), TenantView{Tenant: tenants[1], Back: "/house", Pause: "/p", Resume: "/r", Leave: "/l", Remove: "/x", Reset: "/t", Link: "https://marrow.example/lost/x", Reason: Field{Error: l.T("fault.house.why")}})},
		sample{"house-joining", HouseJoiningPage(ways(), JoiningView{HouseHead: head(HouseJoining), Action: "/house/joining", Joining: "asked", AllInvite: true, About: Field{Value: "Allotments."}, Rules: Field{Value: "Be kind.", Error: l.T("fault.house.long", "max", 5000)}, Invite: "/invitations", Ask: "https://marrow.example/join",
			Requests: []JoinRequest{{ID: "1", Name: "Lena", Address: "lena@marrow.example", Email: "lena@mail.example", Reason: "I keep bees.", Asked: ago(30), Admit: "/a", Refuse: "/n", Why: Field{Error: l.T("fault.house.why")}}, {ID: "2", Name: "Wren", Address: "wren@marrow.example", Reason: "…", Asked: ago(3), Admit: "/a2", Refuse: "/n2"}}})},
		sample{"house-closed", HouseJoiningPage(ways(), JoiningView{HouseHead: head(HouseJoining), Action: "/house/joining", Joining: "closed"})},
		sample{"house-space", Space(ways(), SpaceView{HouseHead: head(HouseSpace), Database: 40_000_000, Files: 61_000_000_000, Cache: 900, Free: 139_000_000_000, Total: 200_000_000_000, By: tenants})},
		sample{"house-servers", Servers(ways(), ServersView{HouseHead: head(HouseServers), Rows: append(hosts, well...)})},
		sample{"house-no-servers", Servers(ways(), ServersView{HouseHead: head(HouseServers)})},
		sample{"house-work", WorkPage(ways(), WorkView{HouseHead: head(HouseWork), Rows: []Work{{Does: WorkLane, Kind: "lane", Waiting: 3, Failing: 1, LastError: "dial tcp: no such host"}, {Does: WorkErrand, Kind: "errand", Running: 1}, {Does: WorkSweep, Kind: "x", Waiting: 1}, {Does: WorkForget, Kind: "y", Waiting: 1}, {Does: WorkResume, Kind: "z", Waiting: 1}, {Kind: "w", Waiting: 1}}})},
		sample{"house-doctor", Doctor(ways(), DoctorView{HouseHead: head(HouseDoctor), Again: "/house/doctor", Groups: []CheckGroup{
			{Name: l.T("doctor.find"), Lines: []Check{{CheckGood, l.T("doctor.good.certificate", "day", "2026-12-03")}, {CheckBad, l.T("fault.doctor.refused", "host", "marrow.example", "port", "443")}}},
			{Name: l.T("doctor.reach"), Lines: []Check{{CheckWarning, l.T("fault.doctor.no_mail")}, {CheckSkipped, l.T("doctor.skipped")}}},
		}})},
		sample{"house-well", Doctor(ways(), DoctorView{HouseHead: head(HouseDoctor), Again: "/house/doctor", Well: true})},
		sample{"house-backup", Backup(ways(), BackupView{HouseHead: head(HouseBackup), Action: "/house/backup", Now: "/house/backup/now", Folder: Field{Value: "/media/disk/home"}, Chosen: "/media/disk/home",
			Hours: 24, KeepCount: 7, Made: ago(30), Tried: ago(1), Copies: 3, Bytes: 61_000_000, Trouble: l.T("fault.backup.full", "folder", "/media/disk/home")})},
		sample{"house-name", HomeName(ways(), NameView{HouseHead: head(HouseName), Name: "new.example", Behind: []string{"ida@old.example", "wren@old.example"}, Along: "/house/name", Example: "origin = …",
			Old: []OldName{{Host: "older.example", Left: ago(900)}}})},
		sample{"house-no-backup", Backup(ways(), BackupView{HouseHead: head(HouseBackup), Action: "/house/backup", Hours: 24, KeepCount: 0,
			Folder: Field{Value: "copies", Error: l.T("fault.backup.relative", "folder", "copies")}, Keep: Field{Error: l.T("fault.backup.keep", "most", 60)}})},
		sample{"house-no-work", WorkPage(ways(), WorkView{HouseHead: head(HouseWork)})},
	)
}

// joinSamples are the pages before the door.
func joinSamples(l *locale.Locale, inside func(Place) Page, outside func(int) Page, wrong Field) []sample {
	features := []Feature{}
	for _, f := range []string{"federation", "apps", "feeds", "pictures", "video", "mail", "push", "passkeys", "search", "comments", "backup"} {
		features = append(features, Feature{f, Ready}, Feature{f, Partial}, Feature{f, Off})
	}
	about := AboutView{Product: "Allod", Version: "0.2.0", About: "Allotments by the sea.", Keeper: &ida, Rules: []string{"Be kind.", "Shut the gate."}, People: 4, Joining: "asked", Join: "/join",
		Languages: []Option{{"en", "English"}, {"ar", "العربية"}}, Features: features, Source: "https://www.gnu.org/licenses/agpl-3.0.html"}
	lists := []Invitation{
		{Link: "https://marrow.example/join/abc", Note: "Noor, from the market", Uses: 1, Made: now, Until: now, End: "/i/1/end"},
		{Link: "https://marrow.example/join/def", Email: "x@mail.example", By: "Kofi", Uses: 20, Used: 3, Made: now, Until: now, End: "/i/2/end", Came: []Person{kofi, noor}},
		{Uses: 1, Used: 1, Made: now, Until: now}, {Uses: 2, Made: now, Until: now, Ended: true}, {Uses: 2, Made: now, Until: now},
	}
	return []sample{
		{"sign-in-passkey", SignIn(outside(5), SignInView{Action: "/login", Next: "/", Lost: "/lost", Join: "/join", PasskeyAsk: "/login/passkey/ask", PasskeyOpen: "/login/passkey"})},
		{"join", Join(outside(3), JoinView{Action: "/join/x", By: "Ida Marrow", Hue: 3, Rules: []string{"Be kind."}, About: "/about"})},
		{"join-wrong", Join(outside(3), JoinView{Action: "/join/x", By: "Ida", Mail: true, Hue: 3, Name: wrong, Address: wrong, Email: wrong, Password: wrong, Failed: l.T("fault.invitation.over")})},
		{"join-ask", Join(outside(3), JoinView{Action: "/join", Asks: true, Began: "x-y", Reason: wrong})},
		{"invitations", Invitations(inside(PlaceSettings), InvitationsView{Action: "/invitations", Uses: Field{Value: "1"}, Days: Field{Value: "14"}, Fresh: "https://marrow.example/join/abc", List: lists})},
		{"invitations-wrong", Invitations(inside(PlaceSettings), InvitationsView{Action: "/invitations", Note: wrong, Email: wrong, Uses: wrong, Days: wrong, Failed: l.T("fault.invitation.denied")})},
		{"lost", Lost(outside(5), LostView{Action: "/lost", Keeper: "Ida"})},
		{"lost-sent", Lost(outside(5), LostView{Action: "/lost", Sent: true})},
		{"lost-alone", Lost(outside(5), LostView{})},
		{"reset", Reset(outside(5), ResetView{Action: "/lost/x", Who: "ida", Password: wrong})},
		{"porch", Porch(outside(5), PorchView{About: "Allotments by the sea.", Members: []Person{ida, noor}, More: "/about", SignIn: "/login", Join: "/join"})},
		{"porch-bare", Porch(outside(5), PorchView{More: "/about", SignIn: "/login"})},
		{"about", AboutHome(outside(5), about)},
		{"about-inside", AboutHome(inside(Nowhere), AboutView{Joining: "closed", Source: "https://x.example"})},
		{"about-invited", AboutHome(outside(5), AboutView{Joining: "invited", Source: "https://x.example"})},
	}
}
