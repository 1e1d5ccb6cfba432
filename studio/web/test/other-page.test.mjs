// A hostile page in the same browser, at another port of this machine and under another name: it reads nothing, changes
// nothing, and keeps no hold of a window of the studio. Nor does the program that serves it, which is sent the cookie, or a second studio.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { close, needs, studio } from "./browser.mjs";

after(close);

test("another page neither reads nor changes anything", needs, async (t) => {
  const s = await studio(t, { files: { "a.yaml": "elastrain: 1\n" } });
  const own = await s.page("/runs"), base = `http://127.0.0.1:${s.port}`;
  let sent = "";
  const other = createServer((r, reply) => { if (r.headers.cookie) sent = r.headers.cookie; reply.setHeader("Content-Type", "text/html"); reply.end("<p>another page</p>"); });
  await new Promise((done) => other.listen(0, "127.0.0.1", done));
  t.after(() => new Promise((done) => { other.closeAllConnections(); other.close(done); }));
  for (const name of ["127.0.0.1", "localhost"]) {
    const page = await s.context.newPage();
    await page.goto(`http://${name}:${other.address().port}/`);
    const got = await page.evaluate(async (base) => {
      const out = {};
      const attempt = async (what, run) => { try { out[what] = await run(); } catch { out[what] = "refused"; } };
      const loads = (made, at) => new Promise((done, failed) => { made.onload = made.onopen = () => done("came"); made.onerror = failed; at?.append(made); });
      await attempt("fetch", async () => (await fetch(`${base}/api/runs`, { credentials: "include" })).status);
      await attempt("no-cors", async () => (await fetch(`${base}/api/runs`, { mode: "no-cors", credentials: "include" })).type);
      await attempt("post", async () => (await fetch(`${base}/api/spec`, { method: "POST", mode: "no-cors", credentials: "include", body: '{"name":"evil.yaml","text":"x"}' })).type);
      await attempt("engine", async () => (await fetch(`${base}/engine.wasm`, { mode: "no-cors", cache: "force-cache" })).type);
      await attempt("script", () => loads(Object.assign(document.createElement("script"), { src: `${base}/studio.js` }), document.head));
      await attempt("stream", async () => { const e = new EventSource(`${base}/api/runs/events`, { withCredentials: true }); try { return await loads(e); } finally { e.close(); } });
      await attempt("socket", () => loads(new WebSocket(`${base.replace("http", "ws")}/api/runs/events`)));
      const frame = Object.assign(document.createElement("iframe"), { src: base });
      await loads(frame, document.body).catch(() => undefined);
      out.frame = frame.contentDocument ? "open" : "refused";
      const form = Object.assign(document.createElement("form"), { method: "post", action: `${base}/api/spec`, target: "_blank", enctype: "text/plain" });
      form.append(Object.assign(document.createElement("input"), { name: '{"name":"evil.yaml","text":"', value: '"}' }));
      document.body.append(form);
      form.submit();
      const w = open(`${base}/`);
      for (let i = 0; i < 600 && w && !w.closed; i++) await new Promise((done) => setTimeout(done, 100)); // until it has come
      out.window = w?.closed ? "refused" : "held"; // Cross-Origin-Opener-Policy
      return out;
    }, base);
    for (const [what, came] of Object.entries(got)) assert.equal(came, "refused", `${what} from ${name}`);
    assert.equal(Object.keys(got).length, 9);
    await page.close();
  }
  assert.match(sent, new RegExp(`elastrain-studio-${s.port}=`), "the browser sends its cookie to the other port");
  const stolen = (method, path, headers = {}) => new Promise((done, failed) => { // by a program, which says what it likes
    const r = request(base + path, { method, headers: { Cookie: sent, Origin: base, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json", ...headers } },
      (reply) => { reply.destroy(); done(reply.statusCode); });
    r.on("error", failed);
    r.end(method === "POST" ? '{"name":"evil.yaml","text":"x","was":""}' : undefined);
  });
  for (const [method, path] of [["POST", "/api/spec"], ["POST", "/api/train"], ["POST", "/api/run/do"], ["GET", "/api/runs"], ["GET", "/api/runs/events"], ["GET", "/api/spec?name=a.yaml"]])
    for (const key of [undefined, "", sent.split("=")[1]])
      assert.equal(await stolen(method, path, key === undefined ? {} : { "Elastrain-Key": key }), 401, `${method} ${path} with the stolen cookie`);

  const second = await studio(t, { files: { "b.yaml": "elastrain: 1\n" } }), tab = await s.context.newPage(); // another studio in the same browser
  await tab.goto(second.address);
  await tab.getByRole("link", { name: "Runs" }).waitFor();
  assert.ok(!tab.url().includes("token"), "the address keeps no token");
  const names = (page) => page.evaluate(async () => (await (await ask("/api/specs")).json()).specs.map((f) => f.name));
  assert.deepEqual(await names(tab), ["b.yaml"]);
  assert.equal(await own.evaluate(async () => (await fetch("/api/specs")).status), 401, "without the key");
  await own.reload();
  const specs = await own.evaluate(async () => (await (await ask("/api/specs")).json()).specs.map((f) => f.name));
  assert.deepEqual(specs, ["a.yaml"]);
});
