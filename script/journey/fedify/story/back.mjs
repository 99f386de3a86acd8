// Ana follows back, reads the stranger at home, and answers with a like, a boost and words; then takes them back.
import * as vocab from "@fedify/vocab";
import { assert, step, until } from "../check.mjs";
import { leadsTo } from "../home.mjs";
import { RFC9421 } from "../peer.mjs";
import { isProved } from "../proof.mjs";
import { addressed, list, PUBLIC } from "./world.mjs";

export async function back(world) {
  const { peer, ana } = world;
  peer.speak(RFC9421);
  const follows = `${ana.account.uri}/followers`;

  const everyone = { tos: [peer.everyone], ccs: [peer.readers] };
  peer.pinned = [peer.write({ content: "<p>House rules of the stranger</p>", ...everyone })];

  await step("ana looks the stranger up by handle on her page and follows by the form there", async () => {
    const found = await ana.submit("/people", leadsTo(/\/people\/find$/), { address: peer.handle });
    assert.ok(found.words.includes(peer.profile.summary), "their page does not show what they say of themselves");
    await ana.submit(found.url, leadsTo(/\/people\/\d+\/follow$/), {});
    const told = await world.told(ana, "Follow", (a) => a.object === peer.id.href, RFC9421);
    world.ours = told;
    await until("the follow to be accepted", async () => (await world.relation(ana)).following);
    assert.ok(peer.followers.has(ana.account.uri));
    await world.sees(ana, "/people", peer.profile.name);
  });

  await step("what the stranger pinned before comes with the follow; later pins are told, and what is taken down goes", async () => {
    const pinned = async () => (await ana.api("GET", `/api/v1/accounts/${world.stranger}/statuses?pinned=true`)).map((s) => s.uri);
    const [rules] = peer.pinned;
    await until("the pin of before", async () => (await pinned()).includes(rules.id.href));
    await world.sees(ana, `/${peer.handle}`, "House rules of the stranger");
    const map = peer.write({ content: "<p>A map of the house</p>", ...everyone });
    const target = peer.context.getFeaturedUri("fedi");
    await peer.send(world.anaActor, new vocab.Add({ object: map.id, target, ...everyone }), { shared: true });
    await until("the new pin", async () => (await pinned()).includes(map.id.href));
    await peer.send(world.anaActor, new vocab.Remove({ object: rules.id, target, ...everyone }), { shared: true });
    await until("the old one to go", async () => !(await pinned()).includes(rules.id.href));
    await world.sees(ana, `/${peer.handle}`, "A map of the house");
  });

  await step("a public post with a picture stands in the home stream, page and API", async () => {
    const picture = new vocab.Document({ url: new URL("/picture.png", peer.origin), mediaType: "image/png", name: "A red door" });
    world.theirs = peer.write({
      content: "<p>The door is <b>open</b> #doors</p>", tos: [peer.everyone], ccs: [peer.readers], attachments: [picture],
      tags: [new vocab.Hashtag({ name: "#doors", href: new URL("/tags/doors", peer.origin) })],
    });
    await peer.tell(world.anaActor, world.theirs, { shared: true });
    world.theirsHere = await world.status(ana, world.theirs.id);
    assert.equal(world.theirsHere.media_attachments[0].description, "A red door");
    assert.equal(world.theirsHere.tags[0].name, "doors");
    const { html } = await world.sees(ana, "/", "The door is");
    assert.ok(html.includes('alt="A red door"'), "the picture's description on the page");
    const response = await fetch(world.theirsHere.media_attachments[0].url);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "image/png");
    assert.equal(new URL(world.theirsHere.media_attachments[0].url).origin, world.home);
  });

  await step("a post for followers stands there too, and only for her", async () => {
    const quiet = peer.write({ content: "<p>Only for those who follow me</p>", tos: [peer.readers] });
    await peer.tell(world.anaActor, quiet, { shared: true });
    const here = await world.status(ana, quiet.id);
    assert.equal(here.visibility, "private");
    await world.sees(ana, "/", "Only for those who follow me");
    await assert.rejects(world.bo.api("GET", `/api/v1/statuses/${here.id}`), /: 404 /);
  });

  await step("a note for her alone is told to her and to nobody else", async () => {
    const note = peer.write({ content: "<p>For your eyes, ana</p>", tos: [new URL(ana.account.uri)],
      tags: [new vocab.Mention({ href: new URL(ana.account.uri), name: ana.handle })] });
    await peer.tell(world.anaActor, note);
    await world.sees(ana, "/news", "For your eyes");
    const mention = (await ana.api("GET", "/api/v1/notifications?types[]=mention"))[0].status;
    assert.deepEqual([mention.uri, mention.visibility], [note.id.href, "direct"]);
    await assert.rejects(world.bo.api("GET", `/api/v1/statuses/${mention.id}`), /: 404 /);
  });

  await step("a note that was never delivered comes with a boost of it", async () => {
    const old = peer.write({ content: "<p>An old note of mine</p>", tos: [peer.everyone] });
    await peer.send(world.anaActor, new vocab.Announce({ object: old.id, tos: [peer.everyone], ccs: [peer.readers] }), { shared: true });
    await world.status(ana, old.id);
    await world.sees(ana, "/", "An old note of mine");
  });

  await step("ana likes and boosts by the forms on her page; the stranger is told", async () => {
    const { id } = world.theirsHere;
    await ana.submit("/", leadsTo(new RegExp(`/posts/${id}/like$`)), {});
    await ana.submit("/", leadsTo(new RegExp(`/posts/${id}/boost$`)), {});
    world.liked = await world.told(ana, "Like", (a) => a.object === world.theirs.id.href, RFC9421);
    world.boosted = await world.told(ana, "Announce", (a) => a.object === world.theirs.id.href, RFC9421);
    addressed(world.boosted, [PUBLIC], [follows, peer.id]);
    const here = await ana.api("GET", `/api/v1/statuses/${id}`);
    assert.deepEqual([here.favourited, here.reblogged], [true, true]);
  });

  await step("ana replies by the form below the post", async () => {
    const page = `/@${world.theirsHere.account.acct}/${world.theirsHere.id}`;
    await ana.submit(page, (f) => f.fields.some(([n, v]) => n === "reply_to" && v === world.theirsHere.id), { text: "I will come in" });
    const { object } = await world.told(ana, "Create", (a) => a.object?.content?.includes("come in"), RFC9421);
    assert.equal(object.inReplyTo, world.theirs.id.href);
    assert.ok([...list(object.to), ...list(object.cc)].includes(peer.id.href), "the author is not addressed");
    await world.sees(ana, page, "I will come in");
    world.answer = object;
  });

  await step("she takes the like and the boost back", async () => {
    const { id } = world.theirsHere;
    await ana.submit("/", leadsTo(new RegExp(`/posts/${id}/like$`)), {});
    await ana.submit("/", leadsTo(new RegExp(`/posts/${id}/boost$`)), {});
    await world.told(ana, "Undo", (a) => a.object?.type === "Like" && a.object.id === world.liked.id, RFC9421);
    await world.told(ana, "Undo", (a) => a.object?.type === "Announce" && a.object.id === world.boosted.id, RFC9421);
  });

  await step("she deletes her reply; a proved tombstone stands in its place", async () => {
    const { statuses } = await ana.api("GET", `/api/v2/search?${new URLSearchParams({ q: world.answer.id, resolve: "true" })}`);
    await ana.submit(`/posts/${statuses[0].id}/delete`, leadsTo(/\/delete$/), {});
    const { object } = await world.told(ana, "Delete", (a) => a.object?.id === world.answer.id, RFC9421);
    assert.equal(object.type, "Tombstone");
    const response = await fetch(world.answer.id, { headers: { accept: "application/activity+json" } });
    assert.equal(response.status, 410);
    assert.ok(await isProved(await response.json()), "the tombstone's proof");
  });

  await step("what is said in two quick bursts arrives whole: the second finds the host's lane used before", async () => {
    for (const burst of ["first", "second"]) {
      const words = [1, 2, 3, 4, 5].map((n) => `The ${burst} burst, ${n}`);
      for (const status of words) await ana.post({ status, visibility: "public" });
      for (const status of words) await world.told(ana, "Create", (a) => a.object?.content?.includes(status), RFC9421);
    }
  });
}
