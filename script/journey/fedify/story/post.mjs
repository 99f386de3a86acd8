// Every kind of post: polls in both directions, small pictures, an article, an edit, what is pinned, and a quote left as a link.
import * as vocab from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";
import { assert, step, until } from "../check.mjs";
import { endPoll, has } from "../home.mjs";
import { list } from "./world.mjs";

export async function posts(world) {
  const { peer, ana } = world;
  const everyone = { tos: [peer.everyone], ccs: [peer.readers] };
  const vote = async (question, name) => peer.tell(world.anaActor,
    peer.write({ name, replyTarget: new URL(question), tos: [new URL(ana.account.uri)] }));
  const tally = (votes) => votes.map(([name, n]) => new vocab.Note({ name, replies: new vocab.Collection({ totalItems: n }) }));

  await step("a poll of ana's arrives as a Question, and the stranger's vote is counted once", async () => {
    const status = await ana.api("POST", "/api/v1/statuses", {
      status: "Which evening?", "poll[options][0]": "Friday", "poll[options][1]": "Saturday", "poll[expires_in]": "3600",
    });
    const { object } = await world.told(ana, "Create", (a) => a.object.type === "Question");
    assert.deepEqual(list(object.oneOf).map((o) => [o.name, o.replies.totalItems]), [["Friday", 0], ["Saturday", 0]]);
    assert.ok(object.endTime && object.votersCount === 0);
    await vote(status.uri, "Saturday");
    await vote(status.uri, "Friday");
    await vote(status.uri, "Sunday");
    const poll = await until("the vote", async () => {
      const now = await ana.api("GET", `/api/v1/polls/${status.id}`);
      return now.votes_count > 0 && now;
    });
    assert.deepEqual(poll.options.map((o) => o.votes_count), [0, 1]);
    const [question] = await Array.fromAsync([await peer.find(status.uri)]);
    assert.ok(question instanceof vocab.Question);
    world.poll = status;
  });

  await step("the end of ana's poll reaches the stranger with its counts, and a later vote counts nothing", async () => {
    endPoll(process.env.HOME_DATA, world.poll.id);
    const { object } = await world.told(ana, "Update", (a) => a.object.id === world.poll.uri && a.object.closed);
    assert.deepEqual(list(object.oneOf).map((o) => [o.name, o.replies.totalItems]), [["Friday", 0], ["Saturday", 1]]);
    assert.deepEqual([object.votersCount, object.updated], [1, undefined]);
    await vote(world.poll.uri, "Friday");
    const poll = await ana.api("GET", `/api/v1/polls/${world.poll.id}`);
    assert.deepEqual([poll.expired, ...poll.options.map((o) => o.votes_count)], [true, 0, 1]);
    const { words } = await ana.page(new URL(world.poll.url).pathname);
    assert.ok(words.includes("1 person"), words.slice(0, 400));
  });

  await step("a poll of the stranger's is answered on our page, its counts come back, and its end is told", async () => {
    const id = new URL(`/questions/${crypto.randomUUID()}`, peer.origin);
    const asked = (votes, more = {}) => new vocab.Question({
      id, attribution: peer.id, content: "<p>Tea or coffee?</p>", ...everyone, exclusiveOptions: tally(votes), published: Temporal.Now.instant(),
      voters: votes.reduce((sum, [, n]) => sum + n, 0), endTime: Temporal.Now.instant().add({ hours: 1 }), ...more,
    });
    await peer.tell(world.anaActor, asked([["Tea", 1], ["Coffee", 2]]), { shared: true });
    const here = await world.status(ana, id);
    assert.deepEqual(here.poll.options.map((o) => [o.title, o.votes_count]), [["Tea", 1], ["Coffee", 2]]);
    await world.sees(ana, "/", ["Tea or coffee?", "Choose one"]);
    await ana.submit("/", (form) => form.action.endsWith(`/posts/${here.id}/vote`), { "choice[]": "1" });
    const told = await world.told(ana, "Create", (a) => a.object.name === "Coffee");
    assert.deepEqual([list(told.object.to), told.object.inReplyTo, told.object.content], [[peer.id.href], id.href, undefined]);
    const update = (question) => peer.send(world.anaActor, new vocab.Update({ object: question, ...everyone }), { shared: true });
    await update(asked([["Tea", 1], ["Coffee", 3]]));
    await until("the counts", async () => (await ana.api("GET", `/api/v1/polls/${here.id}`)).votes_count === 4);
    await update(asked([["Tea", 1], ["Coffee", 3]], { closed: Temporal.Now.instant() }));
    await until("the end", async () => (await ana.api("GET", `/api/v1/polls/${here.id}`)).expired);
    assert.equal((await ana.api("GET", "/api/v1/notifications?types[]=poll"))[0].status.id, here.id);
    assert.equal((await ana.api("GET", `/api/v1/statuses/${here.id}`)).edited_at, null);
  });

  await step("a small picture in the stranger's words is shown through the home", async () => {
    const icon = new vocab.Image({ url: new URL("/picture.png", peer.origin), mediaType: "image/png" });
    const note = peer.write({
      content: "<p>Good morning :door:</p>", ...everyone,
      tags: [new vocab.Emoji({ id: new URL("/emoji/door", peer.origin), name: ":door:", icon })],
    });
    await peer.tell(world.anaActor, note, { shared: true });
    const here = await world.status(ana, note.id);
    assert.equal(here.emojis[0].shortcode, "door");
    assert.equal(new URL(here.emojis[0].url).origin, world.home);
    const picture = await fetch(here.emojis[0].url);
    assert.deepEqual([picture.status, picture.headers.get("content-type")], [200, "image/png"]);
    const { html } = await world.sees(ana, "/", "Good morning");
    assert.ok(html.includes('alt=":door:"'), "the picture in the page");
  });

  await step("a quote of the stranger's stands as a link, and its property is kept", async () => {
    const quoted = world.post.uri;
    const note = peer.write({
      content: `<p>Well said</p><p class="quote-inline">RE: <a href="${world.post.url}">${world.post.url}</a></p>`, quoteUrl: new URL(quoted), ...everyone,
    });
    await peer.tell(world.anaActor, note, { shared: true });
    const here = await world.status(ana, note.id);
    assert.ok(here.content.includes(`href="${world.post.url}"`), here.content);
    assert.equal(here.quote, null);
    await world.sees(ana, `/${peer.handle}/${here.id}`, ["Well said", "RE:"]);
    await assert.rejects(ana.post({ status: "Mine on that", quoted_status_id: here.id }), /: 422 /);
    assert.deepEqual(here.quote_approval.current_user, "denied");
  });

  await step("an article of ana's arrives with its title, its summary and all of its words", async () => {
    await ana.submit("/compose?kind=article", has("title"), {
      title: "On low tide", summary: "What the sea leaves.", text: `# The wreck\n\n${"Low tide again. ".repeat(400)}\n\nThe very end.`, visibility: "public",
    });
    const { object } = await world.told(ana, "Create", (a) => a.object.type === "Article");
    assert.equal(object.name, "On low tide");
    assert.ok(object.summary.includes("What the sea leaves."), object.summary);
    assert.ok(object.content.includes("The very end."));
    if (object.preview) assert.equal(object.preview.type, "Note");
    world.article = object;
  });

  await step("an edit of ana's reaches the stranger", async () => {
    const status = await ana.post({ status: "A smal mistake", visibility: "public" });
    await world.told(ana, "Create", (a) => a.object.content?.includes("smal mistake"));
    await ana.api("PUT", `/api/v1/statuses/${status.id}`, { status: "A small mistake, mended" });
    const { object } = await world.told(ana, "Update", (a) => a.object.id === status.uri);
    assert.ok(object.content.includes("mended") && object.updated);
    world.mended = status;
  });

  await step("what ana pins is added to her featured collection, and taken off again", async () => {
    const { id, uri } = world.mended;
    const actor = await peer.fetchSigned(ana.account.uri);
    const featured = async () => list((await peer.fetchSigned(actor.featured)).orderedItems).map((i) => i.id ?? i);
    await ana.api("POST", `/api/v1/statuses/${id}/pin`);
    const added = await world.told(ana, "Add", (a) => (a.object.id ?? a.object) === uri);
    assert.equal(added.target, actor.featured);
    assert.ok((await featured()).includes(uri));
    await ana.api("POST", `/api/v1/statuses/${id}/unpin`);
    await world.told(ana, "Remove", (a) => (a.object.id ?? a.object) === uri);
    assert.ok(!(await featured()).includes(uri));
  });
}
