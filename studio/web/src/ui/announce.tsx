// What the page says of itself: a line that comes and goes, and a region that readers of screens hear, at most each 5 s.
import { signal } from "@preact/signals";
import { Button } from "./controls";
import "./announce.css";

const every = 5000; // ms
const said = signal("");
let next: string | undefined, last = -every, timer: ReturnType<typeof setTimeout> | undefined;

/** Said to readers of screens; where more comes within 5 s, only the last of it. */
export function announce(text: string): void {
  next = text;
  timer ??= setTimeout(() => {
    timer = undefined;
    last = Date.now();
    said.value = next ?? "";
  }, Math.max(0, last + every - Date.now()));
}

interface Toast { n: number; text: string; bad?: boolean; here?: boolean; action?: { name: string; run: () => void } }
const toasts = signal<Toast[]>([]);
let count = 0;

/** A line at the bottom: gone after 8 s, or 20 s where it offers something to do; with `here` also when this page is left. */
export function toast(text: string, options: Omit<Toast, "n" | "text"> = {}): void {
  const t = { ...options, text, n: count++ };
  toasts.value = [...toasts.value.slice(-3), t];
  setTimeout(() => drop(t.n), options.action || options.bad ? 20000 : 8000);
}

addEventListener("hashchange", () => { if (toasts.value.some((t) => t.here)) toasts.value = toasts.value.filter((t) => !t.here); });

function drop(n: number): void { toasts.value = toasts.value.filter((t) => t.n !== n); }

/** Where it appears: once in a page (Hosts). */
export function Announcements() {
  return <>
    <div class="unseen" role="status" aria-live="polite">{said.value}</div>
    <div class="toasts" role="log" aria-live="polite" aria-label="Messages">
      {toasts.value.map((t) => <div key={t.n} class={t.bad ? "toast bad" : "toast"}>
        <span>{t.text}</span>
        {t.action && <Button onClick={() => { drop(t.n); t.action!.run(); }}>{t.action.name}</Button>}
        <Button kind="quiet" label="Close this message" onClick={() => drop(t.n)}>✕</Button>
      </div>)}
    </div>
  </>;
}
