// A session of a bench by hand, answered from a phone of 360 px with rendered photographs; then looked at from a desk.
import test, { after } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, close, fits, needs, repository, studio, until, wait } from "./browser.mjs";

after(close);

const example = readFileSync(join(repository, "examples/lab-behaviour.yaml"), "utf8");
const byHand = example.slice(0, example.indexOf("lab:")) + `lab:
  bench: manual
  stiffens: true
  steps: ${process.env.ELASTRAIN_BENCH_STEPS ?? 2}
  protocol: {wait: 0 s, repeats: 1, drift: 0, loads: ports}
  limits: {force: 30 gf, displacement: 8 mm}
`;

const tools = mkdtempSync(join(tmpdir(), "elastrain-camera-"));
after(() => rmSync(tools, { recursive: true, force: true }));
let built;
/** What a camera sees of the lattice in a folder under some forces: the renderer of the Go tests. */
function photograph(dir, loads, looks) {
  built ??= (execFileSync("go", ["test", "-c", "-o", join(tools, "camera"), "./studio/bench"], { cwd: repository }), join(tools, "camera"));
  return execFileSync(built, { cwd: dir, maxBuffer: 1 << 28, env: { ...process.env, ELASTRAIN_BENCH_EXAMPLE: join(repository, "examples/lab-behaviour.yaml"), ELASTRAIN_BENCH_CAMERA: dir, ELASTRAIN_BENCH_LOADS: JSON.stringify(loads), ELASTRAIN_BENCH_LOOKS: String(looks) } });
}

const shots = process.env.ELASTRAIN_SHOTS; // a folder for pictures of the page, those of the documentation among them
const shot = async (page, name, options = {}) => {
  if (!shots) return;
  await page.evaluate(() => getSelection()?.removeAllRanges()); // a double tap may have marked a word
  await page.screenshot({ path: join(shots, `${name}.png`), ...options });
};
/** Pictures side by side in one. */
async function beside(page, names, to, width) {
  if (!shots) return;
  const sheet = await page.context().newPage();
  await sheet.setViewportSize({ width, height: 400 });
  const images = names.map((n) => `<img src="data:image/png;base64,${readFileSync(join(shots, `${n}.png`)).toString("base64")}">`).join("");
  await sheet.setContent(`<style>body{margin:0;display:flex;gap:24px;background:#fff;width:${width}px}img{min-width:0;flex:1 1 0;align-self:start}</style>${images}`);
  await sheet.screenshot({ path: join(shots, `${to}.png`), fullPage: true });
  await sheet.close();
}

/** In the page, on a button of a card: a double tap, whose second comes in the moment in which the next card does. Returns how many buttons there took it. */
const twice = (first) => new Promise((done) => {
  const card = first.closest(".bench-card"), was = card.querySelector("h2").textContent;
  new MutationObserver((_, seen) => {
    const next = card.querySelectorAll(".bench-answers button");
    if (card.querySelector("h2")?.textContent === was || !next.length) return;
    seen.disconnect();
    for (const b of next) b.click();
    done(next.length);
  }).observe(card, { subtree: true, childList: true, characterData: true });
  first.click();
});

