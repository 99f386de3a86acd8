// A server nobody here wrote: Fedify with one person on it, everything in memory, over https on loopback.
import { createServer } from "node:https";
import { createFederationBuilder, generateCryptoKeyPair, InProcessMessageQueue, MemoryKvStore } from "@fedify/fedify";
import { verifyRequest } from "@fedify/fedify/sig";
import * as vocab from "@fedify/vocab";
import { getDocumentLoader } from "@fedify/vocab-runtime";
import { Temporal } from "@js-temporal/polyfill";
import { png } from "./picture.mjs";

/** The two generations of HTTP signatures, as Fedify names them. */
export const RFC9421 = "rfc9421";
export const CAVAGE = "draft-cavage-http-signatures-12";

const NAME = "fedi";
const VERBS = [
  vocab.Follow, vocab.Accept, vocab.Reject, vocab.Create, vocab.Update, vocab.Delete,
  vocab.Like, vocab.Announce, vocab.Undo, vocab.Block, vocab.Add, vocab.Remove,
];

/** The generation a request is signed in, "none" where it is not. */
export function formOf(headers) {
  if (headers.has("signature-input")) return RFC9421;
  return /\bkeyId=/.test(headers.get("signature") ?? "") ? CAVAGE : "none";
}

/** Starts the server at https://HOST:PORT. */
export async function startPeer({ host, port, cert, key }) {
  const peer = new Peer(`https://${host}:${port}`);
  await peer.build();
  peer.server = createServer({ cert, key }, (req, res) => peer.answer(req, res));
  await new Promise((done) => peer.server.listen(port, host, done));
  return peer;
}

class Peer {
  arrivals = []; // requests to an inbox: {path, json, form, signer, status}
  heard = []; // activities that Fedify believed and gave to a listener
  departures = []; // signed requests of Fedify's own: {method, url, form, status}
  notes = new Map();
  followers = new Map();
  pinned = []; // notes
  refuses = false; // to be followed
  profile = { name: "Fedi Vries", summary: "Writes from another house." };
  picture = png(48, 32); // at /picture.png

  constructor(origin) {
    this.origin = origin;
    this.handle = `@${NAME}@${new URL(origin).host}`;
    this.outward = globalThis.fetch;
    globalThis.fetch = (...args) => this.watch(...args);
  }

