// Edits and deletes that overtake each other, in both directions.
import * as vocab from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";
import { assert, sleep, step, until } from "../check.mjs";
import { list } from "./world.mjs";

export async function race(world) {
  const { peer, ana } = world;
  const everyone = { tos: [peer.everyone], ccs: [peer.readers] };
  const remove = (note) => peer.send(world.anaActor, new vocab.Delete({ object: new vocab.Tombstone({ id: note.id }), ...everyone }), { shared: true });
  const edit = (note) => peer.send(world.anaActor, new vocab.Update({ object: note, ...everyone }), { shared: true });
  const later = (seconds) => Temporal.Now.instant().add({ seconds });

  await step("a delete that comes before its note: the note does not come any more", async () => {
    const note = peer.write({ content: "<p>Too late to say</p>", ...everyone });
    await remove(note);
    await peer.tell(world.anaActor, note, { shared: true });
    await edit(note.clone({ content: "<p>Too late to mend</p>", updated: later(1) }));
    await sleep(300);
    assert.ok(!(await ana.page("/")).words.includes("Too late"), "it came");
  });

  await step("of two edits that come in the wrong order the newer stays, and none comes after the delete", async () => {
    const note = peer.write({ content: "<p>Ebb at six</p>", ...everyone });
    await peer.tell(world.anaActor, note, { shared: true });
    const here = await world.status(ana, note.id);
    await edit(note.clone({ content: "<p>Ebb at eight</p>", updated: later(20) }));
    await until("the newer", async () => (await ana.api("GET", `/api/v1/statuses/${here.id}`)).content.includes("eight"));
    await edit(note.clone({ content: "<p>Ebb at seven</p>", updated: later(10) }));
    await sleep(300);
    assert.match((await ana.api("GET", `/api/v1/statuses/${here.id}`)).content, /eight/);
    await remove(note);
    await edit(note.clone({ content: "<p>Ebb at nine</p>", updated: later(30) }));
    await sleep(300);
    for (const path of ["", "/history"]) {
      await assert.rejects(ana.api("GET", `/api/v1/statuses/${here.id}${path}`), /: 4(04|10)/);
    }
  });

  await step("edits and the delete of one post of ana's, at once: the stranger is left with the tombstone", async () => {
    const status = await ana.post({ status: "One moment", visibility: "public" });
    await world.told(ana, "Create", (a) => a.object.id === status.uri);
    const answers = await Promise.all([
      ...[1, 2, 3].map((n) => ana.api("PUT", `/api/v1/statuses/${status.id}`, { status: `Another moment ${n}` }).then(() => "edited", (e) => e.message)),
      ana.api("DELETE", `/api/v1/statuses/${status.id}`).then(() => "deleted"),
    ]);
    assert.equal(answers[3], "deleted");
    for (const one of answers.slice(0, 3)) assert.ok(one === "edited" || /: 4(04|10) /.test(one), one);
    await world.told(ana, "Delete", (a) => (a.object.id ?? a.object) === status.uri);
    await sleep(300);
    const about = peer.arrivals.map((a) => a.json).filter((a) => list(a.object)[0]?.id === status.uri);
    assert.equal(about.at(-1).type, "Delete", `the last word is ${about.at(-1).type}`);
    assert.equal((await fetch(status.uri, { headers: { accept: "application/activity+json" } })).status, 410);
  });
}
