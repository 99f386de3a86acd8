// The rows of a folder: arrow keys go through them, space chooses, F2 renames,
// Delete throws away, and a row is dragged onto a folder.

const wayKey = "files.as";

/** How rows were last looked at in this browser. */
function recall(): string | null {
  try {
    return localStorage.getItem(wayKey);
  } catch {
    return null; // a browser may keep nothing
  }
}

function remember(way: string): void {
  try {
    localStorage.setItem(wayKey, way);
  } catch {
    return; // a browser may keep nothing
  }
}

/** The rows of one list. */
export class Rows {
  private anchor = 0;
  private renaming = false;

  constructor(private readonly form: HTMLFormElement, private readonly changed: () => Promise<void>) {
    form.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("change", () => this.tally());
    form.addEventListener("click", (event) => this.click(event));
    this.drag();
    this.tally();
    this.look();
    document.addEventListener("keydown", (event) => {
      const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea, select, dialog") !== null;
      if (event.key === "/" && !typing && form.isConnected) {
        const seek = document.querySelector<HTMLInputElement>("[data-seek] input[type=search]");
        if (seek !== null) {
          event.preventDefault();
          seek.focus();
        }
      }
    });
  }

  /** Shows the rows as they were last looked at here: in a list or a grid. */
  private look(): void {
    const ways = this.form.querySelectorAll<HTMLInputElement>("[data-as] input");
    const last = recall();
    for (const way of ways) {
      way.checked = way.checked || way.value === last;
      way.addEventListener("change", () => remember(way.value));
    }
  }

  /** How many rows stand beside each other. */
  private across(): number {
    const rows = this.rows();
    const first = rows[0]?.offsetTop;
    const n = rows.findIndex((row) => row.offsetTop !== first);
    return n < 0 ? Math.max(rows.length, 1) : n;
  }

  /** Reports whether something is being renamed. */
  busy(): boolean {
    return this.renaming;
  }

  /** The numbers of what is chosen. */
  chosen(): string[] {
    return this.boxes().filter((box) => box.checked).map((box) => box.value);
  }

  /** Chooses what has one of the numbers. */
  mark(numbers: string[]): void {
    this.boxes().forEach((box) => (box.checked = numbers.includes(box.value)));
    this.tally();
  }

  private rows(): HTMLElement[] {
    return [...this.form.querySelectorAll<HTMLElement>(".files > li")];
  }

  private boxes(): HTMLInputElement[] {
    return [...this.form.querySelectorAll<HTMLInputElement>(".files input[type=checkbox]")];
  }

  private box(row: HTMLElement | undefined): HTMLInputElement | null {
    return row?.querySelector<HTMLInputElement>("input[type=checkbox]") ?? null;
  }

  private at(): number {
    const row = document.activeElement?.closest<HTMLElement>(".files > li") ?? null;
    return row === null ? -1 : this.rows().indexOf(row);
  }

  private go(to: number): void {
    const rows = this.rows();
    const row = rows[Math.max(0, Math.min(to, rows.length - 1))];
    row?.querySelector<HTMLElement>("a.name")?.focus();
  }

  private choose(i: number, on: boolean): void {
    const box = this.box(this.rows()[i]);
    if (box !== null) {
      box.checked = on;
    }
  }

  private tally(): void {
    const n = this.boxes().filter((box) => box.checked).length;
    const place = this.form.querySelector<HTMLElement>("[data-chosen]");
    if (place !== null) {
      place.hidden = n === 0;
      place.textContent = new Intl.NumberFormat(document.documentElement.lang).format(n);
    }
  }

