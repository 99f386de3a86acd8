// The home under test, as its people meet it: pages and forms with a session, the API with a token.
import { createHash, randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { assert } from "./check.mjs";

/** Somebody who lives at the home. */
export class Person {
  constructor(origin, name, password) {
    Object.assign(this, { origin, name, password, cookies: new Map() });
    this.handle = `@${name}@${new URL(origin).host}`;
  }

  /** Signs in by the form, then lets an app in by the OAuth forms (RFC 6749 §4.1 with PKCE). */
  async enter() {
    await this.submit("/login", has("password"), { username: this.name, password: this.password });
    const back = "https://app.invalid/back";
    const app = await this.api("POST", "/api/v1/apps", {
      client_name: "journey", redirect_uris: back, scopes: "read write follow", website: "https://app.invalid",
    });
    const verifier = randomBytes(32).toString("base64url");
    const query = new URLSearchParams({
      response_type: "code", client_id: app.client_id, redirect_uri: back, scope: "read write follow", state: "s t",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
    });
    const granted = await this.submit(`/oauth/authorize?${query}`, has("decision", "allow"), {});
    const answer = new URL(granted.url);
    assert.equal(answer.searchParams.get("state"), "s t", "state of the authorization");
    const token = await this.api("POST", "/oauth/token", {
      grant_type: "authorization_code", code: answer.searchParams.get("code"), redirect_uri: back,
      client_id: app.client_id, client_secret: app.client_secret, code_verifier: verifier,
    });
    this.token = token.access_token;
    this.account = await this.api("GET", "/api/v1/accounts/verify_credentials");
  }

  /** Asks the API; body is a form, a FormData or nothing. Fails unless the answer is good. */
  async api(method, path, body) {
    const form = body && !(body instanceof FormData) ? new URLSearchParams(body) : body;
    const headers = this.token ? { authorization: `Bearer ${this.token}` } : {};
    const response = await fetch(new URL(path, this.origin), { method, headers, body: form });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** Posts as an app does. */
  post(values) {
    return this.api("POST", "/api/v1/statuses", values);
  }

  /** A page as this person sees it: its HTML, and its plain words. */
  async page(path) {
    const { url, html } = await this.browse(path, { method: "GET" });
    return { url, html, words: plain(html) };
  }

  /** Fills in the first form of a page that fits and sends it; values may hold files. */
  async submit(path, fits, values) {
    const { url, html } = await this.page(path);
    const form = forms(html).find(fits);
    if (!form) throw new Error(`${path}: no such form among ${forms(html).map((f) => f.action).join(", ")}`);
    const fields = [...form.fields.filter(([name]) => !(name in values)), ...Object.entries(values)];
    const to = new URL(form.action || url, url);
    if (form.method === "get") {
      to.search = new URLSearchParams(fields);
      return this.page(to.href);
    }
    let body = new URLSearchParams(fields);
    if (form.multipart) {
      body = new FormData();
      for (const [name, value] of fields) body.append(name, value);
    }
    return this.browse(to.href, { method: "POST", body, headers: { origin: this.origin } });
  }

  /** Asks for a page and follows redirects within the home. */
  async browse(path, init) {
    let url = new URL(path, this.origin).href;
    for (let hop = 0; hop < 6; hop++) {
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(url, { ...init, redirect: "manual", headers: { accept: "text/html", cookie, ...init.headers } });
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
        this.cookies.set(name, value);
      }
      const to = response.headers.get("location");
      const html = await response.text();
      if (response.status >= 400) throw new Error(`${init.method} ${path}: ${response.status} ${plain(html).slice(0, 300)}`);
      if (!to) return { url, html };
      url = new URL(to, url).href;
      if (!url.startsWith(`${this.origin}/`)) return { url, html };
      init = { method: "GET" };
    }
    throw new Error(`${path}: too many redirects`);
  }
}

/** Brings the end of a poll of the home's forward to now, which no form does: the shortest lasts five minutes. */
export function endPoll(data, id) {
  const database = new DatabaseSync(`${data}/allod.db`, { timeout: 5000 });
  try {
    const { changes } = database.prepare("UPDATE poll SET closes_at = ? WHERE post_id = ?").run(Date.now() * 1000, BigInt(id));
    assert.equal(changes, 1, "the poll");
    database.prepare("UPDATE river_job SET scheduled_at = strftime('%Y-%m-%d %H:%M:%f', 'now') WHERE kind = 'app.close_poll' AND args LIKE ?").run(`%${id}%`);
  } finally {
    database.close();
  }
}

/** Fits forms with a field of a name, and value if given. */
export function has(name, value) {
  return (form) => form.fields.some(([n, v]) => n === name && (value === undefined || v === value));
}

/** Fits forms that lead to an address. */
export function leadsTo(pattern) {
  return (form) => pattern.test(form.action);
}

/** Buttons of the composer that do something else than posting. */
const ASIDE = new Set(["preview", "turn", "keep", "attach"]);

/** The forms of a page with what a browser would send of each: only the named button's value if it names one. */
function forms(html) {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head, body]) => {
    const { action = "", method = "get", enctype = "" } = attributes(head);
    const fields = [];
    for (const [, kind, rest] of body.matchAll(/<(input|button|textarea|select)\b([^>]*)>/g)) {
      const { name, type = "", value = "", checked } = attributes(rest);
      if (!name || type === "file" || (kind === "button" && ASIDE.has(name)) || ((type === "radio" || type === "checkbox") && checked === undefined)) continue;
      fields.push([name, kind === "select" ? chosen(body, name) : value]);
    }
    return { action, method: method.toLowerCase(), multipart: enctype.startsWith("multipart/"), fields };
  });
}

function chosen(body, name) {
  const [, options] = new RegExp(`<select[^>]*name="${name}"[^>]*>([\\s\\S]*?)</select>`).exec(body);
  const all = [...options.matchAll(/<option\b([^>]*)>/g)].map(([, head]) => attributes(head));
  return (all.find((o) => o.selected !== undefined) ?? all[0])?.value ?? "";
}

function attributes(head) {
  const all = {};
  for (const [, name, , value] of head.matchAll(/([\w:-]+)(="([^"]*)")?/g)) all[name] = unescape(value ?? "");
  return all;
}

function plain(html) {
  return unescape(html.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, "").replace(/<[^>]+>/g, " ")).replace(/\s+/g, " ");
}

function unescape(text) {
  const named = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(amp|lt|gt|quot));/gi, (_, dec, hex, name) =>
    name ? named[name.toLowerCase()] : String.fromCodePoint(dec ? +dec : parseInt(hex, 16)));
}
