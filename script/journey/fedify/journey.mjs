// The whole story. The home runs already, with two people in it; run starts this program.
import { readFileSync } from "node:fs";
import { assert, finish, step, until } from "./check.mjs";
import { Person } from "./home.mjs";
import { CAVAGE, RFC9421, startPeer } from "./peer.mjs";
import { documentsUnder, isProved, vectorHolds } from "./proof.mjs";
import { answer } from "./story/answer.mjs";
import { back } from "./story/back.mjs";
import { emoji } from "./story/emoji.mjs";
import { follow } from "./story/follow.mjs";
import { photo } from "./story/photo.mjs";
import { posts } from "./story/post.mjs";
import { part } from "./story/part.mjs";
import { publish } from "./story/publish.mjs";
import { race } from "./story/race.mjs";
import { World } from "./story/world.mjs";

const { HOME_ORIGIN: home, PEER_HOST: host, PEER_PORT: port, TLS: tls, PASSWORD: password } = process.env;

await step("the checker of proofs finds the vector of FEP-8b32 valid, and an altered one not", async () => {
  const vector = JSON.parse(readFileSync(new URL("../../../protocol/integrity/testdata/fep-8b32.signed.json", import.meta.url)));
  assert.ok(await vectorHolds(vector), "the vector");
  const altered = [
    { ...vector, id: `${vector.id}0` },
    { ...vector, object: { ...vector.object, content: "Hello World" } },
    { ...vector, proof: { ...vector.proof, created: "2023-02-24T23:36:39Z" } },
  ];
  for (const one of altered) {
    assert.ok(!(await vectorHolds(one)), "an altered vector");
  }
});

const peer = await startPeer({
  host, port: Number(port), cert: readFileSync(`${tls}/${host}.pem`), key: readFileSync(`${tls}/${host}.key`),
});
const [ana, bo] = ["ana", "bo"].map((name) => new Person(home, name, password));
const world = new World(peer, home, ana, bo);

await step("two people sign in by the form and let an app in by the OAuth forms", async () => {
  for (const person of [ana, bo]) await person.enter();
});

for (const chapter of [follow, publish, answer, back, posts, photo, emoji, race, part]) {
  try {
    await chapter(world);
  } catch (error) {
    await step(`the chapter "${chapter.name}" to its end`, () => { throw error; });
  }
}

await step("both generations of signatures were taken in both directions, none refused", async () => {
  const posts = peer.departures.filter((d) => d.method === "POST");
  for (const form of [CAVAGE, RFC9421]) {
    assert.ok(world.signed[form] > 0, `nothing verified from the home in ${form}`);
    assert.ok(posts.some((d) => d.form === form && d.status === 202), `nothing taken by the home in ${form}`);
  }
  assert.deepEqual(posts.filter((d) => d.status !== 202), []);
  assert.deepEqual(peer.arrivals.filter((a) => a.status !== 202).map((a) => [a.json.type, a.status]), []);
});

await step("everything the home ever delivered is proved", async () => {
  let documents = 0;
  for (const { json } of peer.arrivals) {
    for (const document of documentsUnder(home, json)) {
      assert.ok(await isProved(document), `${document.type} ${document.id}`);
      assert.ok(!(await isProved({ ...document, type: `${document.type}s` })), "an altered document");
      documents++;
    }
  }
  console.log(`      ${documents} documents in ${peer.arrivals.length} deliveries: ${JSON.stringify(world.signed)}`);
});

await step("every activity came once", async () => {
  const ids = peer.arrivals.map((a) => a.json.id);
  const twice = peer.arrivals.filter((a, i) => ids.indexOf(a.json.id) !== i);
  assert.deepEqual([...new Set(twice.map((a) => a.json.type))], []);
});

await step("the home is well", () => until("readyz", async () => (await fetch(`${home}/readyz`)).ok));

if (process.env.VERBOSE) {
  for (const a of peer.arrivals) console.log("      arrived", a.json.type, a.form, a.status, a.path, a.json.id);
}
peer.close();
process.exit(finish());
