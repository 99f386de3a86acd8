// Small pictures of the home, in a name, a field and a post, as the stranger is told of them.
import * as vocab from "@fedify/vocab";
import { assert, step } from "../check.mjs";
import { has, leadsTo } from "../home.mjs";
import { png } from "../picture.mjs";
import { list } from "./world.mjs";

export async function emoji(world) {
  const { ana } = world;

  /** The emoji among tags as Fedify read them, by name, each with a picture that can be fetched from the home. */
  const drawn = async (object) => {
    const found = {};
    for await (const tag of object.getTags()) {
      if (!(tag instanceof vocab.Emoji)) continue;
      const icon = await tag.getIcon();
      const response = await fetch(icon.url);
      assert.deepEqual([response.status, response.headers.get("content-type").split("/")[0]], [200, "image"]);
      assert.equal(icon.url.origin, world.home);
      found[tag.name.toString()] = icon.url.href;
    }
    return found;
  };

  await step("ana, who keeps the home, gives it two small pictures by the form", async () => {
    for (const [shortcode, side] of [["oar", 24], ["bell", 32]]) {
      await ana.submit("/settings/emoji", has("shortcode"), { shortcode, picture: new File([png(side, side)], `${shortcode}.png`, { type: "image/png" }) });
    }
    const all = await ana.api("GET", "/api/v1/custom_emojis");
    assert.deepEqual(all.map((e) => e.shortcode).sort(), ["bell", "oar"]);
  });

  await step("those in her name and in a field of her profile reach the stranger", async () => {
    await ana.submit("/settings", leadsTo(/profile/), { name: "Ana :oar:", "fact-name-1": "Rings", "fact-value-1": "at :bell: noon" });
    const update = await world.told(ana, "Update", (a) => a.object?.name === "Ana :oar:");
    assert.deepEqual(list(update.object.tag).map((t) => [t.type, t.name]), [["Emoji", ":oar:"], ["Emoji", ":bell:"]]);
    const actor = await world.understood(update).getObject();
    assert.deepEqual(Object.keys(await drawn(actor)), [":oar:", ":bell:"]);
    const me = await ana.api("GET", "/api/v1/accounts/verify_credentials");
    assert.deepEqual(me.emojis.map((e) => e.shortcode), ["oar", "bell"]);
    const { html } = await ana.page("/@ana");
    for (const word of [":oar:", ":bell:"]) assert.ok(html.includes(`alt="${word}"`), `no ${word} on her page`);
  });

  await step("one in a post is a tag that Fedify reads, and words in code stay words", async () => {
    const status = await ana.post({ status: "All :oar: out, `:bell:` is rung", visibility: "public" });
    const create = await world.told(ana, "Create", (a) => a.object.id === status.uri);
    const note = await world.understood(create).getObject();
    assert.ok(":oar:" in await drawn(note));
    assert.ok(note.content.toString().includes(":oar:"), "its word is not in the content");
    assert.equal(status.emojis[0].shortcode, "oar");
    assert.match(status.content, /<code>:bell:<\/code>/);
  });
}