test("a session by hand, from a phone", needs, async (t) => {
  const s = await studio(t, { files: { "mine.yaml": byHand } });
  const page = await s.page("/bench/mine.yaml");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole("button", { name: "Begin, or go on" }).waitFor();
  await accessible(page, "before it begins");
  await page.getByRole("button", { name: "Begin, or go on" }).click();
  await page.waitForURL(/#\/bench\/runs\/mine-lab$/);
  const card = page.locator(".bench-card"), state = () => page.evaluate(async () => (await ask("/api/bench?id=runs/mine-lab")).json());
  let loads = [], looks = 0, rejected = false, refused = false, paused = false, checked = new Set();
  const narrow = async (name) => {
    if (checked.has(name)) return;
    checked.add(name);
    await fits(page, name);
    if (["load", "judge-loaded", "refused", "set"].includes(name)) await accessible(page, name);
    if (shots && name === "load") await page.evaluate(() => scrollTo(0, 0));
    await shot(page, `bench-phone-${name}`);
    if (name.startsWith("judge")) await shot(page, `bench-phone-${name}-all`, { fullPage: true });
  };
  for (let n = 0; n < 400; n++) {
    const now = await state(), turn = now.turn;
    if (now.phase === "ended") break;
    if (now.phase === "paused") { paused = true; await narrow("paused"); await page.getByRole("button", { name: "Go on" }).click(); await until("the session to go on", async () => (await state()).phase !== "paused"); continue; }
    assert.notEqual(now.phase, "fault", now.why);
    if (!turn?.id || turn.came) { await wait(50); continue; }
    switch (turn.kind) {
      case "load":
        await card.getByRole("heading", { name: turn.title }).waitFor();
        loads = turn.actions ?? [];
        looks = 0;
        if (loads.length) { assert.match(await card.innerText(), new RegExp(`Node ${loads[0].node}`)); await narrow("load"); }
        await card.getByRole("button", { name: turn.bare ? "Nothing hangs" : "It hangs" }).click();
        break;
      case "set":
        await card.getByRole("heading", { name: turn.title }).waitFor();
        if (turn.actions?.length) await narrow("set");
        await card.locator(".bench-answers button").click();
        break;
      case "photograph": {
        await card.getByRole("heading", { name: "Take a photograph" }).waitFor();
        await narrow("photograph");
        const field = card.locator("input[capture=environment]");
        if (!refused) { // a photograph that is none is refused in words
          refused = true;
          await field.setInputFiles({ name: "IMG_1.HEIC", mimeType: "image/heic", buffer: Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic") });
          assert.match(await card.getByRole("alert").innerText(), /Most Compatible/);
          await field.setInputFiles({ name: "IMG_1.jpg", mimeType: "image/jpeg", buffer: Buffer.from("\xff\xd8\xff#!/bin/sh", "latin1") });
          await page.waitForFunction(() => /damaged|no photograph/.test(document.querySelector(".bench-card [role=alert]")?.textContent ?? ""));
          await narrow("refused");
        }
        const file = join(tools, `${n}.png`);
        writeFileSync(file, photograph(s.dir, loads, looks++)); // another look is another picture
        // Of this card alone: it may be over before the tool has seen that the file is chosen, which it would then try again with the next.
        await (await field.elementHandle()).setInputFiles(file).catch(async (e) => { const now = (await state()).turn; if (now?.id === turn.id && !now.came) throw e; });
        break;
      }
      case "judge": {
        await card.getByRole("heading", { name: "Is every mark where it should be?" }).waitFor();
        await card.locator("img").first().evaluate((i) => i.decode());
        assert.match(await card.innerText(), /14 of 14 nodes were found/);
        await narrow(turn.nodes.some((x) => x.moved) ? "judge-loaded" : "judge");
        if (shots && now.step === 2 && loads.length && !checked.has("desk")) { // for docs/images
          checked.add("desk");
          await page.waitForTimeout(700);
          await shot(page, "phone-judge");
          await page.setViewportSize({ width: 1280, height: 800 });
          await page.waitForTimeout(2000);
          await shot(page, "desk", { fullPage: true });
          await page.setViewportSize({ width: 360, height: 740 });
          await beside(page, ["bench-phone-load", "phone-judge"], "studio-bench-phone", 744);
          await beside(page, ["desk"], "studio-bench", 780);
        }
        if (!rejected && loads.length && !paused) { // once: rejected with a reason; and a pause is asked for
          rejected = true;
          await page.getByRole("button", { name: /^Pause/ }).click();
          await card.getByRole("button", { name: "Reject…" }).click();
          await card.getByRole("button", { name: "A weight still swings" }).click();
        } else {
          const tap = card.getByRole("button", { name: "Accept" });
          if (!loads.length && !checked.has("double")) {
            checked.add("double");
            await tap.click({ trial: true }); // it takes taps by now
            assert.ok(await tap.evaluate(twice) > 0);
            const next = await until("the next card", async () => { const t = (await state()).turn; return t?.id !== turn.id && t?.id; });
            await wait(300);
            assert.equal((await state()).turn?.id, next, "the second tap has answered the next card");
          } else await tap.click();
        }
        break;
      }
      default: assert.fail(`asked for ${JSON.stringify(turn)}`);
    }
    await until("the answer to be taken", async () => { const now = (await state()).turn; return now?.id !== turn.id || now.came; });
  }
  await card.getByRole("heading", { name: "The session has ended" }).waitFor();
  assert.ok(rejected && refused && paused, "not everything was tried");
  await narrow("ended");
  const record = readFileSync(join(s.dir, "orders/rejected.jsonl"), "utf8").trim().split("\n");
  assert.equal(record.length, 1);
  assert.match(record[0], /A weight still swings/);
  const outcome = JSON.parse(readFileSync(join(s.dir, "runs/mine-lab/outcome.json"), "utf8"));
  assert.equal(outcome.ended, "success");
  assert.ok(outcome.after.loss < outcome.before.loss, "it has learned");
  const photos = readdirSync(join(s.dir, "inbox"));
  assert.equal(new Set(photos).size, photos.length);
  assert.ok(photos.every((p) => /^phone-\d{8}-\d{6}-[0-9a-f]{12}-\d+\.png$/.test(p)), photos.join());
  // From a desk: the loss with what its noise is, the loads that counted.
  await page.setViewportSize({ width: 1280, height: 800 });
  const shown = page.getByRole("table", { name: "Loads" });
  await page.getByLabel("of all steps").check();
  await shown.getByText("yes").first().waitFor();
  await page.getByText("1 photograph was rejected").click();
  await page.getByText("Steps as numbers").click();
  const first = await page.locator(".bench-losses tbody tr").first().innerText();
  assert.ok(first.includes(String(Number(outcome.before.loss.toPrecision(4)))), `${first} is not ${outcome.before.loss}`);
  await accessible(page, "desk");
  await shot(page, "bench-desk", { fullPage: true });
  assert.deepEqual(s.faults, []);
});