  private click(event: MouseEvent): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>(".files > li") : null;
    const box = event.target;
    if (row === null || !(box instanceof HTMLInputElement) || box.type !== "checkbox") {
      return;
    }
    const i = this.rows().indexOf(row);
    if (event.shiftKey) {
      for (let n = Math.min(i, this.anchor); n <= Math.max(i, this.anchor); n++) {
        this.choose(n, box.checked);
      }
      this.tally();
    }
    this.anchor = i;
  }

  private key(event: KeyboardEvent): void {
    const i = this.at();
    if (i < 0 || this.renaming || event.altKey) {
      return;
    }
    const all = event.ctrlKey || event.metaKey;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
      case "ArrowLeft":
      case "ArrowRight": {
        const to = i + this.step(event.key);
        if (to === i) {
          return;
        }
        if (event.shiftKey) {
          this.choose(i, true);
          this.choose(to, true);
        }
        this.go(to);
        break;
      }
      case "Home":
        this.go(0);
        break;
      case "End":
        this.go(this.rows().length - 1);
        break;
      case " ":
        if (event.target instanceof HTMLInputElement) {
          return; // it is the box itself
        }
        this.choose(i, !(this.box(this.rows()[i])?.checked ?? false));
        this.anchor = i;
        break;
      case "a":
        if (!all) {
          return;
        }
        this.boxes().forEach((box) => (box.checked = true));
        break;
      case "Escape":
        this.boxes().forEach((box) => (box.checked = false));
        break;
      case "F2":
        this.rename(i);
        break;
      case "Delete":
        if (!this.boxes().some((box) => box.checked)) {
          this.choose(i, true);
        }
        this.press("trash");
        break;
      default:
        return;
    }
    event.preventDefault();
    this.tally();
  }

  /** How many rows further an arrow leads: beside, or below, in a grid. */
  private step(key: string): number {
    const across = this.form.querySelector<HTMLInputElement>("#as-grid")?.checked === true ? this.across() : 0;
    const ahead = getComputedStyle(this.form).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    switch (key) {
      case "ArrowDown":
        return Math.max(across, 1);
      case "ArrowUp":
        return -Math.max(across, 1);
      default:
        return across === 0 ? 0 : key === ahead ? 1 : -1;
    }
  }

  /** Presses the button that does something with what is chosen. */
  private press(what: string): void {
    const button = this.form.querySelector<HTMLButtonElement>(`button[name=do][value=${what}]`);
    if (button !== null) {
      this.form.requestSubmit(button);
    }
  }

  /** Has a row be called otherwise where it stands. */
  private rename(i: number): void {
    const row = this.rows()[i];
    const link = row?.querySelector<HTMLAnchorElement>("a.name");
    const number = this.box(row)?.value;
    if (row === undefined || !link || !number) {
      return;
    }
    this.renaming = true;
    const old = link.textContent ?? "";
    const input = document.createElement("input");
    input.className = "input";
    input.value = old;
    input.dir = "auto";
    input.setAttribute("form", ""); // Enter sends the name alone
    input.setAttribute("aria-label", this.form.dataset.called ?? "");
    const wrong = document.createElement("p");
    wrong.className = "wrong";
    wrong.setAttribute("role", "alert");
    link.hidden = true;
    link.after(input, wrong);
    input.focus();
    const dot = old.lastIndexOf(".");
    input.setSelectionRange(0, dot > 0 ? dot : old.length);
    const leave = (): void => {
      this.renaming = false;
      input.remove();
      wrong.remove();
      link.hidden = false;
      link.focus();
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") {
        leave();
      } else if (event.key === "Enter") {
        event.preventDefault();
        void this.call(number, input.value).then((why) => {
          if (why === "") {
            leave();
            void this.changed().then(() => document.querySelector<HTMLElement>(`#f-${number} a.name`)?.focus());
          } else {
            wrong.textContent = why;
            input.setAttribute("aria-invalid", "true");
          }
        });
      }
    });
  }

  /** Sends another name, and returns what is wrong with it. */
  private async call(number: string, name: string): Promise<string> {
    try {
      const answer = await fetch(`/file/${number}/name`, { method: "POST", body: new URLSearchParams({ name }), headers: { "X-Fragment": "1" } });
      if (answer.status === 204) {
        return "";
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      return page.querySelector(".wrong")?.textContent?.trim() || (this.form.dataset.unreached ?? "");
    } catch {
      return this.form.dataset.unreached ?? "";
    }
  }

  /** Lets rows be dragged onto folders. */
  private drag(): void {
    for (const row of this.rows()) {
      const box = this.box(row);
      row.draggable = true;
      row.addEventListener("dragstart", (event) => {
        if (box !== null && !box.checked) {
          this.boxes().forEach((other) => (other.checked = false));
          box.checked = true;
        }
        this.tally();
        event.dataTransfer?.setData("text/x-files", "rows");
      });
      if (!row.hasAttribute("data-folder")) {
        continue;
      }
      row.addEventListener("dragover", (event) => {
        if (event.dataTransfer?.types.includes("text/x-files") && box?.checked !== true) {
          event.preventDefault();
          row.classList.add("onto");
        }
      });
      row.addEventListener("dragleave", () => row.classList.remove("onto"));
      row.addEventListener("drop", (event) => {
        row.classList.remove("onto");
        if (event.dataTransfer?.types.includes("text/x-files") && box !== null && !box.checked) {
          event.preventDefault();
          this.into(box.value);
        }
      });
    }
  }

  /** Moves what is chosen into a folder. */
  private into(number: string): void {
    for (const [name, value] of [["into", number], ["do", "move"]] as const) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      this.form.append(field);
    }
    this.form.submit();
  }
}
