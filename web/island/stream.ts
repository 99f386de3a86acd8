// New posts are offered by a line at the top and never pushed in.
import { count } from "./count";

function listen(line: HTMLElement): void {
  const link = line.querySelector("a");
  const address = line.dataset.stream;
  if (link === null || !address) {
    return;
  }
  let fresh = 0;
  const open = () => {
    const source = new EventSource(address);
    source.addEventListener("post", () => {
      fresh++;
      link.textContent = count(line, "", fresh);
      link.hidden = false;
    });
    addEventListener("pagehide", () => source.close(), { once: true });
  };
  open();
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      open();
    }
  });
}

for (const line of document.querySelectorAll<HTMLElement>("[data-stream]")) {
  listen(line);
}
