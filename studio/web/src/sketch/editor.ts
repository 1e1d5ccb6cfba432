// The text of a sketch: CodeMirror with the words, the errors and the explanations of the engine. It stands in a shadow root,
// where its styles are constructed sheets, which the page's policy allows; a <style> element it would not.
import { autocompletion, completionKeymap, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, isolateHistory, redo, undo } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField, type Text } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, hoverTooltip, keymap, lineNumbers, WidgetType, type DecorationSet } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Engine } from "../engine/engine";
import type { Complaint } from "../engine/protocol";
import type { Editor } from "./state";

export interface TextEditor extends Editor {
  text(): string;
  /** Marks what the engine says of the text. */
  mark(errors: Complaint[], whole: string): void;
  destroy(): void;
}

export function makeEditor(host: HTMLElement, text: string, engine: Engine, changed: (text: string) => void, save: () => void): TextEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const view = new EditorView({
    root, parent: root,
    state: EditorState.create({ doc: text, extensions: [
      lineNumbers(), history(), drawSelection(), bracketMatching(), indentUnit.of("  "), yaml(), syntaxHighlighting(colours), theme, marks, notes,
      autocompletion({ override: [completer(engine)] }), hoverTooltip(explainer(engine), { hoverTime: 400 }),
      keymap.of([{ key: "Mod-s", run: () => { save(); return true; } }, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      EditorView.contentAttributes.of({ "aria-label": "Experiment file", tabindex: "0" }),
      EditorView.updateListener.of((u) => { if (u.docChanged) changed(u.state.doc.toString()); }),
    ] }),
  });
  let later: ReturnType<typeof setTimeout> | undefined;
  return {
    text: () => view.state.doc.toString(),
    replace(next, of) {
      if (view.state.doc.toString() !== of) return;
      const [from, to, insert] = difference(of, next);
      view.dispatch({ changes: { from, to, insert }, annotations: isolateHistory.of("full"), userEvent: "draw",
        scrollIntoView: false });
      const line = view.state.doc.lineAt(Math.min(from, view.state.doc.length));
      view.dispatch({ effects: EditorView.scrollIntoView(line.from) });
    },
    undo: () => void undo(view),
    redo: () => void redo(view),
    focus: () => view.focus(),
    show(from, to = from) {
      view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
      view.focus();
    },
    mark(errors, whole) {
      if (view.state.doc.toString() !== whole) return;
      view.dispatch({ effects: marked.of(errors) });
      clearTimeout(later); // notes below lines move the text: not while somebody types
      later = setTimeout(() => { if (view.state.doc.toString() === whole) view.dispatch({ effects: noted.of(errors) }); }, errors.length ? 500 : 0);
    },
    destroy() { clearTimeout(later); view.destroy(); },
  };
}

/** What differs between two texts, as one change. */
function difference(a: string, b: string): [from: number, to: number, insert: string] {
  let from = 0, end = 0;
  while (from < a.length && a[from] === b[from]) from++;
  while (end < a.length - from && end < b.length - from && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [from, a.length - end, b.slice(from, b.length - end)];
}

/** Where a complaint is; columns count letters from 1. */
export function place(doc: Text, e: Complaint): { from: number; to: number } {
  const line = doc.line(Math.min(Math.max(e.line ?? 1, 1), doc.lines)), letters = Array.from(line.text);
  const until = (n: number) => line.from + letters.slice(0, Math.max(n, 0)).join("").length;
  const from = until((e.column ?? 1) - 1), to = until((e.end ?? (e.column ?? 1) + 1) - 1);
  return { from, to: Math.max(to, Math.min(from + 1, line.to)) };
}

const noted = StateEffect.define<Complaint[]>(), marked = StateEffect.define<Complaint[]>();

/** The letters that are wrong. */
const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, tr) {
    set = set.map(tr.changes);
    for (const e of tr.effects) if (e.is(marked)) {
      set = Decoration.set(e.value.filter((c) => c.line).map((c) => place(tr.state.doc, c)).filter((p) => p.to > p.from)
        .map((p) => Decoration.mark({ class: "wrong" }).range(p.from, p.to)), true);
    }
    return set;
  },
  provide: (f) => EditorView.decorations.from(f),
});

