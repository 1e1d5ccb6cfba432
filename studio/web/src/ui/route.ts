// Which page is open, as the address says it behind #.
import { signal } from "@preact/signals";

export interface Route { page: string; id: string }

function read(): Route {
  const [, page = "runs", ...rest] = location.hash.split("/");
  return { page: page || "runs", id: rest.map(decodeURIComponent).join("/") };
}

export const route = signal<Route>(read());
addEventListener("hashchange", () => { route.value = read(); });

export function address(page: string, id = ""): string {
  return `#/${page}${id ? "/" + id.split("/").map(encodeURIComponent).join("/") : ""}`;
}
