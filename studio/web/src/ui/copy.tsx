// Copies text; and what the page shows as the command that does the same.
import { useState } from "preact/hooks";
import { toast } from "./announce";
import { Button } from "./controls";
import { Dialog } from "./dialog";

/** One word of a command, quoted where a shell would read it otherwise. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_./:=,@%+\-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}

export function command(...words: string[]): string { return ["elastrain", ...words].map(quote).join(" "); }

export async function copyText(text: string): Promise<boolean> {
  try { await navigator.clipboard.writeText(text); return true; } catch { return false; } // not allowed here, as over plain HTTP from afar
}

interface CopyProps { text: string | (() => string); name?: string | undefined; title?: string | undefined; said?: string | undefined; keys?: string | undefined; kind?: "plain" | "quiet" | undefined }

/** Where the browser lets no page copy, the text is shown to be copied by hand. */
export function Copy(p: CopyProps) {
  const [shown, setShown] = useState<string>();
  const copy = async () => {
    const text = typeof p.text === "string" ? p.text : p.text();
    if (await copyText(text)) toast(p.said ?? `Copied: ${text.length > 120 ? `${text.slice(0, 120)}…` : text}`);
    else setShown(text);
  };
  return <>
    <Button onClick={() => void copy()} title={p.title} keys={p.keys} kind={p.kind ?? "plain"}>{p.name ?? "Copy"}</Button>
    <Dialog title="Copy this" open={shown !== undefined} onClose={() => setShown(undefined)}><pre tabIndex={0}>{shown}</pre></Dialog>
  </>;
}

export function CopyCommand({ words, kind }: { words: string[]; kind?: "plain" | "quiet" | undefined }) {
  const text = command(...words);
  return <Copy text={text} name="Copy as command" title={text} kind={kind ?? "plain"} />;
}
