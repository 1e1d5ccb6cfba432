// What is pressed and moved: buttons, one of a few, sliders, values that are typed.
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { number, parse, prefix, quantity } from "./units";
import "./controls.css";

interface ButtonProps {
  children: ComponentChildren; onClick?: ((e: MouseEvent) => void) | undefined;
  kind?: "plain" | "main" | "danger" | "quiet" | undefined; keys?: string | undefined; title?: string | undefined; label?: string | undefined;
  disabled?: boolean | undefined; pressed?: boolean | undefined; type?: "button" | "submit" | undefined; class?: string | undefined;
}

/** `keys` are shown with the title, as the help has them; `label` names a button that shows a sign only. */
export function Button(p: ButtonProps) {
  const title = [p.title ?? p.label, p.keys && `(${p.keys})`].filter(Boolean).join(" ");
  return <button type={p.type ?? "button"} class={`button ${p.kind ?? "plain"} ${p.class ?? ""}`} onClick={p.onClick} disabled={p.disabled}
    title={title || undefined} aria-label={p.label} aria-pressed={p.pressed} aria-keyshortcuts={p.keys?.replace(/ or /g, " ")}>{p.children}</button>;
}

interface ChoiceProps<T extends string> {
  label: string; value: T; options: readonly { value: T; name: ComponentChildren; title?: string | undefined; disabled?: boolean | undefined }[];
  onChange: (value: T) => void; hidden?: boolean | undefined;
}

/** One of a few, side by side: radio buttons, so that arrows move. `hidden` leaves the label to readers of screens. */
export function Choice<T extends string>(p: ChoiceProps<T>) {
  const id = useId();
  return <fieldset class="choice">
    <legend class={p.hidden ? "unseen" : ""}>{p.label}</legend>
    {p.options.map((o) => <label key={o.value} title={o.title} class={o.disabled ? "off" : ""}>
      <input type="radio" name={id} checked={o.value === p.value} disabled={o.disabled} onChange={() => p.onChange(o.value)} />
      <span>{o.name}</span>
    </label>)}
  </fieldset>;
}

interface CheckProps { label: ComponentChildren; checked: boolean; onChange: (on: boolean) => void; disabled?: boolean | undefined; title?: string | undefined }

export function Check(p: CheckProps) {
  return <label class="check" title={p.title}>
    <input type="checkbox" checked={p.checked} disabled={p.disabled} onChange={(e) => p.onChange(e.currentTarget.checked)} />
    <span>{p.label}</span>
  </label>;
}

interface SliderProps {
  label: string; value: number; min: number; max: number; step?: number | undefined; unit?: string | undefined;
  log?: boolean | undefined;                        // equal ways are equal factors
  format?: ((value: number) => string) | undefined;
  onInput: (value: number) => void; onChange?: ((value: number) => void) | undefined; // while it moves; when it is let go
  rest?: number | undefined;                        // double click, or Backspace, goes there
  typed?: boolean | undefined;                      // the value can be typed as well
  disabled?: boolean | undefined; hidden?: boolean | undefined;
}

const fine = 1000;

/** A native slider with its value and unit. */
export function Slider(p: SliderProps) {
  const id = useId();
  const show = p.format ?? ((v: number) => quantity(v, p.unit ?? ""));
  const low = p.log ? Math.log(p.min) : p.min, high = p.log ? Math.log(p.max) : p.max;
  const place = (v: number) => (p.log ? Math.round(((Math.log(Math.min(Math.max(v, p.min), p.max)) - low) / (high - low || 1)) * fine) : v);
  const value = (at: number) => (p.log ? Math.exp(low + (at / fine) * (high - low)) : at);
  const rest = () => { if (p.rest !== undefined) { p.onInput(p.rest); p.onChange?.(p.rest); } };
  return <div class="slider">
    <label for={id} class={p.hidden ? "unseen" : ""}>{p.label}</label>
    <input id={id} type="range" min={p.log ? 0 : p.min} max={p.log ? fine : p.max} step={p.log ? 1 : (p.step ?? ((p.max - p.min) / 200 || "any"))}
      value={place(p.value)} disabled={p.disabled} aria-valuetext={show(p.value)}
      onInput={(e) => p.onInput(value(e.currentTarget.valueAsNumber))} onChange={(e) => p.onChange?.(value(e.currentTarget.valueAsNumber))}
      onDblClick={rest} onKeyDown={(e) => { if (e.key === "Backspace" && p.rest !== undefined) { e.preventDefault(); e.stopPropagation(); rest(); } }} />
    {p.typed
      ? <Quantity label={`${p.label}, value`} hidden value={p.value} unit={p.unit ?? ""} onChange={(v) => { p.onInput(v); p.onChange?.(v); }} disabled={p.disabled} />
      : <output for={id}>{show(p.value)}</output>}
  </div>;
}

interface QuantityProps {
  label: string; value: number | undefined; unit: string; onChange: (value: number) => void;
  min?: number | undefined; max?: number | undefined; hidden?: boolean | undefined; disabled?: boolean | undefined; empty?: string | undefined;
}

/** A value that is typed with its unit: 49 mN. A number alone is in the unit that stood there. */
export function Quantity(p: QuantityProps) {
  const id = useId();
  const [text, setText] = useState<string>();
  const [wrong, setWrong] = useState("");
  const shown = prefix(p.value ?? 0, p.unit).unit;
  const take = () => {
    if (text === undefined) return;
    const v = parse(text, p.unit, shown);
    if (v === undefined) return setWrong(`a number and ${p.unit ? `a unit, such as 2 ${shown || p.unit}` : "no unit"}`);
    if (p.min !== undefined && v < p.min) return setWrong(`at least ${quantity(p.min, p.unit)}`);
    if (p.max !== undefined && v > p.max) return setWrong(`at most ${quantity(p.max, p.unit)}`);
    setWrong(""); setText(undefined);
    if (v !== p.value) p.onChange(v);
  };
  return <span class="quantity">
    <label for={id} class={p.hidden ? "unseen" : ""}>{p.label}</label>
    <input id={id} type="text" inputMode="text" autocomplete="off" spellcheck={false} disabled={p.disabled} placeholder={p.empty}
      value={text ?? (p.value === undefined ? "" : p.unit ? quantity(p.value, p.unit, 4) : number(p.value, 4))}
      aria-invalid={wrong ? true : undefined} aria-describedby={wrong ? `${id}-wrong` : undefined}
      onInput={(e) => { setText(e.currentTarget.value); setWrong(""); }} onBlur={take}
      onKeyDown={(e) => { if (e.key === "Enter") take(); if (e.key === "Escape") { setText(undefined); setWrong(""); } e.stopPropagation(); }} />
    {wrong && <small id={`${id}-wrong`} class="wrong" role="alert">{wrong}</small>}
  </span>;
}
