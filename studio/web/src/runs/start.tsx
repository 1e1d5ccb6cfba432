// Starting a training: an experiment file of the folder, or an example.
import { useEffect, useMemo, useState } from "preact/hooks";
import { Engine } from "../engine/engine";
import { Remote } from "../engine/remote";
import type { Example } from "../engine/protocol";
import { get, post, type RunRow } from "../ui/api";
import { Button } from "../ui/controls";
import { command, Copy } from "../ui/copy";
import { Dialog } from "../ui/dialog";
import { Fault } from "../ui/fault";
import { address, go } from "../ui/route";
import { Tabs } from "../ui/tabs";
import { toast } from "../ui/announce";
import { refresh } from "./list";

interface SpecRow { name: string; title: string }
interface Choice { name: string; title: string; example?: Example }

/** The examples that the program holds and that need no other file. */
export async function examples(): Promise<Example[]> {
  return (await new Engine(new Remote()).examples()).filter((e) => Object.keys(e.files).length === 0);
}

const file = (name: string) => (/\.ya?ml$/.test(name) ? name : `${name}.yaml`);

/** Trains an experiment and opens its run. An example is saved beside the runs first. */
export async function start(choice: Choice, overrides: string[] = []): Promise<void> {
  const name = file(choice.name);
  const text = choice.example ? { name, text: choice.example.text } : await get<{ name: string; text: string; was: string }>("/api/spec", { name });
  const { run } = await post<{ run: RunRow }>("/api/train", { ...text, overrides });
  toast(`${run.id} is being trained`);
  void refresh();
  go(address("run", run.id));
}

/** Words of changes, as a command line has them: learn.rate=0.01 seed=7. */
export function changes(text: string): string[] { return text.trim().split(/\s+/).filter(Boolean); }

export function Start({ onClose }: { onClose: () => void }) {
  const [from, setFrom] = useState<"folder" | "examples">("folder");
  const [specs, setSpecs] = useState<SpecRow[]>(), [list, setList] = useState<Example[]>();
  const [chosen, setChosen] = useState<Choice>(), [find, setFind] = useState(""), [over, setOver] = useState("");
  const [fault, setFault] = useState<unknown>(), [busy, setBusy] = useState(false);
  useEffect(() => {
    get<{ specs: SpecRow[] }>("/api/specs").then((a) => { setSpecs(a.specs); if (a.specs.length === 0) setFrom("examples"); }, setFault);
    examples().then(setList, setFault);
  }, []);
  const all: Choice[] | undefined = from === "folder" ? specs : list?.map((e) => ({ name: e.name, title: e.title, example: e }));
  const shown = useMemo(() => all?.filter((c) => find.toLowerCase().split(/\s+/).every((w) => `${c.name} ${c.title}`.toLowerCase().includes(w))), [all, find]);
  const train = async (c: Choice | undefined) => {
    if (!c || busy) return;
    setBusy(true);
    setFault(undefined);
    try { await start(c, changes(over)); onClose(); } catch (e) { setFault(e); }
    setBusy(false);
  };
  return <Dialog title="Train" open onClose={onClose} wide actions={<>
    {chosen && <a href={address("sketch", chosen.example ? `example:${chosen.name}` : chosen.name)}>Open in the sketch</a>}
    {chosen && !chosen.example && <Copy text={command("train", chosen.name, ...changes(over))} name="Copy as command" />}
    <Button class="push" onClick={onClose}>Cancel</Button>
    <Button kind="main" disabled={!chosen || busy} onClick={() => void train(chosen)}>{busy ? "Starting…" : "Train"}</Button></>}>
    {fault !== undefined && <Fault of={fault} />}
    <Tabs label="Where from" value={from} onChange={(v) => { setFrom(v); setChosen(undefined); }}
      tabs={[{ value: "folder", name: `This folder${specs ? ` (${specs.length})` : ""}` }, { value: "examples", name: `Examples${list ? ` (${list.length})` : ""}` }]}>
      <input type="search" class="find" aria-label="Find an experiment" placeholder="Find" value={find} onInput={(e) => setFind(e.currentTarget.value)} />
      <div class="pick" role="radiogroup" aria-label="Experiment">
        {shown?.map((c) => <label key={c.name}>
          <input type="radio" name="experiment" checked={chosen?.name === c.name} onChange={() => setChosen(c)} onKeyDown={(e) => { if (e.key === "Enter") void train(c); }} />
          <span><b>{c.name}</b> <span class="soft">{c.title}</span></span>
        </label>)}
        {shown?.length === 0 && <p class="soft">{from === "folder" && specs?.length === 0 ? "There is no experiment file in this folder." : "Nothing has these words."}</p>}
      </div>
    </Tabs>
    <label class="changes">Changes <input type="text" spellcheck={false} autocomplete="off" value={over} placeholder="learn.epochs=500 seed=7" onInput={(e) => setOver(e.currentTarget.value)} /></label>
  </Dialog>;
}
