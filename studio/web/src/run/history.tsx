// The training as curves: the scrub bar of the epochs, played and stepped.
import { useEffect, useMemo } from "preact/hooks";
import { announce } from "../ui/announce";
import { Button } from "../ui/controls";
import { Curves, type Line } from "../ui/curves";
import { calm } from "../ui/theme";
import { number, percent } from "../ui/units";
import type { Play } from "./play";

export function History({ play, running }: { play: Play; running: boolean }) {
  const records = play.records.value, frames = play.frames.value, many = frames.epochs.length > 1;
  const [loss, share] = useMemo(() => {
    const epoch = records.map((r) => r.epoch), line = (id: string, name: string, key: keyof (typeof records)[number]): Line[] =>
      records.some((r) => r[key] !== undefined) ? [{ id, name, epoch, y: records.map((r) => r[key] as number | undefined) }] : [];
    return [[...line("loss", "Loss", "loss"), ...line("test", "Test loss", "test_loss"), ...line("valid", "Validation loss", "validation_loss")],
      [...line("a", "Right in training", "train_accuracy"), ...line("b", "Right in test", "test_accuracy"), ...line("c", "Error", "train_error"), ...line("d", "Error in test", "test_error")]];
  }, [records]);
  useEffect(() => {
    const r = records.at(-1);
    if (r && (running || play.training.value)) announce(`Epoch ${r.epoch}, loss ${number(r.loss)}`);
  }, [records]);
  const last = frames.epochs.at(-1) ?? 0;
  return <section class="card" aria-labelledby="history">
    <div class="row"><h2 id="history">Training</h2>
      <span class="push small" data-epoch={play.epoch.value}>epoch {play.epoch.value}{play.live.value && running ? ", live" : ""}{play.own.value ? ", changed here" : ""}</span></div>
    {records.length ? <Curves label="Loss" lines={loss} height={170} cursor={play.epoch.value} epochs={Math.max(last, records.at(-1)?.epoch ?? 0)}
      {...(many && { onCursor: (e: number) => { play.playing.value = false; play.at(play.near(e)); } })} /> : <p class="small soft">No epoch has been trained yet.</p>}
    {share.length > 0 && records.length > 1 && <Curves label={share[0]!.name} lines={share} height={110} tools={false} start={{ log: false }} format={percent} cursor={play.epoch.value} />}
    <div class="row">
      <Button label={play.playing.value ? "Stop playing" : "Play the epochs"} keys="Space" disabled={!many} onClick={() => toggle(play)}>{play.playing.value ? "❚❚" : "▶"}</Button>
      <Button label="Epoch before" keys="ArrowLeft" disabled={!many} onClick={() => play.step(-1)}>◀</Button>
      <Button label="Next epoch" keys="ArrowRight" disabled={!many} onClick={() => play.step(1)}>▶▏</Button>
      <Button kind="quiet" label="Slower" keys="-" onClick={() => faster(play, 0.5)}>−</Button><span class="small">{number(play.speed.value)}×</span>
      <Button kind="quiet" label="Faster" keys="=" onClick={() => faster(play, 2)}>+</Button>
      {running && !play.live.value && <Button onClick={() => play.at(frames.epochs.length - 1)}>Follow live</Button>}
    </div>
    {many && <p class="small soft">{frames.epochs.length} epochs have their parameters kept, {frames.epochs[0]} to {last}.</p>}
  </section>;
}

export function faster(play: Play, by: number): void { play.speed.value = Math.min(16, Math.max(0.125, play.speed.value * by)); }

/** Plays from here to the end, from the start where it is at the end: in ten seconds at speed 1. */
export function toggle(play: Play): void {
  const f = play.frames.value;
  if (play.playing.value || f.epochs.length < 2) { play.playing.value = false; return; }
  play.playing.value = true;
  if (calm.value) play.speed.value = Math.min(play.speed.value, 0.5);
  let k = play.near(play.epoch.value), before = performance.now(), part = 0;
  if (k >= f.epochs.length - 1) { k = 0; play.at(0); }
  const tick = (now: number) => {
    if (!play.playing.value) return;
    const n = play.frames.value.epochs.length;
    part += (now - before) / 1000 * play.speed.value * Math.min(30, Math.max(2, n / 10));
    before = now;
    if (part >= 1) { k = Math.min(n - 1, k + Math.floor(part)); part %= 1; play.at(k); }
    if (k >= n - 1) { play.playing.value = false; return; }
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}
