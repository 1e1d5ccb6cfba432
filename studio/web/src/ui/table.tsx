// Tables: sorted by any column, with only the rows that are seen in the page, so that ten thousand stay quick.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import "./table.css";

export interface Column<T> {
  key: string; name: string;
  value: (row: T) => string | number | undefined;      // sorted by this
  cell?: ((row: T) => ComponentChildren) | undefined;                 // shown; else the value
  number?: boolean | undefined; wide?: boolean | undefined;                     // `wide`: left out on small screens
  title?: string | undefined; plain?: boolean | undefined;                      // `plain`: not to sort by
}
export interface Sort { key: string; down: boolean }

interface TableProps<T> {
  label: string; columns: Column<T>[]; rows: readonly T[]; id: (row: T) => string;
  sort?: Sort | undefined; onSort?: ((sort: Sort) => void) | undefined;           // without onSort the table keeps its own
  height?: number | undefined;                                      // px of a row, all alike; 36
  most?: string | undefined;                                        // CSS height of the whole, beyond which it scrolls
  /** With these the rows are a grid: arrows move, Enter opens, Space chooses. */
  onOpen?: ((row: T) => void) | undefined; onToggle?: ((row: T) => void) | undefined;
  onKey?: ((e: KeyboardEvent, row: T) => void) | undefined;           // any other key on a row
  chosen?: ((row: T) => boolean) | undefined; empty?: ComponentChildren | undefined;
}

export function ordered<T>(rows: readonly T[], columns: Column<T>[], sort: Sort | undefined): readonly T[] {
  const column = sort && columns.find((c) => c.key === sort.key);
  if (!column) return rows;
  const sign = sort.down ? -1 : 1;
  return rows.map((row) => ({ row, v: column.value(row) })).sort((a, b) => {
    const none = (v: unknown) => v === undefined || (typeof v === "number" && Number.isNaN(v));
    if (none(a.v) || none(b.v)) return Number(none(a.v)) - Number(none(b.v)); // what is not there comes last
    return sign * (typeof a.v === "number" && typeof b.v === "number" ? a.v - b.v : String(a.v).localeCompare(String(b.v), undefined, { numeric: true }));
  }).map((x) => x.row);
}

export function Table<T>(p: TableProps<T>) {
  const [own, setOwn] = useState<Sort | undefined>(p.sort);
  const sort = p.onSort ? p.sort : own;
  const rows = useMemo(() => ordered(p.rows, p.columns, sort), [p.rows, p.columns, sort?.key, sort?.down]);
  const height = p.height ?? 36;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const grid = Boolean(p.onOpen ?? p.onToggle);
  const [at, setAt] = useState<string>(); // the row that has the focus, by its id
  const focus = useRef<string | undefined>(undefined); // the row that is to have it

  useLayoutEffect(() => {
    const element = box.current!;
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight || 800 });
    look();
    element.addEventListener("scroll", look, { passive: true });
    const watch = new ResizeObserver(look);
    watch.observe(element);
    return () => { element.removeEventListener("scroll", look); watch.disconnect(); };
  }, []);

  const spare = 8;
  const first = Math.max(0, Math.min(Math.floor(view.top / height) - spare, rows.length - 1));
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / height) + spare);
  const found = at === undefined ? -1 : rows.findIndex((r) => p.id(r) === at);
  const current = found < 0 ? first : found;

  useEffect(() => {
    if (focus.current === undefined) return;
    const row = box.current?.querySelector<HTMLElement>(`tr[data-id="${CSS.escape(focus.current)}"]`);
    if (!row) return; // it is not drawn yet
    focus.current = undefined;
    row.focus();
  });

  const go = (to: number) => {
    const n = Math.max(0, Math.min(rows.length - 1, to)), element = box.current!;
    const head = element.querySelector("thead")?.clientHeight ?? 0;
    if (n * height < element.scrollTop) element.scrollTop = n * height;
    if ((n + 1) * height + head > element.scrollTop + element.clientHeight) element.scrollTop = (n + 1) * height + head - element.clientHeight;
    setView({ top: element.scrollTop, height: element.clientHeight });
    setAt(p.id(rows[n]!));
    focus.current = p.id(rows[n]!);
  };
  const onKeyDown = (e: KeyboardEvent) => {
    const target = e.target as HTMLElement;
    const row = rows[current];
    if (!grid || !row || target.tagName === "TH" || target.closest("thead") || e.ctrlKey || e.metaKey || e.altKey) return;
    const page = Math.max(1, Math.floor(view.height / height) - 1);
    const moves: Record<string, number> = { ArrowDown: current + 1, ArrowUp: current - 1, PageDown: current + page, PageUp: current - page, Home: 0, End: rows.length - 1 };
    const to = moves[e.key];
    if (to !== undefined) go(to);
    else if (target.tagName !== "TR") return; // a link or box in the row does what it does
    else if (e.key === "Enter" && p.onOpen) p.onOpen(row);
    else if (e.key === " " && p.onToggle) p.onToggle(row);
    else return p.onKey?.(e, row);
    e.preventDefault();
    e.stopPropagation();
  };
  const turn = (c: Column<T>) => {
    const next = { key: c.key, down: sort?.key === c.key ? !sort.down : Boolean(c.number) };
    if (p.onSort) p.onSort(next); else setOwn(next);
  };

  return <div class="table" ref={box} tabIndex={grid ? undefined : 0} role={grid ? undefined : "region"} aria-label={grid ? undefined : p.label}
    style={{ maxHeight: p.most ?? "none" }}>
    <table role={grid ? "grid" : undefined} aria-label={p.label} aria-rowcount={rows.length + 1} onKeyDown={onKeyDown} aria-multiselectable={p.onToggle ? true : undefined}>
      <thead><tr aria-rowindex={1}>
        {p.columns.map((c) => <th key={c.key} scope="col" title={c.title} class={`${c.number ? "number" : ""} ${c.wide ? "wide" : ""}`}
          aria-sort={sort?.key === c.key ? (sort.down ? "descending" : "ascending") : undefined}>
          {c.plain ? (c.name || <span class="unseen">{c.title}</span>)
            : <button type="button" onClick={() => turn(c)}>{c.name}<i aria-hidden="true">{sort?.key === c.key ? (sort.down ? "▾" : "▴") : ""}</i></button>}
        </th>)}
      </tr></thead>
      <tbody>
        {first > 0 && <tr aria-hidden="true" class="gap" style={{ height: `${first * height}px` }} />}
        {rows.slice(first, last).map((row, i) => {
          const id = p.id(row), n = first + i, chosen = p.chosen?.(row);
          return <tr key={id} data-id={id} aria-rowindex={n + 2} tabIndex={grid ? (n === current ? 0 : -1) : undefined} aria-selected={grid && p.onToggle ? Boolean(chosen) : undefined}
            class={chosen ? "chosen" : ""} style={{ height: `${height}px` }} onFocus={grid ? () => setAt(id) : undefined}
            {...(p.onOpen && { [p.onToggle ? "onDblClick" : "onClick"]: (e: MouseEvent) => { if (!(e.target as HTMLElement).closest("a,button,input,label")) p.onOpen!(row); } })}>
            {p.columns.map((c) => <td key={c.key} class={`${c.number ? "number" : ""} ${c.wide ? "wide" : ""}`}>{c.cell ? c.cell(row) : c.value(row)}</td>)}
          </tr>;
        })}
        {last < rows.length && <tr aria-hidden="true" class="gap" style={{ height: `${(rows.length - last) * height}px` }} />}
      </tbody>
    </table>
    {rows.length === 0 && p.empty}
  </div>;
}
