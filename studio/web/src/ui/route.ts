// Which page is open, and how it stands, as the address says it behind #: #/PAGE/ID?KEY=VALUE. So a link holds the whole of it.
import { signal } from "@preact/signals";

export interface Route {
  page: string;
  id: string;                // slashes kept
  ids: string[];             // of a page that is about several: what stands between commas
  query: Record<string, string>;
}

function plain(text: string): string { try { return decodeURIComponent(text); } catch { return text; } }

function read(): Route {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [page = "", ...rest] = path.split("/");
  const raw = rest.join("/");
  return { page: page || "runs", id: plain(raw), ids: raw.split(",").filter(Boolean).map(plain), query: Object.fromEntries(new URLSearchParams(query)) };
}

export const route = signal<Route>(read());
addEventListener("hashchange", () => { route.value = read(); });

type Query = Record<string, string | number | boolean | undefined>;

function asked(query: Query | undefined): string {
  const q = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined && value !== "" && value !== false) q.set(key, String(value));
  const text = q.toString();
  return text && `?${text}`;
}

export function address(page: string, id: string | string[] = "", query?: Query): string {
  const one = (x: string) => x.split("/").map(encodeURIComponent).join("/");
  const path = typeof id === "string" ? one(id) : id.map(one).join(",");
  return `#/${page}${path ? `/${path}` : ""}${asked(query)}`;
}

export function go(to: string): void { location.hash = to; }

/** Writes how the page stands into the address, without a step of the history for each. Keys without a value go. */
export function remember(query: Query): void {
  const { page, id, ids } = route.peek(), all = { ...route.peek().query, ...query };
  const to = address(page, page === "compare" ? ids : id, all);
  if (to === location.hash) return;
  history.replaceState(null, "", to);
  route.value = read();
}
