// The photos of an album are dragged into another order. What is dragged is
// kept once the form is sent, by the places that stand in it.

for (const list of document.querySelectorAll<HTMLElement>("[data-order]")) {
  const first = Number(list.dataset.order);
  let held: HTMLElement | null = null;

  /** Writes down where everything stands now. */
  const settle = (): void => {
    [...list.children].forEach((row, i) => {
      const place = row.querySelector<HTMLInputElement>('input[name^="place-"]');
      if (place !== null) {
        place.value = String(first + i);
      }
    });
  };

  for (const row of list.querySelectorAll<HTMLElement>(":scope > li")) {
    const picture = row.querySelector<HTMLElement>("img, .no-picture");
    if (picture === null) {
      continue;
    }
    picture.draggable = true;
    picture.classList.add("grip");
    picture.addEventListener("dragstart", (event) => {
      held = row;
      row.classList.add("held-up");
      event.dataTransfer?.setData("text/x-photo", "row");
      event.dataTransfer?.setDragImage(row, 20, 20);
    });
    picture.addEventListener("dragend", () => {
      row.classList.remove("held-up");
      held = null;
      settle();
    });
    row.addEventListener("dragover", (event) => {
      if (held === null || held === row) {
        return;
      }
      event.preventDefault();
      const box = row.getBoundingClientRect();
      const after = event.clientY > box.top + box.height / 2;
      list.insertBefore(held, after ? row.nextSibling : row);
    });
    row.addEventListener("drop", (event) => event.preventDefault());
  }
}

export {};
