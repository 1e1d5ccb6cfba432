// Periodic cells in a page: drawn with their neighbours, strained as `solve` says; loads are strains in per cent and stresses in N/m.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { close, needs, repository, studio } from "./browser.mjs";

after(close);

const sheet = `elastrain: 1
title: A sheet under stress
network: {lattice: honeycomb, size: 2 x 2, spacing: 10 mm, periodic: true}
elements:
  - {kind: bar, stiffness: 10..200 N/m at 50 N/m}
  - {kind: angle, at: corners, angular: 1 mN m}
task:
  kind: behaviour
  cases:
    - push: [{sxx: 1 N/m}]
      want: [{eyy: 0.5 %}]
`;
const near = (a, b, what) => assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-4), `${what}: ${a}, and ${b}`);

test("a periodic cell is strained on the page as solve says, under sliders with units", needs, async (t) => {
  const s = await studio(t, { files: { "cell.yaml": readFileSync(join(repository, "examples/cell.yaml"), "utf8"), "sheet.yaml": sheet } });
  await s.elastrain("-q", "train", "cell.yaml", "--no-figures");
  await s.elastrain("-q", "train", "sheet.yaml", "--no-figures");
  const look = async (name, least) => {
    const page = await s.page(`/run/runs/${name}`), solve = JSON.parse(await s.elastrain("solve", `runs/${name}`, "--json")).answers[0];
    await page.waitForFunction(() => window.elastrain?.play?.solved.value && window.elastrain.drawings[0]?.shown?.cell?.moved);
    const p = await page.evaluate(() => {
      const { solved, opened } = window.elastrain.play, d = window.elastrain.drawings[0].shown, g = d.geometry;
      return { strain: solved.value.strain, cell: opened.value.shape.cell, nodes: opened.value.shape.nodes, points: [...g.points], numbers: [...g.numbers], u: [...d.u], ends: [...g.ends], third: [...g.third],
        number: [...g.number], e: [...solved.value.e], corners: d.cell.corners, moved: d.cell.moved };
    });
    for (const k of ["exx", "eyy", "gxy"]) assert.ok(Math.abs(p.strain[k] - solve.strain[k]) <= 1e-9 * Math.abs(solve.strain.exx), `${k}: ${p.strain[k]}, solve ${solve.strain[k]}`);
    // Images: as far away as lattice vectors say, and moved by the strain times that.
    assert.ok(p.points.length / 3 > 5 * p.nodes);
    for (let i = p.nodes; i < p.points.length / 3; i++) {
      const n = p.numbers.indexOf(p.numbers[i]), x = p.points[3 * i] - p.points[3 * n], y = p.points[3 * i + 1] - p.points[3 * n + 1];
      const far = [-2, -1, 0, 1, 2].some((a) => [-2, -1, 0, 1, 2].some((b) => Math.hypot(a * p.cell[0][0] + b * p.cell[1][0] - x, a * p.cell[0][1] + b * p.cell[1][1] - y) < 1e-12));
      assert.ok(far, `image ${i} lies nowhere`);
      near(p.u[3 * i] - p.u[3 * n], solve.strain.exx * x + solve.strain.gxy / 2 * y, `image ${i} along x`);
      near(p.u[3 * i + 1] - p.u[3 * n + 1], solve.strain.eyy * y + solve.strain.gxy / 2 * x, `image ${i} along y`);
    }
    // The border is the strained cell.
    near(p.moved[1][0] - p.moved[0][0], solve.strain.exx * (p.corners[1][0] - p.corners[0][0]) + solve.strain.gxy / 2 * (p.corners[1][1] - p.corners[0][1]), "border");
    // No bond is longer than those of the cell: none goes across the drawing.
    const long = p.number.map((_, e) => (p.third[e] >= 0 ? 0 : Math.hypot(p.points[3 * p.ends[2 * e]] - p.points[3 * p.ends[2 * e + 1]], p.points[3 * p.ends[2 * e] + 1] - p.points[3 * p.ends[2 * e + 1] + 1])));
    assert.ok(Math.max(...long) <= least, `a bond of ${Math.max(...long)} m`);
    return page;
  };

  const cell = await look("cell", 0.0201), plain = (text) => text.replace(/\u00a0/g, " "), strain = async () => plain(await cell.locator("[data-strain]").textContent());
  assert.equal(await strain(), "Strain of the cell: exx 1 %, eyy 0.6 %, gxy 0 %.");
  const slider = cell.getByRole("slider", { name: "exx" });
  assert.equal(plain(await slider.getAttribute("aria-valuetext")), "1 %");
  await slider.fill("-0.005");
  await cell.waitForFunction(() => document.querySelector("[data-strain]").textContent.includes("exx −0.5"));
  assert.equal(await strain(), "Strain of the cell: exx −0.5 %, eyy −0.3 %, gxy 0 %.");
  // Whoever points at an image means its node or bond.
  const own = await cell.evaluate(() => {
    const d = window.elastrain.drawings[0], n = window.elastrain.play.opened.value.shape, out = [];
    for (let i = n.nodes; i < d.frame.x.length; i++) out.push([d.shown.geometry.numbers[i], window.elastrain.play.opened.value.geometry.numbers[d.pick(d.frame.x[i], d.frame.y[i]).node]]);
    return out;
  });
  own.forEach(([shown, told]) => assert.equal(told, shown));
  await cell.focus(".lattice-host");
  for (let i = 0; i < 8; i++) {
    await cell.keyboard.press("ArrowRight");
    assert.ok(await cell.evaluate(() => window.elastrain.play.chosen.value.node < window.elastrain.play.opened.value.shape.nodes));
  }
  await cell.close();

  const under = await look("sheet", 0.0174);
  assert.equal(plain(await under.getByRole("slider", { name: "sxx" }).getAttribute("aria-valuetext")), "1 N/m");
  await under.close();
  assert.deepEqual(s.faults, []);
});
