// Notifications of this browser: browsers hand out where they are reached to
// scripts alone. A marked form asks the browser for it and then is sent as it
// is. Where that cannot be, one of the sentences of the page says why.

const place = document.querySelector<HTMLElement>("[data-push]");

/** Shows one of the sentences, or the form. */
function say(what: string): void {
  for (const part of place?.querySelectorAll<HTMLElement>("[data-say]") ?? []) {
    part.hidden = part.dataset.say !== what;
  }
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

function same(a: ArrayBuffer | null | undefined, b: Uint8Array): boolean {
  return a != null && new Uint8Array(a).toString() === b.toString();
}

/** Where this browser is reached, for the home's key. */
async function reached(key: Uint8Array<ArrayBuffer>): Promise<PushSubscription> {
  await navigator.serviceWorker.register("/worker.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  const known = await pushManager.getSubscription();
  if (known !== null && same(known.options.applicationServerKey, key)) {
    return known;
  }
  await known?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function turnOn(form: HTMLFormElement): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") {
    say("denied");
    return;
  }
  const { endpoint, keys } = (await reached(bytes(place?.dataset.push ?? ""))).toJSON();
  const given: Record<string, string | undefined> = { endpoint, key: keys?.["p256dh"], secret: keys?.["auth"] };
  for (const [name, value] of Object.entries(given)) {
    form.querySelector<HTMLInputElement>(`[name="${name}"]`)!.value = value ?? "";
  }
  form.submit();
}

if (place !== null) {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    say("unable");
  } else if (Notification.permission === "denied") {
    say("denied");
  } else {
    say("form");
  }
  for (const form of place.querySelectorAll<HTMLFormElement>("form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      const failed = form.querySelector<HTMLElement>("[data-failed]");
      if (button === null || failed === null || button.hasAttribute("aria-busy")) {
        return;
      }
      failed.hidden = true;
      button.setAttribute("aria-busy", "true");
      turnOn(form)
        .catch(() => {
          failed.hidden = false;
        })
        .finally(() => button.removeAttribute("aria-busy"));
    });
  }
}

export {};
