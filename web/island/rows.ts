// The rows of a folder: arrow keys go through them, space chooses, F2 renames,
// Delete throws away, and a row is dragged onto a folder.

/** The rows of one list. */
export class Rows {
  private anchor = 0;
  private renaming = false;

  constructor(private readonly form: HTMLFormElement) {
    form.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("change", () => this.tally());
    form.addEventListener("click", (event) => this.click(event));
    this.drag();
    this.tally();
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

  /** Reports whether somebody is in the middle of something. */
  busy(): boolean {
    return this.renaming || this.boxes().some((box) => box.checked);
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
      case "ArrowUp": {
        const to = i + (event.key === "ArrowDown" ? 1 : -1);
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
            location.reload();
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