  /** Two Federations over the same dispatchers, one for each generation of signatures. */
  async build() {
    this.keys = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];
    const builder = createFederationBuilder();
    this.describe(builder);
    this.listen(builder);
    this.voices = {};
    for (const form of [CAVAGE, RFC9421]) {
      this.voices[form] = await builder.build({
        kv: new MemoryKvStore(), queue: new InProcessMessageQueue(), allowPrivateAddress: true, firstKnock: form,
      });
    }
    this.speak(CAVAGE);
  }

  /** Signs in a generation from now on, requests for documents too. */
  speak(form) {
    this.form = form;
    this.federation = this.voices[form];
    this.context = this.federation.createContext(new URL(this.origin), undefined);
    this.id = this.context.getActorUri(NAME);
  }

  describe(builder) {
    builder.setActorDispatcher("/users/{identifier}", async (ctx, name) => name === NAME ? this.person(ctx) : null)
      .setKeyPairsDispatcher((_, name) => name === NAME ? this.keys : []);
    builder.setObjectDispatcher(vocab.Note, "/notes/{id}", (_, { id }) => this.notes.get(id) ?? null);
    builder.setFollowersDispatcher("/users/{identifier}/followers", () => ({ items: [...this.followers.values()] }));
    builder.setFeaturedDispatcher("/users/{identifier}/featured", () => ({ items: this.pinned }));
    builder.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
      software: { name: "peer", version: "1.0.0" },
      protocols: ["activitypub"],
      usage: { users: { total: 1 }, localPosts: this.notes.size, localComments: 0 },
    }));
  }

  async person(ctx) {
    const keys = await ctx.getActorKeyPairs(NAME);
    return new vocab.Person({
      id: ctx.getActorUri(NAME), preferredUsername: NAME, ...this.profile, url: new URL(`/@${NAME}`, this.origin),
      inbox: ctx.getInboxUri(NAME), followers: ctx.getFollowersUri(NAME), featured: ctx.getFeaturedUri(NAME),
      endpoints: new vocab.Endpoints({ sharedInbox: ctx.getInboxUri() }),
      publicKey: keys[0].cryptographicKey, assertionMethods: keys.map((pair) => pair.multikey),
    });
  }

  /** Notes every activity that was believed; lets everyone follow unless it refuses. */
  listen(builder) {
    const inbox = builder.setInboxListeners("/users/{identifier}/inbox", "/inbox")
      .setSharedKeyDispatcher(() => ({ identifier: NAME }));
    for (const verb of VERBS) {
      inbox.on(verb, async (_, activity) => {
        this.heard.push({ type: verb.name, activity });
        if (activity instanceof vocab.Follow) await this.answerFollow(activity);
      });
    }
  }

  async answerFollow(follow) {
    const who = await follow.getActor(this.context);
    if (this.refuses) return void await this.send(who, new vocab.Reject({ object: follow, to: who.id }));
    this.followers.set(who.id.href, who);
    await this.send(who, new vocab.Accept({ object: follow, to: who.id }));
  }

  /** Finds somebody by handle or id, as Fedify does it. */
  find(what) {
    return this.context.lookupObject(what);
  }

  /** Fetches a document signed by the person here. */
  async fetchSigned(url) {
    const loader = await this.context.getDocumentLoader({ identifier: NAME });
    return (await loader(String(url))).document;
  }

  /** Delivers an activity to somebody and returns it. Fails unless it was taken. */
  async send(to, activity, { shared = false } = {}) {
    const full = activity.clone({ actor: this.id, ...(activity.id ? {} : { id: this.mint(activity.constructor.name) }) });
    await this.context.sendActivity({ identifier: NAME }, to, full, { immediate: true, preferSharedInbox: shared });
    return full;
  }

  mint(kind) {
    return new URL(`/activities/${kind.toLowerCase()}/${crypto.randomUUID()}`, this.origin);
  }

  /** Writes a note that can be fetched here; it is told to nobody yet. */
  write(values) {
    const id = crypto.randomUUID();
    const note = new vocab.Note({
      id: this.context.getObjectUri(vocab.Note, { id }), attribution: this.id,
      url: new URL(`/@${NAME}/${id}`, this.origin), published: Temporal.Now.instant(), ...values,
    });
    this.notes.set(id, note);
    return note;
  }

  /** Changes a note that was written, or takes it away where values is null. */
  rewrite(note, values) {
    const id = note.id.pathname.split("/").pop();
    if (!values) return void this.notes.delete(id);
    const changed = note.clone({ ...values, updated: Temporal.Now.instant() });
    this.notes.set(id, changed);
    return changed;
  }

  /** Addresses of the usual audiences. */
  get everyone() { return vocab.PUBLIC_COLLECTION; }
  get readers() { return this.context.getFollowersUri(NAME); }

  /** Tells of a note that was written, addressed like it. */
  tell(to, note, options) {
    return this.send(to, new vocab.Create({ object: note, tos: note.toIds, ccs: note.ccIds }), options);
  }

  close() {
    globalThis.fetch = this.outward;
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Passes a request to Fedify; those to an inbox are kept, with what Fedify says of their signature. */
  async answer(req, res) {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const headers = new Headers();
    for (let i = 0; i < req.rawHeaders.length; i += 2) headers.append(req.rawHeaders[i], req.rawHeaders[i + 1]);
    const body = chunks.length ? Buffer.concat(chunks) : undefined;
    const request = new Request(new URL(req.url, this.origin), { method: req.method, headers, body });
    const response = await this.respond(request, body);
    res.writeHead(response.status, Object.fromEntries(response.headers));
    res.end(Buffer.from(await response.arrayBuffer()));
  }

  async respond(request, body) {
    if (new URL(request.url).pathname === "/picture.png") {
      return new Response(this.picture, { headers: { "content-type": "image/png" } });
    }
    if (request.method !== "POST") return this.federation.fetch(request, { contextData: undefined });
    const loader = getDocumentLoader({ allowPrivateAddress: true });
    const signer = await verifyRequest(request.clone(), { documentLoader: loader, contextLoader: loader });
    const response = await this.federation.fetch(request, { contextData: undefined });
    this.arrivals.push({
      path: new URL(request.url).pathname, json: JSON.parse(body), form: formOf(request.headers),
      signer: signer?.ownerId?.href, status: response.status,
    });
    return response;
  }

  /** Notes how Fedify signed a request and what the answer was. */
  async watch(input, init) {
    const form = formOf(new Headers(init?.headers ?? input.headers));
    const method = init?.method ?? input.method ?? "GET";
    const response = await this.outward(input, init);
    if (form !== "none") this.departures.push({ method, url: String(input.url ?? input), form, status: response.status });
    return response;
  }
}
