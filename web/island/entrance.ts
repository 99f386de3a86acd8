// Moving in with fewer keys: an address is proposed from the name, and a new
// password is typed once, as it can be looked at.

/** Cyrillic letters in Latin ones. */
const latin: Record<string, string> = {
  а: "a", б: "b", в: "v", г: "g", ґ: "g", д: "d", е: "e", ё: "e", є: "ye", ж: "zh", з: "z", и: "i", і: "i", ї: "yi", й: "y",
  к: "k", л: "l", м: "m", н: "n", о: "o", п: "p", р: "r", с: "s", т: "t", у: "u", ў: "u", ф: "f", х: "kh", ц: "ts", ч: "ch", ш: "sh",
  щ: "shch", ъ: "", ы: "y", ь: "", э: "e", ю: "yu", я: "ya", ß: "ss", ø: "o", ł: "l", đ: "d", æ: "ae", œ: "oe", þ: "th", ı: "i",
};

/** An address from the first of somebody's names; nothing where its letters are none that we know. */
function proposal(name: string): string {
  const first = name.trim().toLowerCase().split(/\s+/)[0] ?? "";
  const plain = [...first.normalize("NFC")].map((letter) => latin[letter] ?? letter.normalize("NFD").replace(/\p{M}/gu, ""));
  return plain.join("").replace(/[^a-z0-9]/g, "").slice(0, 30);
}

for (const address of document.querySelectorAll<HTMLInputElement>("input[data-proposed-from]")) {
  const name = document.getElementById(address.dataset.proposedFrom ?? "");
  let proposed = "";
  name?.addEventListener("input", () => {
    if (name instanceof HTMLInputElement && address.value === proposed) { // else it is somebody's own
      address.value = proposed = proposal(name.value);
    }
  });
}

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-show]")) {
  const field = document.getElementById(button.dataset.show ?? "");
  if (!(field instanceof HTMLInputElement)) {
    continue;
  }
  const show = button.textContent;
  const see = (open: boolean) => {
    field.type = open ? "text" : "password";
    button.textContent = open ? (button.dataset.hide ?? "") : show;
  };
  button.hidden = false;
  button.addEventListener("click", () => see(field.type === "password"));
  field.form?.addEventListener("submit", () => see(false)); // for those that keep passwords
  field.form?.querySelector("[data-again]")?.remove();
}

export {};
