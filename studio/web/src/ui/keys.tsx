// Keys of the pages, and the dialog that lists them. A key that a control under the focus needs itself stays with it.
import { useLayoutEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { Check } from "./controls";
import { Dialog } from "./dialog";
import { keep, kept } from "./kept";
import "./keys.css";

/** `key` as KeyboardEvent.key says it, several by a space between; "Space" for the bar; "Ctrl+s" with Ctrl (or Cmd). */
export interface Key { key: string; does: string; run: (e: KeyboardEvent) => void; when?: (() => boolean) | undefined }
interface Group { name: string; keys: Key[] }

const groups = signal<Group[]>([]);
const help = signal(false);
const single = signal(kept("keys", ["on", "off"], "on")); // keys without Ctrl can be turned off

/** Keys while a view is open. What they do may change from drawing to drawing. */
export function useKeys(name: string, keys: Key[]): void {
  const group: Group = { name, keys };
  useLayoutEffect(() => { // before it is seen: a key pressed as soon as it is means what is drawn
    groups.value = [...groups.peek(), group];
    return () => { groups.value = groups.peek().filter((g) => g !== group); };
  });
}

export function showKeys(): void { help.value = true; }

const own: Record<string, string> = { // which controls need a key themselves
  Space: "button,a,summary,select,input[type=checkbox],input[type=radio],[role=tab],[role=button],tr",
  Enter: "button,a,summary,select,tr",
  arrow: "select,input[type=range],input[type=radio],[role=tab],[role=grid] tr,[role=slider],[role=listbox]",
};

function takes(e: KeyboardEvent): boolean {
  const t = (e.composedPath()[0] ?? e.target) as HTMLElement | null; // within a shadow root too, where the editor is
  if (!t || !t.matches) return false;
  if (t.isContentEditable || t.matches("textarea,input:not([type=range],[type=checkbox],[type=radio],[type=button],[type=file])")) return true;
  const kind = e.key === " " ? "Space" : /^(Arrow|Home|End|Page)/.test(e.key) ? "arrow" : e.key;
  return Boolean(own[kind] && t.matches(own[kind]));
}

window.addEventListener("keydown", (e) => {
  if (e.defaultPrevented || e.altKey) return;
  const ctrl = e.ctrlKey || e.metaKey, name = (ctrl ? "Ctrl+" : "") + (e.key === " " ? "Space" : e.key);
  if (e.key === "F1" || (e.key === "?" && !takes(e))) { e.preventDefault(); help.value = !help.value; return; }
  if (document.querySelector("dialog[open]")) return;
  if (!ctrl && !/^F\d/.test(e.key) && (single.value === "off" || takes(e))) return;
  for (const group of [...groups.value].reverse())
    for (const k of group.keys)
      if (k.key.split(" ").some((x) => x === name) && (!k.when || k.when())) {
        e.preventDefault();
        k.run(e);
        return;
      }
});

const signs: Record<string, string> = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

export function KeyHelp() {
  return <Dialog title="Keys" open={help.value} onClose={() => { help.value = false; }}>
    {[...groups.value, { name: "Everywhere", keys: [{ key: "F1 ?", does: "These keys" }, { key: "Tab", does: "Next control" }, { key: "Escape", does: "Close a dialog" }] as Key[] }]
      .filter((g) => g.keys.length).map((g) => <section key={g.name} class="keys">
        <h3>{g.name}</h3>
        <dl>{g.keys.map((k) => <div key={k.key}>
          <dt>{k.key.split(" ").map((x, i) => <>{i > 0 && " or "}<kbd>{x.split("+").map((y) => signs[y] ?? y).join(" + ")}</kbd></>)}</dt>
          <dd>{k.does}</dd>
        </div>)}</dl>
      </section>)}
    <Check label="Keys without Ctrl work" checked={single.value === "on"} onChange={(on) => { single.value = on ? "on" : "off"; keep("keys", single.value); }} />
  </Dialog>;
}
