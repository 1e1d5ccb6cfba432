// Tabs as people know them: arrows move, Home and End go to the ends.
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import "./tabs.css";

interface TabsProps<T extends string> {
  label: string; value: T; tabs: readonly { value: T; name: ComponentChildren }[];
  onChange: (value: T) => void; children: ComponentChildren; // what the tab that is open shows
}

export function Tabs<T extends string>(p: TabsProps<T>) {
  const id = useId(), list = useRef<HTMLDivElement>(null);
  const move = (e: KeyboardEvent) => {
    const i = p.tabs.findIndex((t) => t.value === p.value), n = p.tabs.length;
    const to = { ArrowRight: (i + 1) % n, ArrowLeft: (i + n - 1) % n, Home: 0, End: n - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    p.onChange(p.tabs[to]!.value);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[to]?.focus();
  };
  return <div class="tabs">
    <div role="tablist" aria-label={p.label} ref={list} onKeyDown={move}>
      {p.tabs.map((t) => <button key={t.value} type="button" role="tab" id={`${id}-${t.value}`} aria-controls={`${id}-panel`} aria-selected={t.value === p.value}
        tabIndex={t.value === p.value ? 0 : -1} onClick={() => p.onChange(t.value)}>{t.name}</button>)}
    </div>
    <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${p.value}`} tabIndex={0}>{p.children}</div>
  </div>;
}
