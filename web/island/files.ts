// Folders with a keyboard and a mouse: files are dropped, pasted and sent in
// pieces, rows are chosen, renamed and moved. Everything here is a form too.
import { Rows } from "./rows";
import { Uploads } from "./upload";

function start(): void {
  const list = document.querySelector<HTMLFormElement>("form[data-files]");
  const rows = list === null ? null : new Rows(list);
  const place = document.querySelector<HTMLElement>("[data-uploads]");
  if (place !== null) {
    new Uploads(place, () => void refresh(rows));
  }
}

/** Draws the list anew, unless somebody is in the middle of something there. */
async function refresh(rows: Rows | null): Promise<void> {
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
  here.replaceWith(fresh);
  const list = document.querySelector<HTMLFormElement>("form[data-files]");
  if (list !== null) {
    new Rows(list);
  }
}

start();
