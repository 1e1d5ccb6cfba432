// A lattice as a drawing that can be moved, asked and chosen from, by pointer, touch and keyboard.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import "./lattice.css";
import { Drawing } from "./drawing";
import type { LatticeProps, Place } from "./picture";
import { listen } from "./pointer";
import { Meeting, step } from "./walk";

interface Hook { drawings?: Drawing[] }
/** What tests look at: the drawings of the page with the values that they show. */
export function hook(): Record<string, unknown> & Hook {
  const w = window as unknown as { elastrain?: Record<string, unknown> & Hook };
  return (w.elastrain ??= {});
}

export function Lattice(props: LatticeProps) {
  const host = useRef<HTMLDivElement>(null), drawing = useRef<Drawing | undefined>(undefined), newest = useRef(props), meeting = useRef<Meeting | undefined>(undefined);
  const [card, setCard] = useState<{ at: Place; x: number; y: number }>();
  newest.current = props;
  const { picture, label, view } = props;

  useLayoutEffect(() => {
    const d = new Drawing(host.current!, view, picture.shape.dim), list = (hook().drawings ??= []);
    drawing.current = d;
    list.push(d);
    const end = listen(host.current!, d, () => newest.current, (at, x, y) => {
      const something = at && (at.node !== undefined || at.element !== undefined);
      d.setHover(something ? at : undefined);
      host.current?.classList.toggle("over", Boolean(something));
      newest.current.onHover?.(something ? at : undefined);
      setCard(something ? { at: at!, x, y } : undefined);
    });
    return () => { end(); d.dispose(); list.splice(list.indexOf(d), 1); };
  }, [view, picture.shape.dim]);

  useLayoutEffect(() => { meeting.current = undefined; }, [picture.geometry]);
  useLayoutEffect(() => { drawing.current!.show(picture); });

  const key = (e: KeyboardEvent) => {
    const d = drawing.current!, v = d.looking, h = host.current!.clientHeight, p = newest.current.picture;
    const arrow = e.key.startsWith("Arrow"), s = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
    if (e.key === "f" && !e.ctrlKey && !e.metaKey) d.fit();
    else if (e.key === "PageUp" || e.key === "PageDown") v.zoom(e.key === "PageUp" ? 1.25 : 0.8, 0, 0, h);
    else if (arrow && e.shiftKey) v.pan(40 * s![0]!, 40 * s![1]!, h);
    else if (arrow && e.ctrlKey && p.shape.dim === 3) v.orbit(-0.12 * s![0]!, -0.12 * s![1]!);
    else if ((arrow && !e.altKey && !e.ctrlKey) || (e.key === "Enter" && !e.altKey && !e.ctrlKey && !e.metaKey)) {
      const seen = d.shown ?? p, next = step(e.key, seen, d.frame, (meeting.current ??= new Meeting(seen)));
      if (next) newest.current.onChoose?.({ ...d.own(next), x: 0, y: 0 });
    } else if (e.key === "Escape") newest.current.onChoose?.({ x: 0, y: 0 });
    else return;
    e.preventDefault();
    e.stopPropagation();
  };

  const lines = card && props.tell?.(card.at);
  const said = picture.node !== undefined || picture.element !== undefined
    ? props.tell?.({ ...(picture.node !== undefined ? { node: picture.node } : { element: picture.element! }), x: 0, y: 0 }) : undefined;
  return <div class="lattice">
    <div ref={host} class="lattice-host" tabIndex={0} role="application" aria-label={label} aria-roledescription="drawing of a lattice"
      aria-description="Arrows go along the network, Enter changes between node and element, Shift and arrows move, Page Up and Page Down zoom, f shows all."
      onKeyDown={key} />
    <p class="unseen" aria-live="polite">{said?.map(([n, v]) => `${n} ${v}`).join(", ")}</p>
    <Missing drawing={drawing} />
    {lines && <Card lines={lines} x={card.x} y={card.y} within={host.current!} />}
  </div>;
}

function Missing({ drawing }: { drawing: { current: Drawing | undefined } }) {
  const [words, setWords] = useState("");
  useEffect(() => { const t = setTimeout(() => setWords(drawing.current?.without ?? ""), 300); return () => clearTimeout(t); }, []);
  return words ? <p class="lattice-none">{words}</p> : null;
}

function Card({ lines, x, y, within }: { lines: [string, string][]; x: number; y: number; within: HTMLElement }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const b = box.current!, w = within.clientWidth, h = within.clientHeight;
    b.style.left = `${Math.max(4, x + 16 + b.offsetWidth > w ? x - b.offsetWidth - 12 : x + 16)}px`;
    b.style.top = `${Math.max(4, y + 16 + b.offsetHeight > h ? y - b.offsetHeight - 12 : y + 16)}px`;
  });
  return <div ref={box} class="lattice-card" aria-hidden="true"><dl>{lines.map(([n, v]) => <><dt>{n}</dt><dd>{v}</dd></>)}</dl></div>;
}
