// Ana says things to different people, and the stranger gets each with the audience it was meant for.
import * as vocab from "@fedify/vocab";
import { assert, step } from "../check.mjs";
import { has } from "../home.mjs";
import { CAVAGE } from "../peer.mjs";
import { png } from "../picture.mjs";
import { isProved } from "../proof.mjs";
import { addressed, list, PUBLIC } from "./world.mjs";

export async function publish(world) {
  const { peer, ana } = world;
  const followers = `${ana.account.uri}/followers`;
  const saying = (words) => (a) => a.object?.content?.includes(words);

  await step("a public post with picture, mention, hashtag and content warning arrives whole", async () => {
    const form = new FormData();
    form.set("file", new Blob([png(320, 200)], { type: "image/png" }), "field.png");
    form.set("description", "A field in the evening, sky in violet");
    const picture = await ana.api("POST", "/api/v2/media", form);
    world.post = await ana.post({
      status: `Look, ${peer.handle}: the whole #Field at once`, spoiler_text: "long views", language: "en",
      visibility: "public", "media_ids[]": picture.id,
    });
    const create = await world.told(ana, "Create", saying("at once"), CAVAGE);
    const note = create.object;
    addressed(note, [PUBLIC], [followers, peer.id]);
    addressed(create, [PUBLIC], [followers, peer.id]);
    assert.equal(note.type, "Note");
    assert.equal(note.id, world.post.uri);
    assert.equal(note.summary, "long views");
    assert.equal(note.sensitive, true);
    assert.ok(note.contentMap?.en, "no language");
    const tags = list(note.tag).map((t) => [t.type, t.name.toLowerCase(), t.href]);
    assert.deepEqual(tags[0], ["Mention", peer.handle, peer.id.href]);
    assert.deepEqual(tags[1].slice(0, 2), ["Hashtag", "#field"]);
    world.note = note;
    world.create = create;
  });

  await step("Fedify understands it: types, tags, description, language", async () => {
    const note = await world.understood(world.create).getObject();
    assert.ok(note instanceof vocab.Note);
    assert.equal(note.attributionId.href, ana.account.uri);
    assert.ok(note.published && note.url.href.startsWith(`${world.home}/@ana/`));
    const tags = await Array.fromAsync(note.getTags());
    assert.deepEqual(tags.map((t) => t.constructor.name), ["Mention", "Hashtag"]);
    const [picture] = await Array.fromAsync(note.getAttachments());
    assert.ok(picture instanceof vocab.Document || picture instanceof vocab.Image);
    assert.equal(picture.name.toString(), "A field in the evening, sky in violet");
    assert.ok(note.contents.some((c) => c.locale?.toString() === "en" || c.language?.toString() === "en"), "no content in English");
  });

  await step("its picture can be fetched, with its description and no other origin", async () => {
    const [attachment] = list(world.note.attachment);
    assert.equal(attachment.name, "A field in the evening, sky in violet");
    assert.ok(attachment.blurhash && attachment.width && attachment.height, "blurhash and size");
    const response = await fetch(attachment.url);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), attachment.mediaType);
    assert.equal(new URL(attachment.url).origin, world.home);
    assert.ok((await response.arrayBuffer()).byteLength > 100);
  });

  await step("Fedify fetches the post by its id and by its page, and both lead to the same proved note", async () => {
    const fetched = await peer.fetchSigned(world.post.uri);
    assert.deepEqual(fetched, world.note);
    assert.ok(await isProved(fetched));
    assert.equal((await peer.find(world.post.url))?.id?.href, world.post.uri);
  });

  await step("an unlisted post, written in the composer on our page", async () => {
    await ana.submit("/compose", has("text"), { text: "Said quietly", visibility: "unlisted" });
    const { object } = await world.told(ana, "Create", saying("quietly"));
    addressed(object, [followers], [PUBLIC]);
    await world.sees(ana, "/", "Said quietly");
  });

  await step("a post for followers, with its picture, from the composer", async () => {
    await ana.submit("/compose", has("text"), {
      text: "For those who follow", visibility: "followers", "alt-1": "The gate",
      "picture-1": new File([png(64, 64)], "gate.png", { type: "image/png" }),
    });
    const { object } = await world.told(ana, "Create", saying("who follow"));
    addressed(object, [followers], []);
    assert.equal(list(object.attachment)[0].name, "The gate");
    world.private = object;
  });

  await step("a post for named people only", async () => {
    await ana.submit("/compose", has("text"), { text: `Between us, ${peer.handle}`, visibility: "direct", named: peer.handle });
    const { object } = await world.told(ana, "Create", saying("Between us"));
    addressed(object, [peer.id], []);
    world.direct = object;
  });

  await step("what is not for everyone is served to the signed stranger and to nobody else", async () => {
    for (const object of [world.private, world.direct]) {
      const unsigned = await fetch(object.id, { headers: { accept: "application/activity+json" } });
      assert.equal(unsigned.status, 404, `${object.id} unsigned`);
      assert.deepEqual(await peer.fetchSigned(object.id), object);
    }
  });
}
