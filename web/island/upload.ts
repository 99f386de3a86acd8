// Files on their way in: each in pieces of 8 MiB, a few at once. A line that
// breaks is waited for; a file chosen again goes on where it stopped.

const piece = 8 * 1024 * 1024;
const atOnce = 3;
const waits = [1, 2, 5, 10, 30]; // seconds

/** How another file of the name is treated. "" has not been asked. */
type Clash = "" | "beside" | "replace" | "skip";

/** What a file was called and how far it came, kept over a reload. */
interface Begun {
  key: string;
  name: string;
  size: number;
}

class Stopped extends Error {}

/** One file on its way. */
class Upload {
  readonly row = document.createElement("div");
  private readonly state = document.createElement("span");
  private readonly bar = document.createElement("progress");
  private readonly pause = document.createElement("button");
  private readonly cancel = document.createElement("button");
  private held = false;
  private ended = false;
  private abort = new AbortController();
  private wake: (() => void) | null = null;

  constructor(private readonly room: Uploads, readonly file: File, readonly name: string) {
    this.row.className = "upload";
    const words = document.createElement("span");
    const title = document.createElement("bdi");
    title.textContent = name;
    const strong = document.createElement("b");
    strong.append(title);
    this.state.className = "quiet";
    words.append(strong, " ", this.state);
    for (const [button, label, press] of [
      [this.pause, "pause", () => this.toggle()],
      [this.cancel, "cancel", () => this.end()],
    ] as const) {
      button.type = "button";
      button.textContent = room.word(label);
      button.addEventListener("click", press);
    }
    this.bar.max = Math.max(file.size, 1);
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", name);
    const buttons = document.createElement("span");
    buttons.className = "row";
    buttons.append(this.pause, this.cancel);
    this.row.append(words, buttons, this.bar);
    this.say(room.word("waiting"));
  }

  private say(words: string): void {
    this.state.textContent = words;
  }

  private toggle(): void {
    this.held = !this.held;
    this.pause.textContent = this.room.word(this.held ? "resume" : "pause");
    if (this.held) {
      this.abort.abort();
      this.say(this.room.word("paused"));
    } else {
      this.wake?.();
    }
  }

  private end(): void {
    this.ended = true;
    this.abort.abort();
    this.wake?.();
  }

  /** Waits for seconds, for the line to be back, or to be asked to go on. */
  private pauseFor(seconds: number): Promise<void> {
    return new Promise((done) => {
      const go = (): void => {
        clearTimeout(timer);
        removeEventListener("online", go);
        this.wake = null;
        done();
      };
      const timer = seconds > 0 ? setTimeout(go, seconds * 1000) : undefined;
      addEventListener("online", go);
      this.wake = go;
    });
  }

  /** Sends the file, however often the line breaks. It reports whether it was kept. */
  async run(): Promise<boolean> {
    const key = await keyOf(this.room.number, this.name, this.file);
    let clash: Clash = "";
    for (let tries = 0; !this.ended; ) {
      if (this.held) {
        await this.pauseFor(0);
        continue;
      }
      this.abort = new AbortController();
      try {
        const answer = await this.rest(key, clash, () => (tries = 0));
        if (answer === null || answer.ok) {
          this.done(key, this.room.word("kept"), "kept");
          return true;
        }
        if (answer.status === 409 && clash === "") {
          clash = await this.room.ask(this.name);
          continue;
        }
        if (answer.status === 429 || answer.status >= 502) {
          throw new Stopped();
        }
        this.done(key, await answer.text(), "failed");
        return false;
      } catch {
        if (this.held || this.ended) {
          continue;
        }
        this.say(this.room.word("lost"));
        await this.pauseFor(waits[Math.min(tries++, waits.length - 1)] ?? 30);
      }
    }
    void fetch(this.room.address("unsend", { upload: key }), { method: "POST" });
    this.done(key, this.room.word("canceled"), "canceled");
    return false;
  }

