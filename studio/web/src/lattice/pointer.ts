// Pointer and wheel on a drawing: one finger or button pans (turns in space), two fingers or the wheel zoom, Ctrl pulls a node.
import type { Drawing } from "./drawing";
import type { LatticeProps, Place } from "./picture";

const still = 5; // px that a click may move

/** Listens on the host of a drawing; the result ends it. `props` gives the newest ones. */
export function listen(host: HTMLElement, drawing: Drawing, props: () => LatticeProps, hover: (at: Place | undefined, x: number, y: number) => void): () => void {
  const down = new Map<number, { x: number; y: number }>();
  let start: { x: number; y: number; moved: boolean; pan: boolean } | undefined, pulled: { node: number; x: number; y: number } | undefined, drawn = false;

  const place = (e: PointerEvent | WheelEvent): { x: number; y: number; at: Place } => {
    const r = host.getBoundingClientRect(), x = e.clientX - r.left, y = e.clientY - r.top, w = drawing.frame.world(x, y);
    return { x, y, at: { ...drawing.pick(x, y, e instanceof PointerEvent && e.pointerType === "touch" ? 16 : 9), x: w[0], y: w[1] } };
  };
  const by = (x: number, y: number): [number, number, number] => {
    const a = drawing.frame.world(pulled!.x, pulled!.y), b = drawing.frame.world(x, y);
    return [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  };

  const press = (e: PointerEvent) => {
    if (!drawing.shown) return;
    const { x, y, at } = place(e), p = props();
    host.setPointerCapture(e.pointerId);
    down.set(e.pointerId, { x, y });
    hover(undefined, x, y);
    if (down.size > 1) { start = undefined; pulled = undefined; return; }
    if (p.onPointer?.("down", at, e)) { drawn = true; return; }
    if (at.node !== undefined && p.onPull && e.button === 0 && (e.ctrlKey || e.metaKey || p.pulls?.(at))) { pulled = { node: at.node, x, y }; return; }
    start = { x, y, moved: false, pan: drawing.shown.shape.dim !== 3 || e.button !== 0 || e.shiftKey };
  };

  let waiting = false;
  const move = (e: PointerEvent) => {
    if (!drawing.shown) return;
    const was = down.get(e.pointerId), p = props();
    if (!was) {
      if (waiting) return; // of many moves in a frame one is enough
      waiting = true;
      requestAnimationFrame(() => { waiting = false; if (!drawing.shown || down.size) return; const { x, y, at } = place(e); p.onPointer?.("move", at, e); hover(at, x, y); });
      return;
    }
    const r = host.getBoundingClientRect(), x = e.clientX - r.left, y = e.clientY - r.top;
    if (drawn) { p.onPointer?.("move", place(e).at, e); return; }
    if (down.size === 2) { pinch(e.pointerId, was, x, y); return; }
    down.set(e.pointerId, { x, y });
    if (pulled) { p.onPull?.(pulled.node, by(x, y), false); return; }
    if (!start) return;
    if (!start.moved && Math.hypot(x - start.x, y - start.y) < still) { down.set(e.pointerId, was); return; }
    start.moved = true;
    if (start.pan) drawing.looking.pan(x - was.x, y - was.y, host.clientHeight);
    else drawing.looking.orbit((x - was.x) * 0.008, (y - was.y) * 0.008);
  };

  const pinch = (id: number, was: { x: number; y: number }, x: number, y: number) => {
    const other = [...down].find(([k]) => k !== id)![1], before = Math.hypot(was.x - other.x, was.y - other.y), after = Math.hypot(x - other.x, y - other.y);
    const view = drawing.looking, h = host.clientHeight;
    view.pan((x - was.x) / 2, (y - was.y) / 2, h);
    if (before > 1 && after > 1) view.zoom(after / before, (x + other.x) / 2 - host.clientWidth / 2, (y + other.y) / 2 - h / 2, h);
    down.set(id, { x, y });
  };

  const release = (e: PointerEvent) => {
    if (!down.delete(e.pointerId) || !drawing.shown) return;
    const p = props(), { x, y, at } = place(e);
    if (drawn) { drawn = false; p.onPointer?.("up", at, e); return; }
    if (pulled) { const q = pulled; p.onPull?.(q.node, by(x, y), true); pulled = undefined; return; }
    if (start && !start.moved && e.type === "pointerup") p.onChoose?.(at);
    start = undefined;
  };

  const wheel = (e: WheelEvent) => {
    if (!drawing.shown) return;
    e.preventDefault();
    const r = host.getBoundingClientRect(), lines = e.deltaMode === 1 ? 16 : 1;
    drawing.looking.zoom(Math.exp(-Math.min(Math.max(e.deltaY * lines, -200), 200) * (e.ctrlKey ? 0.01 : 0.0016)),
      e.clientX - r.left - host.clientWidth / 2, e.clientY - r.top - host.clientHeight / 2, host.clientHeight);
  };
  const leave = () => hover(undefined, 0, 0);
  const menu = (e: Event) => e.preventDefault();

  host.addEventListener("pointerdown", press);
  host.addEventListener("pointermove", move);
  host.addEventListener("pointerup", release);
  host.addEventListener("pointercancel", release);
  host.addEventListener("pointerleave", leave);
  host.addEventListener("wheel", wheel, { passive: false });
  host.addEventListener("contextmenu", menu);
  return () => {
    host.removeEventListener("pointerdown", press);
    host.removeEventListener("pointermove", move);
    host.removeEventListener("pointerup", release);
    host.removeEventListener("pointercancel", release);
    host.removeEventListener("pointerleave", leave);
    host.removeEventListener("wheel", wheel);
    host.removeEventListener("contextmenu", menu);
  };
}
