// Passkeys: a browser hands them to scripts alone. A form that is marked asks
// the home what to sign, has the device sign it, and sends the answer.

type Ceremony = { token: string; options: Record<string, unknown> };

/** The JSON forms of WebAuthn Level 3, which the DOM library may not know yet. */
type Keys = typeof PublicKeyCredential & {
  parseCreationOptionsFromJSON?(options: unknown): PublicKeyCredentialCreationOptions;
  parseRequestOptionsFromJSON?(options: unknown): PublicKeyCredentialRequestOptions;
};

const keys = window.PublicKeyCredential as Keys | undefined;

/** Asks the home what is to be signed. */
async function ask(form: HTMLFormElement): Promise<Ceremony> {
  const answer = await fetch(form.dataset.ask ?? "", { method: "POST", headers: { "X-Fragment": "1" } });
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  return (await answer.json()) as Ceremony;
}

/** Has the device sign it. */
async function sign(form: HTMLFormElement, options: unknown): Promise<Credential | null> {
  if (form.dataset.passkey === "add") {
    return navigator.credentials.create({ publicKey: keys!.parseCreationOptionsFromJSON!(options) });
  }
  return navigator.credentials.get({ publicKey: keys!.parseRequestOptionsFromJSON!(options) });
}

async function answer(form: HTMLFormElement): Promise<void> {
  const { token, options } = await ask(form);
  const credential = await sign(form, options);
  if (credential === null) {
    throw new Error("no passkey");
  }
  const sent = await fetch(form.action, {
    method: "POST",
    headers: { "X-Fragment": "1" },
    body: new URLSearchParams([
      ...[...new FormData(form)].filter((f): f is [string, string] => typeof f[1] === "string"),
      ["token", token],
      ["answer", JSON.stringify(credential)],
    ]),
  });
  if (!sent.ok) {
    throw new Error(String(sent.status));
  }
  location.assign(((await sent.json()) as { to: string }).to);
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
  if (keys?.parseCreationOptionsFromJSON === undefined || keys.parseRequestOptionsFromJSON === undefined) {
    break;
  }
  form.hidden = false;
  form.parentElement?.querySelector<HTMLElement>("[data-unscripted]")?.remove();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const failed = form.querySelector<HTMLElement>("[data-failed]");
    const button = form.querySelector("button");
    if (failed === null || button === null || button.hasAttribute("aria-busy")) {
      return;
    }
    failed.hidden = true;
    button.setAttribute("aria-busy", "true");
    answer(form).catch(() => {
      failed.textContent = failed.dataset.failed ?? "";
      failed.hidden = false;
      button.removeAttribute("aria-busy");
    });
  });
}

export {};