  /** Sends what has not come yet. */
  private async rest(key: string, clash: Clash, moved: () => void): Promise<Response | null> {
    const size = this.file.size;
    const about = { name: this.name, size: String(size), modified: String(this.file.lastModified), clash, upload: key };
    let from = 0;
    if (size > piece) {
      const sent = await fetch(this.room.address("sent", { upload: key }), { signal: this.abort.signal });
      from = sent.ok ? Number(sent.headers.get("Upload-Offset") ?? 0) : 0;
      from = from >= size ? Math.floor((size - 1) / piece) * piece : from;
      this.room.remember({ key, name: this.name, size });
    }
    for (;;) {
      const part = this.file.slice(from, from + piece);
      const answer = await this.post(this.room.address("send", { ...about, from: String(from) }), part, from);
      if (!answer.ok) {
        return answer;
      }
      moved();
      from += part.size;
      if (from >= size) {
        return null;
      }
    }
  }

  /** Posts bytes and shows how they go; fetch cannot tell. */
  private post(address: string, body: Blob, from: number): Promise<Response> {
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      request.open("POST", address);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", (event) => this.at(from + event.loaded));
      request.addEventListener("load", () => {
        if (request.status === 0) {
          fail(new Stopped());
        } else {
          done(new Response(request.status === 204 ? null : request.responseText, { status: request.status }));
        }
      });
      for (const kind of ["error", "abort", "timeout"]) {
        request.addEventListener(kind, () => fail(new Stopped()));
      }
      this.abort.signal.addEventListener("abort", () => request.abort());
      request.send(body);
    });
  }

  private at(bytes: number): void {
    this.bar.value = bytes;
    this.say(new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(Math.min(bytes / this.bar.max, 1)));
  }

  private done(key: string, words: string, how: string): void {
    this.room.forget(key);
    this.bar.remove();
    this.pause.parentElement?.remove();
    this.row.dataset.how = how;
    this.say(words);
    if (how === "failed") {
      this.state.className = "wrong";
    }
  }
}

/** All files on their way into one folder. */
export class Uploads {
  readonly number: string;
  private readonly list: HTMLElement;
  private readonly queue: Upload[] = [];
  private running = 0;
  private same: Clash = "";
  private asking: Promise<unknown> = Promise.resolve();

  constructor(private readonly place: HTMLElement, private readonly changed: () => void) {
    this.number = place.dataset.uploads ?? "";
    this.list = place.querySelector("[data-rows]") ?? place;
    for (const input of document.querySelectorAll<HTMLInputElement>("[data-add] input[type=file]")) {
      input.addEventListener("change", () => {
        this.take([...(input.files ?? [])].map((file) => ({ file, name: file.webkitRelativePath || file.name })));
        input.value = "";
        input.closest("details")?.removeAttribute("open");
      });
    }
    for (const plain of document.querySelectorAll<HTMLElement>("[data-add] [data-plain]")) {
      plain.hidden = true;
    }
    addEventListener("dragover", (event) => this.over(event));
    addEventListener("dragleave", (event) => event.relatedTarget === null && this.lit(false));
    addEventListener("drop", (event) => void this.drop(event));
    addEventListener("paste", (event) => this.paste(event));
    addEventListener("beforeunload", (event) => this.running > 0 && event.preventDefault());
    this.recall();
  }

  word(name: string): string {
    return this.place.dataset[name] ?? "";
  }

  address(act: string, about: Record<string, string>): string {
    return `/file/${this.number}/${act}?${new URLSearchParams(about).toString()}`;
  }

  private lit(on: boolean): void {
    document.documentElement.classList.toggle("dropping", on);
  }

  private over(event: DragEvent): void {
    if (event.dataTransfer?.types.includes("Files")) {
      event.preventDefault();
      this.lit(true);
    }
  }