/** Below a line with an error: its caret, its message and its way out. */
const notes = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, tr) {
    set = set.map(tr.changes);
    for (const e of tr.effects) if (e.is(noted)) {
      const doc = tr.state.doc;
      set = Decoration.set(e.value.filter((c) => c.line).slice(0, 20).map((c) => {
        const { from, to } = place(doc, c), line = doc.lineAt(from);
        return Decoration.widget({ widget: new Note(c, from - line.from, to - from), block: true, side: 1 }).range(line.to);
      }), true);
    }
    return set;
  },
  provide: (f) => EditorView.decorations.from(f),
});

class Note extends WidgetType {
  constructor(private readonly c: Complaint, private readonly column: number, private readonly width: number) { super(); }
  override eq(o: Note) { return o.c.message === this.c.message && o.c.help === this.c.help && o.column === this.column && o.width === this.width; }
  override toDOM() {
    const box = document.createElement("div");
    box.className = "note";
    const caret = box.appendChild(document.createElement("span"));
    caret.className = "caret";
    caret.textContent = " ".repeat(this.column) + "^".repeat(Math.max(1, this.width));
    box.appendChild(document.createElement("span")).textContent = `${this.c.code ? this.c.code + ": " : ""}${this.c.message}`;
    if (this.c.help) {
      const help = box.appendChild(document.createElement("span"));
      help.className = "help";
      help.textContent = this.c.help;
    }
    return box;
  }
}

function completer(engine: Engine) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const line = context.state.doc.lineAt(context.pos), before = line.text.slice(0, context.pos - line.from);
    if (!context.explicit && !/[\w.\-:{[,]\s?$/.test(before) && before.trim() !== "") return null;
    const column = Array.from(before).length + 1;
    const found = await engine.complete(context.state.doc.toString(), line.number, column).catch(() => undefined);
    if (!found?.options.length) return null;
    const from = line.from + Array.from(line.text).slice(0, Math.max(0, found.from - 1)).join("").length;
    return { from, validFor: /^[\w\-]*$/, options: found.options.map((o) => ({ label: o.label, ...(o.detail && { detail: o.detail }), ...(o.info && { info: o.info }), ...(o.apply && { apply: o.apply }) })) };
  };
}

/** What a key or word means, from the same place as the completion. */
function explainer(engine: Engine) {
  return async (view: EditorView, pos: number) => {
    const line = view.state.doc.lineAt(pos), at = view.state.wordAt(pos);
    if (!at) return null;
    const from = line.from + line.text.slice(0, at.from - line.from).replace(/[\w\-]*$/, "").length;
    const rest = /^[\w\-]+/.exec(line.text.slice(from - line.from));
    if (!rest) return null;
    const end = from + rest[0].length, column = Array.from(line.text.slice(0, end - line.from)).length + 1;
    const found = await engine.complete(view.state.doc.toString(), line.number, column).catch(() => undefined);
    const option = found?.options.find((o) => o.label === rest[0]);
    if (!option || (!option.info && !option.detail)) return null;
    return { pos: from, end, create: () => {
      const dom = document.createElement("div");
      dom.className = "hover";
      dom.textContent = [option.label, option.detail, option.info].filter(Boolean).join(" · ");
      return { dom };
    } };
  };
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--good)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--ground)", fontSize: "13.5px" },
  ".cm-scroller": { fontFamily: "ui-monospace, Menlo, Consolas, monospace", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--text)", padding: "6px 0" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-cursor": { borderLeftColor: "var(--text)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--soft)", borderRight: "1px solid var(--line)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 30%, transparent)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--line)", borderRadius: "6px", maxWidth: "26rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "ui-monospace, Menlo, Consolas, monospace" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { minHeight: "24px", lineHeight: "24px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--ground)" },
  ".cm-completionDetail": { color: "inherit", fontStyle: "normal", opacity: "1" },
  ".wrong": { textDecoration: "underline wavy var(--bad)", textUnderlineOffset: "3px" },
  ".hover": { padding: "6px 10px", font: "14px/1.4 system-ui, sans-serif" },
  ".note": { color: "var(--bad)", padding: "0 6px 4px", borderBottom: "1px solid var(--line)", whiteSpace: "pre-wrap", maxWidth: "100%" },
  ".note > span": { display: "block", maxWidth: "min(20.5rem, 78vw)" },
  ".note > .caret": { whiteSpace: "pre", lineHeight: "1", height: "1em", maxWidth: "none" },
  ".note > .help": { color: "var(--soft)" },
});
