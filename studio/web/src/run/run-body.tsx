// What the page of a run and a shared page have in common: panes in the order in which one reads them, and keys.
import type { ComponentChildren } from "preact";
import { hook } from "../lattice/lattice";
import { Button } from "../ui/controls";
import { colours } from "./colouring";
import { faster, History, toggle } from "./history";
import { Idea } from "./idea";
import { Loads } from "./loads";
import { Outputs, Scores } from "./outputs";
import type { Play } from "./play";
import { cutChosen, Stage } from "./stage";
import { Teach } from "./teach";

export function Body({ play, running, children }: { play: Play; running: boolean; children?: ComponentChildren }) {
  return <>
    <div class="panes">
      <div class="pane left"><Loads play={play} /></div>
      <div class="pane middle"><Stage play={play} />
        <Button pressed={play.idea.value} keys="i" onClick={() => { play.idea.value = !play.idea.value; play.refresh(); }}>The idea: two fields and their product</Button></div>
      <div class="pane right"><Outputs play={play} /><History play={play} running={running} /><Teach play={play}>{children}</Teach><Scores play={play} /></div>
    </div>
    {play.idea.value && <Idea play={play} />}
  </>;
}

export function keysOf(play: Play) {
  return [
    { key: "Space", does: "Play or stop the epochs", run: () => toggle(play) },
    { key: "ArrowLeft", does: "Epoch before", run: () => play.step(-1) },
    { key: "ArrowRight", does: "Next epoch", run: () => play.step(1) },
    { key: "Backspace", does: "No load, and back", run: () => play.rest() },
    { key: "=", does: "Faster", run: () => faster(play, 2) },
    { key: "-", does: "Slower", run: () => faster(play, 0.5) },
    { key: "Delete", does: "Cut the chosen bond", run: () => void cutChosen(play) },
    { key: "f", does: "Show all of the lattice", run: () => { for (const d of hook().drawings ?? []) d.fit(); } },
    { key: "i", does: "The idea", run: () => { play.idea.value = !play.idea.value; play.refresh(); } },
    ...colours.slice(0, 5).map((c, i) => ({ key: String(i + 1), does: `Colour by ${c.name.toLowerCase()}`, run: () => { play.colour.value = c.value; play.refresh(); } })),
  ];
}
