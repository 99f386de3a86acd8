// The composer keeps what is typed until it is sent, counts, shows the pictures
// chosen, and does not lose the page when the home cannot be reached.
import { count } from "./count";
import { Keeper } from "./keeper";
import { preview, receive } from "./picture";

/** Everything the composer of one form does. */
class Composer {
  private readonly text: HTMLTextAreaElement;
  private readonly keeper: Keeper;

  constructor(private readonly form: HTMLFormElement, text: HTMLTextAreaElement) {
    this.text = text;
    this.keeper = new Keeper(form, text, (words) => this.say(words));
    this.restore();
    this.tally();
    text.addEventListener("input", () => this.typed());
    text.addEventListener("paste", (event) => {
      if (receive(form, event.clipboardData?.files)) {
        event.preventDefault();
      }
    });
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        form.requestSubmit();
      }
    });
    form.addEventListener("change", (event) => {
      if (event.target instanceof HTMLInputElement && event.target.type === "file") {
        void preview(event.target);
      }
    });
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => {
      if (receive(form, event.dataTransfer?.files)) {
        event.preventDefault();
      }
    });
    form.addEventListener("focusin", () => form.classList.add("awake"));
    form.classList.toggle("awake", text.value !== "");
    form.addEventListener("submit", (event) => {
      if (event.submitter?.hasAttribute("data-plain")) {
        this.keeper.here(); // and on to the page that answers
        return;
      }
      event.preventDefault();
      void this.send(event.submitter);
    });
    addEventListener("pagehide", () => {
      this.keeper.here();
      void this.keeper.home(true);
    });
    for (const place of form.querySelectorAll<HTMLButtonElement>("button[data-insert]")) {
      place.hidden = false;
      place.addEventListener("click", () => this.insert(place.dataset.insert ?? ""));
    }
  }

  /** Puts a picture's name into the words, on a line of its own. */
  private insert(words: string): void {
    const { value, selectionStart: at } = this.text;
    const before = at === 0 || value.slice(0, at).endsWith("\n\n") ? "" : "\n\n";
    this.text.setRangeText(before + words + "\n\n", at, this.text.selectionEnd, "end");
    this.text.focus();
    this.typed();
  }

  /** Puts back what was typed before, unless the page came with words of its own. */
  private restore(): void {
    const words = this.text.value === "" ? this.keeper.found() : null;
    if (!words) {
      return;
    }
    this.text.value = words;
    const line = document.createElement("p");
    line.className = "hint row";
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "button plain";
    discard.textContent = this.form.dataset.discard ?? "";
    discard.addEventListener("click", () => {
      this.text.value = "";
      void this.keeper.drop();
      this.tally();
      line.remove();
      this.text.focus();
    });
    line.append(this.form.dataset.again ?? "", discard);
    this.text.after(line);
  }

  private typed(): void {
    this.tally();
    this.keeper.changed();
  }

  private say(words: string | undefined): void {
    const place = this.form.querySelector("[data-kept]");
    if (place !== null && words) {
      place.textContent = words;
    }
  }

  /** Says how much room is left once it gets short. */
  private tally(): void {
    const place = this.form.querySelector<HTMLElement>("[data-count]");
    const longest = Number(this.text.dataset.longest);
    if (place === null || !longest) {
      return;
    }
    const left = longest - [...this.text.value].length;
    place.hidden = left > longest / 10;
    place.classList.toggle("left-over", left < 0);
    place.textContent = left < 0 ? count(this.form, "over-", -left) : count(this.form, "left-", left);
  }

  /** Sends the form and goes where the answer leads, or shows what it says. */
  private async send(button: HTMLElement | null): Promise<void> {
    if (this.form.hasAttribute("aria-busy")) {
      return;
    }
    this.keeper.here();
    this.form.setAttribute("aria-busy", "true");
    button?.setAttribute("aria-busy", "true");
    this.say(this.form.dataset.sending);
    await this.keeper.settle();
    try {
      const answer = await fetch(this.form.action, { method: "POST", body: new FormData(this.form, button) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok && answer.redirected) {
        this.go(answer.url, page);
        return;
      }
      this.show(page);
    } catch {
      this.lost();
    }
    this.form.removeAttribute("aria-busy");
    button?.removeAttribute("aria-busy");
  }

  /** Goes on to where the answer led. Unless that is the door, the words have arrived. */
  private go(address: string, page: Document): void {
    if (page.querySelector("main.door") === null) {
      this.keeper.done();
    }
    location.assign(address);
  }

  /** Puts the page that was answered in place of this one. */
  private show(answer: Document): void {
    const page = answer.querySelector("main");
    const here = document.querySelector("main");
    if (page === null || here === null) {
      this.lost();
      return;
    }
    here.replaceWith(page);
    start();
    const first = document.querySelector<HTMLElement>("[aria-invalid], [role=alert], #preview");
    first?.scrollIntoView({ block: "center" });
    first?.focus();
  }

  /** Says that the home was not reached and that nothing is lost. */
  private lost(): void {
    this.form.querySelector(".unreached")?.remove();
    const note = document.createElement("div");
    note.className = "note bad-note told unreached";
    note.setAttribute("role", "alert");
    const title = document.createElement("b");
    title.textContent = this.form.dataset.lost ?? "";
    const detail = document.createElement("span");
    detail.textContent = this.form.dataset.lostWhy ?? "";
    note.append(title, detail);
    this.text.before(note);
    this.say(this.form.dataset.kept);
  }
}

function start(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
    const text = form.querySelector<HTMLTextAreaElement>("textarea[name=text]");
    if (text !== null) {
      new Composer(form, text);
    }
  }
}

start();
