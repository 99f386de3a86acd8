// The worker of the home in a browser: it shows what the home pushes, and opens
// the page it is about. It stands at /worker.js, answers for no page, keeps
// nothing, and speaks to the home alone.

interface Told {
  title: string;
  body: string;
  lang: string;
  dir: NotificationDirection;
  icon?: string;
  tag: string;
  url: string;
  stop?: string;
  stop_url?: string;
  confirm?: string;
}

interface Lasting extends Event {
  waitUntil(what: Promise<unknown>): void;
}
interface Pushed extends Lasting {
  data: { json(): unknown } | null;
}
interface Clicked extends Lasting {
  action: string;
  notification: Notification;
}
interface Changed extends Lasting {
  oldSubscription: PushSubscription | null;
  newSubscription: PushSubscription | null;
}
interface Scope extends EventTarget {
  location: Location;
  registration: ServiceWorkerRegistration;
  clients: {
    matchAll(o: { type: "window"; includeUncontrolled: boolean }): Promise<{ url: string; focus(): Promise<unknown> }[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
}

const home = self as unknown as Scope;

/** Shows what was pushed. Where the home wants to know that it came, it is told. */
async function show(t: Told): Promise<void> {
  const options: NotificationOptions & { actions?: { action: string; title: string }[] } = {
    body: t.body, lang: t.lang, dir: t.dir, tag: t.tag, data: { url: t.url, stop: t.stop_url },
  };
  if (t.icon) {
    options.icon = t.icon;
  }
  if (t.stop && t.stop_url) {
    options.actions = [{ action: "stop", title: t.stop }];
  }
  const jobs: Promise<unknown>[] = [home.registration.showNotification(t.title, options)];
  if (t.confirm && new URL(t.confirm, home.location.href).origin === home.location.origin) {
    jobs.push(fetch(t.confirm, { method: "POST", credentials: "omit" }));
  }
  await Promise.all(jobs);
}

/** Opens the page of a notification, in its own window if there is one. */
async function open(to: string): Promise<void> {
  const url = new URL(to, home.location.href).href;
  for (const window of await home.clients.matchAll({ type: "window", includeUncontrolled: true })) {
    if (window.url === url) {
      await window.focus();
      return;
    }
  }
  await home.clients.openWindow(url);
}

/** Tells the home where this browser is reached now. */
async function moved(e: Changed): Promise<void> {
  const old = e.oldSubscription;
  if (old === null) {
    return;
  }
  const fresh = e.newSubscription ?? (await home.registration.pushManager.subscribe(old.options as PushSubscriptionOptionsInit));
  const { endpoint, keys } = fresh.toJSON();
  await fetch("/push/moved", {
    method: "POST",
    credentials: "omit",
    body: new URLSearchParams({ old: old.endpoint, endpoint: endpoint ?? "", key: keys?.["p256dh"] ?? "", secret: keys?.["auth"] ?? "" }),
  });
}

home.addEventListener("install", (e) => (e as Lasting).waitUntil(home.skipWaiting()));
home.addEventListener("push", (e) => {
  const pushed = e as Pushed;
  if (pushed.data !== null) {
    pushed.waitUntil(show(pushed.data.json() as Told));
  }
});
home.addEventListener("notificationclick", (e) => {
  const clicked = e as Clicked;
  const to = clicked.notification.data as { url: string; stop?: string };
  clicked.notification.close();
  clicked.waitUntil(open(clicked.action === "stop" && to.stop ? to.stop : to.url));
});
home.addEventListener("pushsubscriptionchange", (e) => (e as Changed).waitUntil(moved(e as Changed)));

export {};
