// A push that has no target yet is answered: the lattice moves as `elastrain solve` says; and what is edited stays where it is seen.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { close, needs } from "./browser.mjs";
import { sketch } from "./sketch-hand.mjs";

after(close);

test("a push moves the lattice before anything is wanted, and the view stays while it is drawn", needs, async (t) => {
  const h = await sketch(t), { page, s } = h;
  const moves = (n) => page.evaluate((n) => { const p = window.elastrain.drawings[0].shown, i = [...p.geometry.numbers].indexOf(n); return p.u && [p.u[3 * i], p.u[3 * i + 1]]; }, n);
  const seen = () => page.evaluate(() => { const v = window.elastrain.drawings[0].looking; return [...v.target, v.height]; });
  await page.locator('.sketch-advice[aria-busy="false"]').waitFor();
  await h.key("p");
  await h.click(1, "Node 1 is pinned.");
  await h.click(5, "Node 5 is pinned.");
  assert.equal(await moves(11), undefined, "nothing is pushed");
  await h.key("u");
  await h.drag(11, [4, 70], "Node 11 is pushed along -y");
  await h.field("Push of node 11: force", "49 mN", "49 mN");
  await page.waitForFunction(() => window.elastrain.drawings[0].shown.u);
  assert.match(await h.advice(), /Say what it should do/);
  await page.locator("[data-outputs]").waitFor({ state: "detached" }); // nothing is read
  writeFileSync(join(s.dir, "pushed.yaml"), (await h.text()).replace(/want: \[\]/, "want: [{node: 13, along: y, move: 1 mm}]"));
  const answer = JSON.parse(await s.elastrain("solve", "pushed.yaml", "--json")).answers[0].nodes, at = (n) => answer.find((x) => x.node === n).displacement;
  for (const n of [8, 11, 14]) (await moves(n)).forEach((u, k) => assert.ok(Math.abs(u - at(n)["xy"[k]]) <= 1e-9 * Math.abs(at(11).y), `node ${n}: ${u}, ${JSON.stringify(at(n))}`));
  const whole = (await moves(11))[1];
  await page.getByLabel("Load", { exact: true }).fill("0.5"); // the slider as well
  await page.waitForFunction((u) => { const p = window.elastrain.drawings[0].shown, i = [...p.geometry.numbers].indexOf(11); return p.u && Math.abs(p.u[3 * i + 1] / u - 0.5) < 1e-9; }, whole);
  await page.getByLabel("Load", { exact: true }).fill("1");
  await page.getByRole("button", { name: "Add a case" }).click(); // a case without a push moves nothing; the other still does
  await h.said("Case 2 is there");
  await page.waitForFunction(() => !window.elastrain.drawings[0].shown.u);
  await h.key("Control+z"); // and is gone again
  await page.waitForFunction(() => { const p = window.elastrain.drawings[0].shown; return p.u && p.arrows.some((a) => a.kind === "load"); });

  await h.key("r"); // read: an experiment now
  await h.click(13, "Node 13 is read along y.");
  await h.answers();
  assert.ok(Math.abs((await h.outputs())[0] - at(13).y) <= 1e-9 * Math.abs(at(11).y));
  const view = await seen(); // an outer node is dragged far out
  await h.key("n");
  await h.drag(14, [60, -90], "now a list of points and bonds");
  await h.answers();
  assert.deepEqual(await seen(), view, "what is edited stays where it is seen");
  await h.drag(14, [20, -20], "Node 14 is at");
  await h.answers();
  assert.deepEqual(await seen(), view);
  await page.locator(".lattice-host").press("f"); // all of it, when that is asked for
  await page.waitForFunction((v) => window.elastrain.drawings[0].looking.height !== v[3], view);
  assert.deepEqual(s.faults, []);
});
