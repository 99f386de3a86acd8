// What the chapters share: the peer, two people of the home, and how to see that one reached the other.
import { assert, until } from "../check.mjs";
import { documentsUnder, isProved } from "../proof.mjs";

export class World {
  constructor(peer, home, ana, bo) {
    Object.assign(this, { peer, home, ana, bo, signed: {} });
  }

  /**
   * Waits until the peer was told something by a person of the home and believed it. The request must be signed by
   * that person, in the given generation if one is given, and every document of the home in it must be proved.
   */
  async told(who, type, fits = () => true, form) {
    const { peer } = this;
    const arrival = await until(`${type} by ${who.name} at the peer`,
      () => peer.arrivals.find((a) => !a.seen && a.json.type === type && a.json.actor === who.account.uri && fits(a.json)));
    arrival.seen = true;
    assert.equal(arrival.signer, who.account.uri, `whose signature Fedify finds on ${type}`);
    assert.equal(arrival.status, 202, `what Fedify answers to ${type}`);
    if (form) assert.equal(arrival.form, form, `the signature of ${type}`);
    for (const document of documentsUnder(this.home, arrival.json)) {
      assert.ok(await isProved(document), `no valid proof on ${document.type} ${document.id}`);
    }
    this.signed[arrival.form] = (this.signed[arrival.form] ?? 0) + 1;
    await until(`${type} in Fedify's listener`, () => peer.heard.some((h) => h.activity.id?.href === arrival.json.id));
    return arrival.json;
  }

  /** An activity that the peer was told, as Fedify understood it. */
  understood(json) {
    return this.peer.heard.find((h) => h.activity.id?.href === json.id).activity;
  }

  /** Waits until a page of the home, as somebody sees it, has all the words, or none of them where not is set. */
  sees(who, path, words, { not = false, ms } = {}) {
    const all = [words].flat();
    return until(`${path} for ${who.name} ${not ? "without" : "with"} ${all.join(", ")}`, async () => {
      const page = await who.page(path);
      return all.every((w) => page.words.includes(w) !== not) && page;
    }, { ms });
  }

  /** What the home knows of the peer's person, asked of the API. */
  async known(who) {
    const { accounts } = await who.api("GET", `/api/v2/search?${new URLSearchParams({ q: this.peer.handle, resolve: "true" })}`);
    return accounts[0];
  }

  /** How somebody here and the peer's person stand. */
  async relation(who) {
    const [relation] = await who.api("GET", `/api/v1/accounts/relationships?id[]=${this.stranger}`);
    return relation;
  }

  /** Waits for a post of somebody's home stream, by its address, and returns it. */
  status(who, uri) {
    return until(`status ${uri} for ${who.name}`, async () => {
      const home = await who.api("GET", "/api/v1/timelines/home?limit=40");
      return home.map((s) => s.reblog ?? s).find((s) => s.uri === String(uri));
    });
  }
}

/** A property of a document as a list. */
export const list = (value) => value === undefined ? [] : [value].flat();

/** Fails unless to and cc are exactly these. */
export function addressed(document, to, cc) {
  assert.deepEqual(list(document.to).sort(), [...to].map(String).sort(), `to of ${document.type}`);
  assert.deepEqual(list(document.cc).sort(), [...cc].map(String).sort(), `cc of ${document.type}`);
}

/** The address of everyone (ActivityPub §5.6). */
export const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
