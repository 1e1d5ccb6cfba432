// A sketch as a hand and an eye have it: what tests of sketches share.
import { studio } from "./browser.mjs";

/** A sketch as a hand and an eye have it. */
export async function sketch(t, files = {}, path = "/sketch") {
  const s = await studio(t, { files });
  const page = await s.page(path, { reducedMotion: "reduce" });
  await page.locator(".sketch-canvas").waitFor();
  const hand = {
    s, page,
    text: () => page.evaluate(() => [...document.querySelector(".sketch-editor").shadowRoot.querySelectorAll(".cm-line")].map((l) => l.textContent).join("\n")),
    advice: () => page.locator(".sketch-advice").innerText(),
    place: (n) => page.evaluate(async (n) => {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))); // as it is drawn now
     
      const d = window.elastrain.drawings[0], r = document.querySelector(".lattice-host").getBoundingClientRect(), i = [...d.shown.geometry.numbers].indexOf(n);
      return i < 0 ? undefined : [r.left + d.frame.x[i], r.top + d.frame.y[i]];
    }, n),
    /** Waits until what was done last is said, and the engine has looked at it. */
    said: async (words) => {
      await page.locator(".sketch-note", { hasText: words }).waitFor();
      await page.locator('.sketch-advice[aria-busy="false"]').waitFor();
    },
    key: async (k) => { await page.locator("h1").click(); await page.keyboard.press(k); },
    click: async (n, words) => { await page.mouse.click(...await hand.place(n)); if (words) await hand.said(words); },
    drag: async (n, to, words) => {
      const [x, y] = await hand.place(n), [a, b] = typeof to === "number" ? await hand.place(to) : [x + to[0], y + to[1]];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(a, b, { steps: 3 });
      await page.mouse.up();
      if (words) await hand.said(words);
    },
    field: async (name, value, words) => { const f = page.getByLabel(name, { exact: true }); await f.fill(value); await f.press("Enter"); if (words) await hand.said(words); },
    /** Waits until the engine has answered what the text says now. */
    answers: async () => { await page.locator('.sketch-advice[aria-busy="false"]').waitFor(); await page.locator("[data-outputs]").waitFor(); },
    train: async () => { await page.getByRole("button", { name: "Train", exact: true }).click(); await page.locator(".verdict").waitFor(); },
    outputs: () => page.locator("[data-outputs] [data-value]").evaluateAll((cells) => cells.map((c) => Number(c.dataset.value))),
  };
  return hand;
}
