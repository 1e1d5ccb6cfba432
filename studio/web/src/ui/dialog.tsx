// Dialogs are those of the browser: they keep the focus, Escape closes, and the focus goes back to where it was.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import { Button } from "./controls";
import "./dialog.css";

interface DialogProps { title: string; open: boolean; onClose: () => void; children: ComponentChildren; actions?: ComponentChildren | undefined; wide?: boolean | undefined }

export function Dialog(p: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null), id = useId();
  useEffect(() => {
    const d = ref.current;
    if (d && p.open && !d.open) d.showModal();
    if (d && !p.open && d.open) d.close();
  }, [p.open]);
  if (!p.open) return null;
  return <dialog ref={ref} class={p.wide ? "dialog wide" : "dialog"} aria-labelledby={id} onCancel={(e) => { e.preventDefault(); p.onClose(); }}
    onClose={p.onClose} onClick={(e) => { if (e.target === e.currentTarget) p.onClose(); }}>
    <div class="inside">
      <header class="row"><h2 id={id}>{p.title}</h2><Button kind="quiet" class="push" label="Close" onClick={p.onClose}>✕</Button></header>
      {p.children}
      {p.actions && <footer class="row">{p.actions}</footer>}
    </div>
  </dialog>;
}

interface Question { title: string; text: ComponentChildren; yes: string; danger?: boolean; answer: (yes: boolean) => void }
const question = signal<Question | undefined>(undefined);

/** Asks before something that cannot be taken back. */
export function confirm(q: Omit<Question, "answer">): Promise<boolean> {
  question.value?.answer(false);
  return new Promise((done) => {
    question.value = { ...q, answer: (yes) => { question.value = undefined; done(yes); } };
  });
}

/** Where questions appear: once in a page (Hosts). */
export function Questions() {
  const q = question.value;
  if (!q) return null;
  return <Dialog title={q.title} open onClose={() => q.answer(false)} actions={<>
    <Button class="push" onClick={() => q.answer(false)}>Cancel</Button>
    <Button kind={q.danger ? "danger" : "main"} onClick={() => q.answer(true)}>{q.yes}</Button>
  </>}><div>{q.text}</div></Dialog>;
}
