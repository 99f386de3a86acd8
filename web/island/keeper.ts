// Keeping what is typed: in the browser at once, and at home every few seconds,
// as a draft of which there is only one. Whoever comes back goes on with it.

const pause = 2_500; // after the last key
const longest = 10_000; // while somebody types on

/** The place words are kept; a browser may refuse to keep anything. */
function store(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** What a form has kept, in this browser and at home. */
export class Keeper {
  private readonly name: string;
  private waits = 0;
  private since = 0; // when what is not yet at home was typed
  private under: Promise<void> = Promise.resolve();
  private over = false; // it is sent
  private gone = false; // the draft was posted or thrown away elsewhere: the home says so when the form is sent

  constructor(private readonly form: HTMLFormElement, private readonly text: HTMLTextAreaElement, private readonly say: (words: string | undefined) => void) {
    this.name = "draft:" + (form.dataset.draft ?? "");
    form.addEventListener("change", () => this.changed());
  }

  /** Words that were typed here and have not been sent. */
  found(): string | null {
    const words = store()?.getItem(this.name) ?? null;
    if (words === null) {
      return null;
    }
    const action = store()?.getItem(this.name + ":to") ?? "";
    if (action.startsWith("/compose?")) {
      this.form.action = action; // the same form: what it kept and posted is known by its key
    }
    const [draft, at] = (store()?.getItem(this.name + ":of") ?? "").split(" ");
    const offer = document.querySelector<HTMLElement>("[data-begun]");
    if (offer !== null && (offer.dataset.begun === draft || new URLSearchParams(action.split("?")[1]).get("key") === offer.dataset.key)) {
      if (draft && Number(offer.dataset.at) > Number(at)) {
        this.clear(); // it went on elsewhere, and is offered as it is now
        return null;
      }
      offer.remove();
    }
    if (draft) {
      this.belong(draft);
    }
    return words;
  }

  /** Notes that something was typed. */
  changed(): void {
    this.here();
    if (this.over || this.gone || this.form.dataset.save === undefined) {
      return;
    }
    const now = Date.now();
    this.since ||= now;
    clearTimeout(this.waits);
    this.waits = setTimeout(() => void this.home(), Math.max(0, Math.min(pause, this.since + longest - now)));
  }

  /** Keeps the words in the browser. */
  here(): void {
    if (this.over || !this.form.isConnected) {
      return;
    }
    try {
      if (this.text.value.trim() === "") {
        store()?.removeItem(this.name);
      } else {
        store()?.setItem(this.name, this.text.value);
        store()?.setItem(this.name + ":to", this.form.getAttribute("action") ?? "");
        this.say(this.form.dataset.kept);
      }
    } catch {
      // A full or forbidden store keeps nothing; the words are still on the page.
    }
  }

  /** Keeps the form at home, one time after another. */
  home(leaving = false): Promise<void> {
    clearTimeout(this.waits);
    if (this.over || this.since === 0 || !this.form.isConnected) {
      return this.under;
    }
    this.since = 0;
    this.under = leaving ? this.put(true) : this.under.then(() => this.put(false));
    return this.under;
  }

  private async put(leaving: boolean): Promise<void> {
    if (this.over) {
      return;
    }
    if (this.empty()) {
      await this.drop();
      return;
    }
    const fields = new FormData();
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string") { // pictures travel with the post
        fields.append(name, value);
      }
    }
    fields.set("keep", "true");
    try {
      const answer = await fetch(this.form.action, { method: "POST", body: fields, headers: { "X-Fragment": "1" }, keepalive: leaving, signal: AbortSignal.timeout(8_000) });
      const words = await answer.text();
      if (answer.status === 404) {
        this.gone = true;
      } else if (answer.ok && !answer.redirected) {
        const field = new DOMParser().parseFromString(words, "text/html").querySelector<HTMLInputElement>("input[name=draft]");
        if (field !== null) {
          this.belong(field.value);
          store()?.setItem(this.name + ":of", field.value + " " + (field.dataset.at ?? ""));
          this.say(this.form.dataset.save);
        }
      }
    } catch {
      // The home is away; the words are in the browser, and are brought with the next key.
    }
  }

  /** Reports whether nothing is written, and nothing else is there that would be lost. */
  private empty(): boolean {
    const also = /^(title|summary|warning|named|held-\d+|poll-option-\d+)$/;
    return this.text.value.trim() === "" && [...new FormData(this.form)].every(([name, value]) => !also.test(name) || value === "");
  }

  /** Has the form be of a draft. */
  private belong(draft: string): void {
    let field = this.form.querySelector<HTMLInputElement>("input[name=draft]");
    if (field === null) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = "draft";
      this.form.prepend(field);
    }
    field.value = draft;
  }

  /** Throws away what was kept of this form as it was typed. */
  async drop(): Promise<void> {
    const draft = store()?.getItem(this.name + ":of")?.split(" ")[0];
    this.clear();
    if (!draft) {
      return;
    }
    this.form.querySelector("input[name=draft]")?.remove();
    await fetch((this.form.dataset.drafts ?? "") + draft + "/drop", { method: "POST", headers: { "X-Fragment": "1" } }).catch(() => undefined);
  }

  /** Waits for what is under way, so that nothing arrives after the form. */
  async settle(): Promise<void> {
    clearTimeout(this.waits);
    this.since = 0;
    await this.under;
  }

  /** Forgets the words: they were sent. */
  done(): void {
    this.over = true;
    this.clear();
    const draft = this.form.querySelector<HTMLInputElement>("input[name=draft]")?.value;
    const kept = store();
    if (!draft || kept === null) {
      return;
    }
    for (const name of Object.keys(kept)) { // of the same draft, begun on another page
      if (name.endsWith(":of") && kept.getItem(name)?.split(" ")[0] === draft) {
        kept.removeItem(name);
        kept.removeItem(name.slice(0, -3));
        kept.removeItem(name.slice(0, -3) + ":to");
      }
    }
  }

  private clear(): void {
    store()?.removeItem(this.name);
    store()?.removeItem(this.name + ":of");
    store()?.removeItem(this.name + ":to");
  }
}