  private async drop(event: DragEvent): Promise<void> {
    if (!event.dataTransfer?.types.includes("Files")) {
      return;
    }
    event.preventDefault();
    this.lit(false);
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry());
    const plain = [...event.dataTransfer.files];
    const found: { file: File; name: string }[] = [];
    for (const entry of entries) {
      if (entry !== null) {
        await gather(entry, "", found);
      }
    }
    this.take(found.length > 0 ? found : plain.map((file) => ({ file, name: file.name })));
  }

  private paste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0 && !(event.target instanceof HTMLTextAreaElement)) {
      event.preventDefault();
      this.take(files.map((file) => ({ file, name: file.name })));
    }
  }

  private take(all: { file: File; name: string }[]): void {
    if (all.length === 0) {
      return;
    }
    this.place.hidden = false;
    for (const { file, name } of all) {
      const upload = new Upload(this, file, name);
      for (const row of this.list.querySelectorAll<HTMLElement>("[data-begun]")) {
        if (row.dataset.begun === name) {
          row.remove();
        }
      }
      this.list.append(upload.row);
      this.queue.push(upload);
    }
    this.go();
  }

  private go(): void {
    while (this.running < atOnce && this.queue.length > 0) {
      const next = this.queue.shift();
      this.running++;
      void next?.run().then(() => {
        this.running--;
        this.go();
        if (this.running === 0) {
          this.same = "";
          this.changed();
        }
      });
    }
  }

  /** Asks what becomes of a file where another of its name is, one question at a time. */
  ask(name: string): Promise<Clash> {
    const answer = this.asking.then(() => this.same || this.question(name));
    this.asking = answer;
    return answer;
  }

  private question(name: string): Promise<Clash> {
    const dialog = document.querySelector<HTMLDialogElement>("dialog[data-clash]");
    if (dialog === null) {
      return Promise.resolve("beside");
    }
    const title = dialog.querySelector("[data-name]");
    if (title !== null) {
      title.textContent = name;
    }
    return new Promise((done) => {
      dialog.returnValue = "";
      dialog.addEventListener(
        "close",
        () => {
          const chosen = dialog.returnValue;
          const clash: Clash = chosen === "replace" || chosen === "beside" ? chosen : "skip";
          if (dialog.querySelector<HTMLInputElement>("[name=same]")?.checked) {
            this.same = clash;
          }
          done(clash);
        },
        { once: true },
      );
      dialog.showModal();
    });
  }

  private kept(): Begun[] {
    try {
      return JSON.parse(localStorage.getItem(`uploads ${this.number}`) ?? "[]") as Begun[];
    } catch {
      return [];
    }
  }

  private store(all: Begun[]): void {
    try {
      localStorage.setItem(`uploads ${this.number}`, JSON.stringify(all));
    } catch {
      // then it is not told after a reload, and still goes on when the file is chosen again
    }
  }

  remember(one: Begun): void {
    this.store([...this.kept().filter((b) => b.key !== one.key), one]);
  }

  forget(key: string): void {
    this.store(this.kept().filter((b) => b.key !== key));
  }

  /** Tells of files that were on their way when the page was left. */
  private recall(): void {
    for (const one of this.kept()) {
      void fetch(this.address("sent", { upload: one.key })).then((answer) => {
        if (!answer.headers.has("Upload-Offset")) {
          this.forget(one.key);
          return;
        }
        this.place.hidden = false;
        const row = document.createElement("div");
        row.className = "upload";
        row.dataset.begun = one.name;
        const words = document.createElement("span");
        const title = document.createElement("bdi");
        title.textContent = one.name;
        const strong = document.createElement("b");
        strong.append(title);
        words.append(strong, " ", this.word("again"));
        const drop = document.createElement("button");
        drop.type = "button";
        drop.textContent = this.word("cancel");
        drop.addEventListener("click", () => {
          this.forget(one.key);
          row.remove();
          void fetch(this.address("unsend", { upload: one.key }), { method: "POST" });
        });
        const bar = document.createElement("progress");
        bar.max = one.size;
        bar.value = Number(answer.headers.get("Upload-Offset") ?? 0);
        bar.setAttribute("aria-label", one.name);
        row.append(words, drop, bar);
        this.list.append(row);
      });
    }
  }
}

/** The same file is called the same, so that it goes on where it stopped. */
async function keyOf(folder: string, name: string, file: File): Promise<string> {
  const words = new TextEncoder().encode([folder, name, file.size, file.lastModified].join("\n"));
  if (!("subtle" in crypto)) { // a home at an address without https
    let sum = 0n;
    for (const byte of words) {
      sum = (sum * 1099511628211n + BigInt(byte)) & ((1n << 64n) - 1n);
    }
    return `web-${sum.toString(36)}`;
  }
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", words));
  return `web-${[...sum.slice(0, 16)].map((b) => b.toString(16).padStart(2, "0")).join("")}`;
}

/** The files of a dropped folder, with their paths. */
async function gather(entry: FileSystemEntry, path: string, into: { file: File; name: string }[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
    into.push({ file, name: path + file.name });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) { // it answers in parts
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) {
      return;
    }
    for (const one of some) {
      await gather(one, `${path}${entry.name}/`, into);
    }
  }
}
