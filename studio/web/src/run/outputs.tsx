// What the outputs read: bars with what is wanted, the class, the confusion of all samples.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Strain } from "../engine/protocol";
import { number, percent, quantity } from "../ui/units";
import { flows } from "./colouring";
import type { Play } from "./play";

export function Outputs({ play }: { play: Play }) {
  const o = play.opened.value, s = play.solved.value, load = play.load.value;
  if (!o || !load) return null;
  const { shape } = o, q = shape.outputs.length, sample = load.sample, part = sample && o.geometry.parts[sample.part];
  const wanted = part?.wanted && sample && !shape.classes?.length ? part.wanted.subarray(sample.i * q, (sample.i + 1) * q) : undefined, truth = sample && part?.class?.[sample.i];
  const values = s?.outputs ?? new Array<number>(q).fill(0);
  const most = Math.max(...values.map((v) => Math.abs(v) || 0), ...[...(wanted ?? [])].map((w) => (Number.isNaN(w) ? 0 : Math.abs(w))), 1e-30);
  return <section class="card" aria-labelledby="outputs">
    <h2 id="outputs">Outputs</h2>
    <table class="bars" data-outputs><thead class="unseen"><tr><th scope="col">Output</th><th scope="col">Bar</th><th scope="col">reached</th><th scope="col">wanted</th></tr></thead><tbody>
      {values.slice(0, 40).map((v, i) => {
        const w = wanted?.[i], unit = shape.outputs[i]!.unit, won = s?.predicted === i;
        return <tr key={i} class={won ? "won" : ""}>
          <th scope="row">{shape.output_names[i]}{won && " ✓"}</th>
          <td class="bar-cell"><Bar share={v / most} mark={w === undefined || Number.isNaN(w) ? undefined : w / most} /></td>
          <td class="number" data-value={v}>{quantity(v, unit, 4)}</td>
          <td class="number soft">{w === undefined ? "" : Number.isNaN(w) ? "free" : `wanted ${quantity(w, unit, 4)}`}</td>
        </tr>;
      })}
    </tbody></table>
    {q > 40 && <p class="small soft">The first 40 of {q} outputs.</p>}
    {s?.predicted !== undefined && <p class="verdict">Says <b>{shape.classes?.[s.predicted]}</b>{truth !== undefined && truth >= 0 && (truth === s.predicted ? ", which is right." : `; it is ${shape.classes?.[truth]}.`)}</p>}
    {s?.strain && <p class="small" data-strain>Strain of the cell: {strains(s.strain)}.</p>}
    {s && <p class="small soft">{flows(shape) ? "Half the power" : "Energy"} {quantity(s.energy, flows(shape) ? "W" : "J")}{s.logits && <>; logits {s.logits.slice(0, 10).map((v) => number(v)).join(", ")}</>}</p>}
  </section>;
}

/** What is no more than rounding beside the largest is zero. */
function strains(s: Strain): string {
  const most = Math.max(...Object.values(s).map(Math.abs));
  return (["exx", "eyy", "gxy"] as const).map((k) => `${k} ${quantity(Math.abs(s[k]) < 1e-9 * most ? 0 : s[k], "%", 4)}`).join(", ");
}

/** A bar from the middle; a tick where it is wanted. Places are set by script: the page allows no styles in its text. */
function Bar({ share, mark }: { share: number; mark: number | undefined }) {
  const bar = useRef<HTMLElement>(null), tick = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const b = bar.current!, v = Math.max(-1, Math.min(1, share || 0));
    b.style.left = `${50 + 50 * Math.min(0, v)}%`;
    b.style.width = `${50 * Math.abs(v)}%`;
    if (tick.current && mark !== undefined) tick.current.style.left = `${50 + 50 * Math.max(-1, Math.min(1, mark))}%`;
  }, [share, mark]);
  return <span class="bar-track" aria-hidden="true"><i ref={bar} class="bar-fill" />{mark !== undefined && <i ref={tick} class="bar-mark" />}</span>;
}

export function Scores({ play }: { play: Play }) {
  const o = play.opened.value, s = play.scored.value;
  if (!o || !s) return null;
  return <section class="card" aria-labelledby="scores">
    <h2 id="scores">All samples</h2>
    <table class="sheet" data-scores><thead><tr><th scope="col">Part</th><th scope="col" class="number">Loss</th><th scope="col" class="number">{s.parts.some((p) => p.accuracy !== undefined) ? "Right" : "Error"}</th></tr></thead>
      <tbody>{s.parts.map((p) => <tr key={p.name}><th scope="row">{p.name}</th><td class="number" data-value={p.loss}>{number(p.loss, 4)}</td>
        <td class="number">{p.accuracy !== undefined ? percent(p.accuracy) : p.error !== undefined ? percent(p.error) : "–"}</td></tr>)}</tbody></table>
    {s.parts.map((p) => p.confusion && p.confusion.length <= 12 && <Confusion key={p.name} play={play} name={p.name} counts={p.confusion} />)}
  </section>;
}

/** Rows are what it is, columns what it is taken for; a cell hangs the next of its samples. */
function Confusion({ play, name, counts }: { play: Play; name: string; counts: number[][] }) {
  const o = play.opened.value!, predicted = play.scored.value?.predicted[name], truth = o.geometry.parts[name]?.class, classes = o.shape.classes ?? [];
  const next = (i: number, j: number) => {
    const n = truth?.length ?? 0, now = play.load.value?.sample, from = now?.part === name ? now.i : -1;
    for (let k = 1; k <= n; k++) { const s = (from + k + n) % n; if (truth?.[s] === i && predicted?.[s] === j) { play.hang({ part: name, i: s }); return; } }
  };
  return <table class="confusion"><caption>{name}: what it is (rows) and what it is taken for</caption>
    <thead><tr><td />{classes.map((c) => <th key={c} scope="col">{c}</th>)}</tr></thead>
    <tbody>{counts.map((row, i) => <tr key={i}><th scope="row">{classes[i]}</th>{row.map((n, j) => <td key={j}>
      <button type="button" class={i === j ? "right" : n > 0 ? "wrong" : ""} disabled={n === 0} aria-label={`${n} of ${classes[i]} taken for ${classes[j]}: hang the next`} onClick={() => next(i, j)}>{n}</button></td>)}</tr>)}</tbody>
  </table>;
}
