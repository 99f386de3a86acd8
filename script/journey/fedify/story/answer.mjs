// The stranger replies, likes, boosts, edits, takes back: each act shows on our pages. It changes its signatures on the way.
import * as vocab from "@fedify/vocab";
import { assert, step, until } from "../check.mjs";
import { CAVAGE, RFC9421 } from "../peer.mjs";

export async function answer(world) {
  const { peer, ana } = world;
  const post = new URL(world.post.uri);
  const page = new URL(world.post.url).pathname;
  const again = () => ana.api("GET", `/api/v1/statuses/${world.post.id}`);
  const answersWith = (form) => {
    const last = peer.departures.findLast((d) => d.method === "POST");
    assert.deepEqual([last.form, last.status], [form, 202], "how Fedify signed, and our answer");
  };

  await step("until now everything the home sent was signed by draft-cavage", async () => {
    assert.deepEqual([...new Set(peer.arrivals.map((a) => a.form))], [CAVAGE]);
  });

  await step("a reply signed by RFC 9421 stands below the post and in the news", async () => {
    peer.speak(RFC9421);
    world.reply = peer.write({
      content: `<p>What a view<script>alert(1)</script>, <a href="${ana.account.url}">@ana</a></p>`, replyTarget: post,
      tos: [peer.everyone], ccs: [new URL(ana.account.uri)],
      tags: [new vocab.Mention({ href: new URL(ana.account.uri), name: ana.handle })],
    });
    await peer.tell(world.anaActor, world.reply);
    answersWith(RFC9421);
    const { html } = await world.sees(ana, page, "What a view");
    assert.ok(!html.includes("alert(1)"), "a script of theirs on our page");
    await world.sees(ana, "/news", "What a view");
    const { descendants } = await ana.api("GET", `/api/v1/statuses/${world.post.id}/context`);
    assert.equal(descendants[0]?.uri, world.reply.id.href);
    world.replyHere = descendants[0];
  });

  await step("from then on the home signs by RFC 9421", async () => {
    await ana.post({ status: `${peer.handle} come by`, in_reply_to_id: world.replyHere.id, visibility: "public" });
    const { object } = await world.told(ana, "Create", (a) => a.object?.content?.includes("come by"), RFC9421);
    assert.equal(object.inReplyTo, world.reply.id.href);
  });

  await step("a like (RFC 9421, shared inbox) counts and is told", async () => {
    world.like = await peer.send(world.anaActor, new vocab.Like({ object: post, to: world.anaActor.id }), { shared: true });
    answersWith(RFC9421);
    await until("a like", async () => (await again()).favourites_count === 1);
    const news = await ana.api("GET", "/api/v1/notifications?types[]=favourite");
    assert.equal(news[0].account.id, world.stranger);
  });

  await step("a boost (draft-cavage, shared inbox) counts and is told", async () => {
    peer.speak(CAVAGE);
    world.boost = await peer.send(world.anaActor,
      new vocab.Announce({ object: post, tos: [peer.everyone], ccs: [peer.readers, world.anaActor.id] }), { shared: true });
    answersWith(CAVAGE);
    await until("a boost", async () => (await again()).reblogs_count === 1);
    const news = await ana.api("GET", "/api/v1/notifications?types[]=reblog");
    assert.equal(news[0].account.id, world.stranger);
    await world.sees(ana, "/news", peer.profile.name);
  });

  await step("an edit (draft-cavage) changes the words on the page", async () => {
    const edited = peer.rewrite(world.reply, { content: "<p>What a wide view</p>" });
    await peer.send(world.anaActor, new vocab.Update({ object: edited, tos: edited.toIds, ccs: edited.ccIds }));
    answersWith(CAVAGE);
    await world.sees(ana, page, "What a wide view");
    assert.ok((await ana.api("GET", `/api/v1/statuses/${world.replyHere.id}`)).edited_at, "no moment of the edit");
  });

  await step("a like and a boost taken back count no more", async () => {
    peer.speak(RFC9421);
    await peer.send(world.anaActor, new vocab.Undo({ object: world.like, to: world.anaActor.id }));
    peer.speak(CAVAGE);
    await peer.send(world.anaActor, new vocab.Undo({ object: world.boost, tos: [peer.everyone], ccs: [world.anaActor.id] }));
    await until("no likes and boosts", async () => {
      const s = await again();
      return s.favourites_count === 0 && s.reblogs_count === 0;
    });
  });

  await step("a reply to a note that is not here brings that note along", async () => {
    const parent = peer.write({ content: "<p>Said before anyone here listened</p>", tos: [peer.everyone], ccs: [peer.readers] });
    const child = peer.write({
      content: "<p>and this is why</p>", replyTarget: parent.id, tos: [peer.everyone], ccs: [new URL(ana.account.uri)],
      tags: [new vocab.Mention({ href: new URL(ana.account.uri), name: ana.handle })],
    });
    await peer.tell(world.anaActor, child);
    const mention = await until("the mention", async () =>
      (await ana.api("GET", "/api/v1/notifications?types[]=mention")).find((n) => n.status.uri === child.id.href));
    await until("the parent above it", async () => {
      const { ancestors } = await ana.api("GET", `/api/v1/statuses/${mention.status.id}/context`);
      return ancestors.some((s) => s.uri === parent.id.href);
    });
    const { account, id } = mention.status;
    await world.sees(ana, `/@${account.acct}/${id}`, ["Said before anyone here listened", "and this is why"]);
  });

  await step("a deleted reply (RFC 9421) is gone from the page", async () => {
    peer.speak(RFC9421);
    peer.rewrite(world.reply, null);
    await peer.send(world.anaActor, new vocab.Delete({ object: new vocab.Tombstone({ id: world.reply.id }), tos: [peer.everyone] }));
    answersWith(RFC9421);
    await world.sees(ana, page, "What a wide view", { not: true });
  });

  await step("a like that nobody signed is refused", async () => {
    const like = new vocab.Like({ id: peer.mint("Like"), actor: peer.id, object: post });
    const response = await fetch(world.anaActor.inboxId, {
      method: "POST", headers: { "content-type": "application/activity+json" }, body: JSON.stringify(await like.toJsonLd()),
    });
    assert.equal(response.status, 401);
    assert.equal((await again()).favourites_count, 0);
  });
}
