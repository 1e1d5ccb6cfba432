// Values as colours: cividis for what goes from little to much, blue to orange about a grey for what has a sign. Both keep their order in grey
// and for eyes that do not tell red from green. On a dark ground the dark end of cividis is left out, on a light one the light end.
import type { Scale } from "./picture";

export type Paint = [number, number, number]; // 0 to 255

/** Colours of a page: those of the style sheet as they are now. */
export interface Theme { dark: boolean; ground: Paint; text: Paint; soft: Paint; line: Paint; accent: Paint; good: Paint; bad: Paint }

/** Reads the colours of the page at an element. */
export function themeOf(at: Element): Theme {
  const probe = document.createElement("span");
  at.append(probe);
  const read = (name: string): Paint => {
    probe.style.color = `var(--${name})`;
    const [r = 0, g = 0, b = 0] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b];
  };
  const t = { ground: read("ground"), text: read("text"), soft: read("soft"), line: read("line"), accent: read("accent"), good: read("good"), bad: read("bad") };
  probe.remove();
  return { dark: t.ground[0] + t.ground[1] + t.ground[2] < 384, ...t };
}

/** Calls when the colours of the page change; the result ends it. */
export function onTheme(changed: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  system.addEventListener("change", changed);
  return () => { observer.disconnect(); system.removeEventListener("change", changed); };
}

// Cividis (Nunez, Anderton and Renslow 2018) as polynomials.
function cividis(t: number): Paint {
  const c = (v: number) => Math.max(0, Math.min(255, Math.round(v)));
  return [
    c(-4.54 - t * (35.34 - t * (2381.73 - t * (6402.7 - t * (7024.72 - t * 2710.57))))),
    c(32.49 + t * (170.73 + t * (52.82 - t * (131.46 - t * (176.58 - t * 67.37))))),
    c(81.24 + t * (442.36 - t * (2482.43 - t * (6167.24 - t * (6614.94 - t * 2475.67))))),
  ];
}

function mix(a: Paint, b: Paint, t: number): Paint {
  return [0, 1, 2].map((i) => Math.round(a[i]! + t * (b[i]! - a[i]!))) as Paint;
}

/** The colour at a place from 0 to 1 of a map. */
export function colourAt(kind: Scale["kind"], dark: boolean, t: number): Paint {
  t = Math.min(Math.max(t, 0), 1);
  if (kind === "sequential") return cividis(dark ? 0.32 + 0.68 * t : 0.9 * t);
  const [below, middle, above]: [Paint, Paint, Paint] = dark ? [[98, 180, 255], [84, 92, 100], [255, 158, 84]] : [[8, 79, 160], [178, 184, 190], [184, 72, 0]];
  return t < 0.5 ? mix(below, middle, 2 * t) : mix(middle, above, 2 * t - 1);
}

/** 256 colours of a map, four bytes each. */
export function colourTable(kind: Scale["kind"], dark: boolean): Uint8Array {
  const out = new Uint8Array(1024);
  for (let i = 0; i < 256; i++) out.set([...colourAt(kind, dark, i / 255), 255], 4 * i);
  return out;
}

export function colourOf(scale: Scale, dark: boolean, value: number): Paint | undefined {
  return Number.isNaN(value) ? undefined : colourAt(scale.kind, dark, (value - scale.low) / (scale.high - scale.low || 1));
}

export function css(p: Paint, alpha = 1): string { return alpha === 1 ? `rgb(${p.join(" ")})` : `rgb(${p.join(" ")} / ${alpha})`; }
