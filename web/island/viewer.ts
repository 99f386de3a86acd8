// The screen of one photo is left by arrow keys, by swiping, or by Escape:
// each follows a link that stands on the page. The photo that comes next is
// fetched ahead.

const turned = document.documentElement.dir === "rtl";

/** Follows a link of the page, if it is there. */
function go(rel: string): void {
  document.querySelector<HTMLAnchorElement>(`.stage a[rel="${rel}"]`)?.click();
}

/** Follows the link on one side of the photo. */
function aside(left: boolean): void {
  go(left === turned ? "next" : "prev");
}

document.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.altKey || event.ctrlKey || event.metaKey || (at instanceof Element && at.closest("input, textarea, select, video"))) {
    return;
  }
  switch (event.key) {
    case "ArrowLeft":
      aside(true);
      break;
    case "ArrowRight":
      aside(false);
      break;
    case "Escape":
      document.querySelector<HTMLAnchorElement>(".viewer .top a")?.click();
      break;
  }
});

const least = 60; // pixels that a finger must go for a swipe
let begun: Touch | null = null;

document.addEventListener(
  "touchstart",
  (event) => {
    begun = event.touches.length === 1 ? (event.touches[0] ?? null) : null;
  },
  { passive: true },
);

document.addEventListener(
  "touchend",
  (event) => {
    const end = event.changedTouches[0];
    if (begun !== null && end !== undefined && (window.visualViewport?.scale ?? 1) === 1) {
      const across = end.clientX - begun.clientX;
      const down = end.clientY - begun.clientY;
      if (Math.abs(across) > least && Math.abs(across) > 2 * Math.abs(down)) {
        aside(across > 0);
      }
    }
    begun = null;
  },
  { passive: true },
);

// What is likely to be looked at next is asked for once this one is there.
window.addEventListener("load", () => {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel="next"], link[rel="prev"]')) {
    const ahead = document.createElement("link");
    ahead.rel = "prefetch";
    ahead.href = link.href;
    document.head.append(ahead);
  }
});

export {};
