// Profiles change on both sides, and they part: unfollowed, blocked, gone.
import * as vocab from "@fedify/vocab";
import { assert, sleep, step, until } from "../check.mjs";
import { leadsTo } from "../home.mjs";
import { RFC9421 } from "../peer.mjs";

export async function part(world) {
  const { peer, ana, bo } = world;

  await step("ana's changed profile reaches the stranger", async () => {
    await ana.submit("/settings", leadsTo(/profile/), { name: "Ana of the Field", bio: "Grows **things**." });
    const { object } = await world.told(ana, "Update", (a) => a.object?.type === "Person" && a.object.name === "Ana of the Field", RFC9421);
    assert.match(object.summary, /<strong>things<\/strong>/);
    assert.equal(object.id, ana.account.uri);
  });

  await step("the stranger's changed profile shows on our page", async () => {
    peer.profile = { name: "Fedi of the Door", summary: "Keeps it open." };
    await peer.send(world.anaActor, new vocab.Update({ object: await peer.person(peer.context), tos: [peer.everyone] }), { shared: true });
    // A profile that was fetched a moment ago is left alone for ten seconds.
    await world.sees(ana, `/${peer.handle}`, ["Fedi of the Door", "Keeps it open."], { ms: 15_000 });
  });

  await step("ana unfollows by the form; the stranger is told", async () => {
    await ana.submit("/people", leadsTo(/\/people\/\d+\/unfollow$/), {});
    await world.told(ana, "Undo", (a) => a.object?.type === "Follow" && a.object.id === world.ours.id, RFC9421);
    assert.equal((await world.relation(ana)).following, false);
  });

  await step("a follow that the stranger refuses is over on our page too", async () => {
    peer.refuses = true;
    await ana.submit(`/${peer.handle}`, leadsTo(/\/people\/\d+\/follow$/), {});
    await world.told(ana, "Follow", (a) => a.object === peer.id.href, RFC9421);
    await until("no request", async () => {
      const { following, requested } = await world.relation(ana);
      return !following && !requested;
    });
    peer.refuses = false;
  });

  await step("bo sends a follower away and refuses to be asked again, both by the form", async () => {
    await bo.submit("/people/followers", leadsTo(/\/people\/\d+\/remove$/), {});
    await world.told(bo, "Reject", (a) => (a.object.id ?? a.object) === world.request.id.href, RFC9421);
    const again = await peer.send(world.boActor, new vocab.Follow({ object: world.boActor.id, to: world.boActor.id }));
    await world.sees(bo, "/people/requests", peer.profile.name);
    await bo.submit("/people/requests", leadsTo(/\/people\/\d+\/reject$/), {});
    await world.told(bo, "Reject", (a) => (a.object.id ?? a.object) === again.id.href, RFC9421);
    await world.sees(bo, "/people/requests", peer.profile.name, { not: true });
  });

  await step("the stranger unfollows ana and is told no more", async () => {
    await peer.send(world.anaActor, new vocab.Undo({ object: world.follow, to: world.anaActor.id }));
    await until("no follower", async () => !(await world.relation(ana)).followed_by);
    await world.sees(ana, "/people/followers", peer.profile.name, { not: true });
    await ana.post({ status: "Nobody listens", visibility: "public" });
    await sleep(400);
    assert.ok(!peer.arrivals.some((a) => a.json.object?.content?.includes("Nobody listens")), "told one who does not follow");
  });

  await step("ana blocks by the form: the stranger is told, and is heard no more", async () => {
    await ana.submit(`/${peer.handle}`, leadsTo(/\/people\/\d+\/block$/), {});
    await world.told(ana, "Block", (a) => a.object === peer.id.href, RFC9421);
    const words = peer.write({ content: "<p>Are you there?</p>", tos: [new URL(ana.account.uri)],
      tags: [new vocab.Mention({ href: new URL(ana.account.uri), name: ana.handle })] });
    await peer.tell(world.anaActor, words);
    await sleep(400);
    const news = await ana.api("GET", "/api/v1/notifications");
    assert.ok(!news.some((n) => n.status?.uri === words.id.href), "news from one who is blocked");
    assert.equal((await world.relation(ana)).blocking, true);
  });

  await step("she unblocks; the stranger is told", async () => {
    await ana.submit(`/${peer.handle}`, leadsTo(/\/people\/\d+\/unblock$/), {});
    await world.told(ana, "Undo", (a) => a.object?.type === "Block", RFC9421);
  });

  await step("the stranger blocks bo", async () => {
    await peer.send(world.boActor, new vocab.Block({ object: world.boActor.id, to: world.boActor.id }));
    await until("the block to be known", async () => (await world.relation(bo)).blocked_by);
    await assert.rejects(bo.api("POST", `/api/v1/accounts/${world.stranger}/follow`), "bo follows one who blocks him");
  });

  await step("the stranger deletes the account: what they said is gone from here", async () => {
    await peer.send(world.anaActor, new vocab.Delete({ object: peer.id, tos: [peer.everyone] }), { shared: true });
    await until("the post to be gone", async () => {
      const { statuses } = await ana.api("GET", `/api/v2/search?${new URLSearchParams({ q: world.theirs.id.href })}`);
      return statuses.length === 0;
    });
    await assert.rejects(ana.page(`/${peer.handle}`), /: (404|410) /);
  });
}
