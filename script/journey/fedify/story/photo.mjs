// What a device brings home becomes an album and posts: the stranger sees the picture and plays the video, and learns
// nothing of where they were taken. Once a post is withdrawn, nothing of it is left, here or there.
import { execFile } from "node:child_process";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { assert, step, until } from "../check.mjs";
import { has, leadsTo } from "../home.mjs";
import { list, PUBLIC } from "./world.mjs";

const run = promisify(execFile);

/** What the camera says beside its pictures, in words that stand nowhere else. */
const SECRETS = ["Oboe", "xyzzy"];

export async function photo(world) {
  const { ana } = world;
  const place = await mkdtemp(join(tmpdir(), "device-"));
  const trip = join(place, "files", "Trip");
  const saying = (words) => (a) => a.object?.content?.includes(words);

  try {
    await step("Nextcloud's own client brings a photo and a video home, which say where they were taken", async () => {
      await mkdir(trip, { recursive: true });
      await ffmpeg("-f", "lavfi", "-i", "testsrc2=size=1200x800", "-frames:v", "1", join(trip, "boat.jpg"));
      await ffmpeg("-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25", "-f", "lavfi", "-i", "sine", "-t", "3", "-c:v", "libx264", "-pix_fmt", "yuv420p",
        "-c:a", "aac", "-metadata", "location=+52.5200+013.4050/", join(trip, "bell.mp4"));
      for (const [name, tags] of [["boat.jpg", ["-GPSLatitude=52.52", "-GPSLatitudeRef=N"]], ["bell.mp4", ["-Keys:GPSCoordinates=52.52, 13.405, 30"]]]) {
        await run("exiftool", ["-overwrite_original", "-Make=Oboe", "-XMP:Description=xyzzy", ...tags, join(trip, name)]);
        assert.ok((await told(join(trip, name))).includes("GPS"), `${name} says nothing`);
      }
      const { stdout } = await run(process.env.PROGRAM, ["account", "app-password", "ana", "--device", "Phone", "--data", process.env.HOME_DATA]);
      const secret = stdout.trim().split("\n").at(-1).trim();
      const home = new URL(world.home);
      await run("nextcloudcmd", ["--non-interactive", "--trust", "-u", "ana", "-p", secret, join(place, "files"), home.origin], { env: { ...process.env, HOME: place } });
    }, { ms: 60_000 });

    await step("the photo appears in the timeline", () => until("the photo", async () => {
      const { html } = await ana.page("/photos");
      return html.includes("boat.jpg") && /\/photos\/\d+\/512/.test(html);
    }, { ms: 30_000 }));

    await step("its folder becomes an album, which only ana sees yet", async () => {
      const folder = await ana.page("/files/Trip");
      const [, about] = /href="(\/file\/\d+)"/.exec(folder.html);
      const page = await ana.submit(about, leadsTo(/\/file\/chosen/), { do: "page" });
      assert.ok(/\/site\/pages\/\d+\/pictures/.test(page.url), page.url);
      assert.ok(page.html.includes("/media/"), "no picture in it");
    });

    const picture = await step("it becomes a post, and the stranger sees the picture without what the camera wrote", async () => {
      const { object } = await post(world, "/files/Trip/boat.jpg", "From the dyke", "A boat in a test of colors");
      assert.deepEqual(list(object.to), [PUBLIC]);
      const [attachment] = list(object.attachment);
      assert.equal(attachment.name, "A boat in a test of colors");
      assert.ok(attachment.mediaType.startsWith("image/") && attachment.blurhash);
      await bare(place, attachment);
      return { object, addresses: [attachment.url] };
    });

    const film = await step("the video becomes a post, and the stranger plays it in one piece, bare", async () => {
      const { object } = await post(world, "/files/Trip/bell.mp4", "Listen to it", "A bell");
      const [attachment] = list(object.attachment);
      assert.equal(attachment.mediaType, "video/mp4");
      assert.ok(/^PT[23]/.test(attachment.duration) && attachment.width === 1280, JSON.stringify(attachment));
      await bare(place, attachment);
      await bare(place, attachment.icon);
      const part = await fetch(attachment.url, { headers: { range: "bytes=0-99" } });
      assert.equal(part.status, 206);
      const page = await (await fetch(object.url, { headers: { accept: "text/html" } })).text();
      const addresses = [...page.matchAll(/(?:src|poster)="(\/media\/[^"]+)"/g)].map(([, path]) => world.home + path);
      assert.ok(addresses.some((a) => a.endsWith("all.m3u8")) && addresses.length >= 3, `what the page plays: ${addresses}`);
      return { object, addresses: [attachment.url, attachment.icon.url, ...addresses] };
    }, { ms: 90_000 });

    for (const [what, gone] of [["picture", picture], ["video", film]]) {
      await step(`withdrawing the post of the ${what} ends it there, and its addresses here`, async () => {
        const id = new URL(gone.object.url).pathname.split("/").at(-1);
        await ana.submit(`/posts/${id}/delete`, leadsTo(/\/delete$/), {});
        await world.told(ana, "Delete", (a) => (a.object.id ?? a.object) === gone.object.id);
        for (const address of gone.addresses) {
          const { status } = await fetch(address);
          assert.ok(status === 404 || status === 410, `${address}: ${status}`);
        }
        const { status } = await fetch(gone.object.id, { headers: { accept: "application/activity+json" } });
        assert.equal(status, 410, gone.object.id);
      });
    }

    await step("the files are where the device put them, and the album still shows its picture", async () => {
      await world.sees(ana, "/files/Trip", ["boat.jpg", "bell.mp4"]);
      const site = await ana.page("/site");
      assert.ok(site.words.includes("Trip"), site.words.slice(0, 400));
    });
  } finally {
    await rm(place, { recursive: true, force: true });
  }

  /** Begins a post on the page of a file, waits until it may be sent, and sends it; returns what the stranger was told. */
  async function post(world, file, text, alt) {
    const begun = await ana.submit(file, leadsTo(/\/file\/chosen/), { do: "post" });
    assert.ok(begun.url.includes("/compose?draft="), begun.url);
    await until("everything to be ready", async () => !(await ana.page(begun.url)).words.includes("being made ready"), { ms: 60_000, every: 300 });
    await ana.submit(begun.url, has("text"), { text, visibility: "public", "alt-1": alt });
    return world.told(ana, "Create", saying(text));
  }
}

function ffmpeg(...args) {
  return run("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", ...args]);
}

/** Everything exiftool, which is not ours, finds in a file. */
async function told(file) {
  const { stdout } = await run("exiftool", ["-a", "-G1", "-s", "-ee", "-u", file]);
  return stdout;
}

/** Fetches what a document names as the stranger would, and finds nothing in it that a camera wrote. */
async function bare(place, { url, mediaType }) {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  assert.equal(response.headers.get("content-type"), mediaType);
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.ok(bytes.length > 100);
  for (const secret of SECRETS) assert.ok(!bytes.includes(secret), `${url} holds ${secret}`);
  const file = join(place, `fetched-${crypto.randomUUID()}`);
  await writeFile(file, bytes);
  const found = (await told(file)).split("\n").filter((line) => /GPS|Location|\bMake\b|Model|Software|XMP|IFD0|ExifIFD|Comment|Description\s+: xyzzy/.test(line));
  assert.deepEqual(found, [], url);
}
