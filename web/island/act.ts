// Forms of one button are sent without leaving the page: the answer is the
// same form in its new state. Whatever goes wrong, the form is sent plainly.

/** Sends a form and puts the answer in its place. */
async function act(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  const place = form.closest<HTMLElement>("[data-swap]") ?? form;
  place.setAttribute("aria-busy", "true");
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(fields(form)),
    headers: { "X-Fragment": "1" },
  });
  if (answer.redirected) {
    location.reload();
    return;
  }
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  const range = document.createRange();
  const fresh = range.createContextualFragment(await answer.text()).firstElementChild;
  if (!(fresh instanceof HTMLElement)) {
    throw new Error("the answer is no fragment");
  }
  const focused = button !== null && document.activeElement === button;
  place.replaceWith(fresh);
  if (focused) {
    fresh.querySelector<HTMLElement>("button, summary, a")?.focus();
  }
}

/** The fields of a form that are text. */
function fields(form: HTMLFormElement): [string, string][] {
  const all: [string, string][] = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") {
      all.push([name, value]);
    }
  }
  return all;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !("act" in form.dataset)) {
    return;
  }
  event.preventDefault();
  const place = form.closest("[data-swap]") ?? form;
  if (place.hasAttribute("aria-busy")) {
    return;
  }
  act(form, event.submitter).catch(() => form.submit());
});

// Menus close on Escape and when something else is chosen.
function closeMenus(but: Node | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!menu.contains(but)) {
      menu.open = false;
    }
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target instanceof Node ? event.target : null);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.activeElement?.closest<HTMLDetailsElement>("details.menu[open]");
    closeMenus(null);
    open?.querySelector("summary")?.focus();
  }
});

export {};
