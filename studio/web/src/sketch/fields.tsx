// Fields that write a key of the text, as it is typed; what they say wrong the text says.
import { useId, useState } from "preact/hooks";
import { field } from "./actions";
import type { Sketch } from "./state";

interface FieldProps { label: string; s: Sketch; path: string; value: string; empty?: string; short?: boolean; hidden?: boolean; onSet?: (value: string) => void; focus?: boolean }

/** One value, in its own words: 49 mN, 1.5..2.5 mm, 5-4-3-2. An empty one takes the key out. */
export function Field(p: FieldProps) {
  const id = useId(), [typed, setTyped] = useState<string>(), [wrong, setWrong] = useState("");
  const errors = p.s.fresh() ? p.s.checked.value?.errors.filter((e) => e.path === p.path) ?? [] : [];
  const take = () => {
    if (typed === undefined) return;
    const text = typed.trim();
    if (!/^[\w.,+\-/ ^µμ°%²³()[\]]*$/.test(text) || text.split("[").length !== text.split("]").length) { setWrong("a value with its unit, such as 49 mN"); return; }
    setTyped(undefined);
    setWrong("");
    if (text === p.value) return;
    if (p.onSet) p.onSet(text); else void field(p.s, p.path, text, `${p.label} is ${text || "left out"}.`);
  };
  const say = wrong || errors[0]?.message;
  return <span class="field">
    <label for={id} class={p.hidden ? "unseen" : ""}>{p.label}</label>
    <input id={id} type="text" class={p.short ? "short" : ""} autocomplete="off" spellcheck={false} placeholder={p.empty} value={typed ?? p.value}
      aria-invalid={say ? true : undefined} aria-describedby={say ? `${id}-wrong` : undefined}
      onInput={(e) => { setTyped(e.currentTarget.value); setWrong(""); }} onBlur={take}
      onKeyDown={(e) => { if (e.key === "Enter") take(); if (e.key === "Escape") { setTyped(undefined); setWrong(""); } }} />
    {say && <small class="wrong" id={`${id}-wrong`}>{say}</small>}
  </span>;
}

interface PickProps { label: string; value: string; options: readonly (string | [value: string, name: string])[]; onChange: (value: string) => void; hidden?: boolean }

export function Pick(p: PickProps) {
  const id = useId();
  return <span class="field">
    <label for={id} class={p.hidden ? "unseen" : ""}>{p.label}</label>
    <select id={id} value={p.value} onChange={(e) => p.onChange(e.currentTarget.value)}>
      {p.options.map((o) => { const [v, n] = typeof o === "string" ? [o, o] : o; return <option key={v} value={v} selected={v === p.value}>{n}</option>; })}
    </select>
  </span>;
}
