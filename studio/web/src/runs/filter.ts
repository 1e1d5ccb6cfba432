// Which runs of the list are shown: by words or a regular expression, and by state.
import type { RunRow } from "../ui/api";

export type State = RunRow["state"];
export const states: readonly { state: State; name: string }[] = [
  { state: "running", name: "Running" }, { state: "paused", name: "Paused" }, { state: "stopped", name: "Stopped" },
  { state: "ended", name: "Ended" }, { state: "fault", name: "Fault" }, { state: "broken", name: "Broken" },
];
export const stateName = (s: State): string => states.find((x) => x.state === s)?.name ?? s;

function words(r: RunRow): string {
  return `${r.id} ${r.title} ${r.method} ${r.kind} ${r.of} ${stateName(r.state)}`;
}

/** Every word must be there, and none with a minus before it; or a regular expression must be found in the id or the title. */
export function search(text: string, regex: boolean): { keep: (r: RunRow) => boolean; wrong?: string } {
  if (regex) {
    try {
      const e = new RegExp(text, "iu");
      return { keep: (r) => e.test(r.id) || e.test(r.title) };
    } catch (e) {
      return { keep: () => true, wrong: `no regular expression: ${e instanceof Error ? e.message.split(": ").pop() : String(e)}` };
    }
  }
  const all = text.toLowerCase().split(/\s+/).filter(Boolean), not = all.filter((w) => w.length > 1 && w[0] === "-").map((w) => w.slice(1));
  const with_ = all.filter((w) => w[0] !== "-");
  return { keep: (r) => { const t = words(r).toLowerCase(); return with_.every((w) => t.includes(w)) && !not.some((w) => t.includes(w)); } };
}
