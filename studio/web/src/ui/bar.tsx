// The bar above every page: pages, what folder this is, the theme, whether the server is there, and what program it is.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, link, returns, type About } from "./api";
import { Button, Choice } from "./controls";
import { Dialog } from "./dialog";
import { Copy, command } from "./copy";
import { showKeys } from "./keys";
import { address } from "./route";
import { theme } from "./theme";

export const about = signal<About | undefined>(undefined);
const open = signal(false);

export function Bar({ page }: { page: string }) {
  useEffect(() => { get<About>("/api/about").then((a) => { about.value = a; }, () => undefined); }, [returns.value]);
  const at = (name: string) => (page === name ? "page" : undefined);
  return <header class="bar">
    <a class="name" href={address("runs")}><Mark />Elastrain</a>
    <nav aria-label="Pages">
      <a href={address("runs")} aria-current={at("runs")}>Runs</a>
      <a href={address("sketch")} aria-current={at("sketch")}>Sketch</a>
    </nav>
    <Linked />
    <span class="folder push" title={about.value?.dir}><bdi>{about.value?.dir}</bdi></span>
    <Button kind="quiet" label="Keys" keys="F1 or ?" onClick={showKeys}>?</Button>
    <Button kind="quiet" onClick={() => { open.value = true; }} title="About, theme">About</Button>
    <AboutBox />
  </header>;
}

function Mark() { // a cell of a lattice
  return <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true"><g fill="none" stroke="currentColor" stroke-width="1.8">
    <path d="M3 18 11 4l8 14z" /><path d="M7 11h8l-4 7z" stroke-width="1.1" /></g>
    <g fill="currentColor"><circle cx="3" cy="18" r="2.2" /><circle cx="19" cy="18" r="2.2" /><circle cx="11" cy="4" r="2.2" /></g></svg>;
}

/** Nothing while the server is there. */
function Linked() {
  if (link.value === "here") return null;
  return <span class="away" role="status">{link.value === "away"
    ? "The server does not answer. This page goes on when it is back."
    : "This page is no longer known to the server. Open the address that elastrain studio prints."}</span>;
}

function AboutBox() {
  const a = about.value;
  return <Dialog title="Elastrain studio" open={open.value} onClose={() => { open.value = false; }}>
    <dl class="facts">
      <dt>Version</dt><dd>{a?.version ?? "–"}</dd>
      <dt>Folder</dt><dd><code>{a?.dir ?? "–"}</code>{a && !a.writable && " (only to be read)"}</dd>
      <dt>Address</dt><dd>{location.host}</dd>
    </dl>
    <Choice label="Theme" value={theme.value} options={[{ value: "system", name: "As the system" }, { value: "light", name: "Light" }, { value: "dark", name: "Dark" }]}
      onChange={(t) => { theme.value = t; }} />
    <p class="small soft">Trains mechanical networks by in situ backpropagation (Li and Mao 2024). Everything stays on this machine: the page asks no other server. Apache-2.0.</p>
    <div class="row">
      <Copy text={location.href} name="Copy the link to this page" said="Copied the link" />
      {a && <Copy text={command("studio", a.dir)} name="Copy as command" />}
    </div>
  </Dialog>;
}
