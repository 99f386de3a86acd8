// The stranger finds the two who live here and follows them: one is open, the other asks first.
import * as vocab from "@fedify/vocab";
import { assert, step, until } from "../check.mjs";
import { leadsTo } from "../home.mjs";
import { CAVAGE } from "../peer.mjs";
import { isProved } from "../proof.mjs";

export async function follow(world) {
  const { peer, ana, bo } = world;
  peer.speak(CAVAGE);

  await step("Fedify finds ana by her handle, and her actor is proved by its own id", async () => {
    world.anaActor = await peer.find(ana.handle);
    assert.ok(world.anaActor instanceof vocab.Person, "no Person found");
    assert.equal(world.anaActor.id.href, ana.account.uri);
    assert.ok(world.anaActor.endpoints?.sharedInbox, "no shared inbox");
    assert.ok(await isProved(await peer.fetchSigned(ana.account.uri)), "the actor's proof");
    world.boActor = await peer.find(bo.handle);
  });

  await step("NodeInfo names the software and speaks activitypub", async () => {
    const discovery = await (await fetch(`${world.home}/.well-known/nodeinfo`)).json();
    const info = await (await fetch(discovery.links.at(-1).href)).json();
    assert.match(info.software.name, /^[a-z0-9-]+$/);
    assert.ok(info.protocols.includes("activitypub"));
  });

  await step("a follow signed by draft-cavage is accepted, first contact in draft-cavage", async () => {
    world.follow = await peer.send(world.anaActor, new vocab.Follow({ object: world.anaActor.id, to: world.anaActor.id }));
    const accept = await world.told(ana, "Accept", () => true, CAVAGE);
    assert.equal(accept.object.id ?? accept.object, world.follow.id.href);
    assert.equal(peer.departures.findLast((d) => d.method === "POST").form, CAVAGE);
  });

  await step("the follower stands among ana's people and in her news", async () => {
    await world.sees(ana, "/people/followers", [peer.profile.name, peer.handle.slice(1)]);
    await world.sees(ana, "/news", peer.profile.name);
    world.stranger = (await world.known(ana)).id;
    assert.equal((await world.relation(ana)).followed_by, true);
  });

  await step("a locked person is asked, and nothing is granted before the answer", async () => {
    await bo.submit("/settings", leadsTo(/profile/), { approve: "true" });
    await until("bo to be locked", async () => (await bo.api("GET", "/api/v1/accounts/verify_credentials")).locked);
    world.request = await peer.send(world.boActor, new vocab.Follow({ object: world.boActor.id, to: world.boActor.id }));
    await world.sees(bo, "/people/requests", peer.profile.name);
    assert.ok(!peer.arrivals.some((a) => a.json.type === "Accept" && a.json.actor === bo.account.uri), "accepted unasked");
  });

  await step("bo accepts by the form on the page", async () => {
    await bo.submit("/people/requests", leadsTo(/\/people\/\d+\/accept$/), {});
    const accept = await world.told(bo, "Accept", () => true, CAVAGE);
    assert.equal(accept.object.id ?? accept.object, world.request.id.href);
    await world.sees(bo, "/people/followers", peer.profile.name);
  });
}
