// A story told in steps: each prints one line, and a step that fails does not end the story.
import assert from "node:assert/strict";

export { assert };

const outcome = { passed: 0, failed: 0 };

/** Runs one act of the story and returns what it returned, undefined where it failed. */
export async function step(name, act, { ms = 20_000 } = {}) {
  const start = performance.now();
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${ms} ms`)), ms);
    });
    const value = await Promise.race([act(), late]);
    outcome.passed++;
    console.log(`ok    ${name} (${Math.round(performance.now() - start)} ms)`);
    return value;
  } catch (error) {
    outcome.failed++;
    console.log(`FAIL  ${name}: ${brief(error)}`);
    if (process.env.VERBOSE) console.log(error.stack);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Asks again until the answer is truthy; errors on the way count as "not yet". */
export async function until(what, ask, { ms = 8_000, every = 50 } = {}) {
  const end = performance.now() + ms;
  for (let last; ;) {
    try {
      const value = await ask();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms${last ? ` (${brief(last)})` : ""}`);
    await sleep(every);
  }
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Prints the count and returns the exit status. */
export function finish() {
  console.log(`${outcome.passed} passed, ${outcome.failed} failed`);
  return outcome.failed ? 1 : 0;
}

function brief(error) {
  return String(error?.message ?? error).replace(/\s+/g, " ").slice(0, 600);
}
