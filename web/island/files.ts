// Folders with a keyboard and a mouse: files are dropped, pasted and sent in
// pieces, rows are chosen, renamed and moved. Everything here is a form too.
import { Rows } from "./rows";
import { Uploads } from "./upload";

let rows: Rows | null = null;

function start(): void {
  begin();
  const place = document.querySelector<HTMLElement>("[data-uploads]");
  if (place !== null) {
    new Uploads(place, () => void refresh());
  }
}

/** Takes the list that the page shows in hand. */
function begin(): void {
  const list = document.querySelector<HTMLFormElement>("form[data-files]");
  rows = list === null ? null : new Rows(list, refresh);
}

/** Draws the list anew, unless something in it is being renamed. What is chosen stays so. */
async function refresh(): Promise<void> {
  if (rows?.busy() === true) {
    return;
  }
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-list]");
  const here = document.querySelector("[data-list]");
  if (!answer.ok || fresh === null || here === null) {
    return;
  }
  const chosen = rows?.chosen() ?? [];
  here.replaceWith(fresh);
  begin();
  rows?.mark(chosen);
}

start();
