// Numbers as people read them: three digits, the SI prefix that reads well, times in words.

const prefixes: [number, string][] = [[1e-15, "f"], [1e-12, "p"], [1e-9, "n"], [1e-6, "µ"], [1e-3, "m"], [1, ""], [1e3, "k"], [1e6, "M"], [1e9, "G"]];
const takes = /^(N|m|Pa|J|s|W|K|rad)(?![a-z0-9^²³])/i; // a prefix before these units; of squares it would be another unit

export interface Scaled { factor: number; unit: string }

/** The prefix for values as large as `size`: a value times `factor` is in `unit`. */
export function prefix(size: number, unit: string): Scaled {
  size = Math.abs(size);
  if (unit === "%") return { factor: 100, unit }; // strains
  if (unit === "1") unit = ""; // strains are numbers
  if (!unit || !takes.test(unit) || !(size > 0) || !Number.isFinite(size)) return { factor: 1, unit };
  let best = prefixes[0]!;
  for (const p of prefixes) if (size >= (p[0] > 1 ? 1 : 0.1) * p[0] * (1 - 1e-12)) best = p; // 0.15 mm, but 172 N/m
  if (/^m(?![a-z])/.test(unit) && size >= 0.1 && size < 1) best = prefixes[4]!; // lengths of a lattice: 160 mm, not 0.16 m
  if (/^s$/.test(unit) && size >= 1) best = prefixes[5]!;
  return { factor: 1 / best[0], unit: best[1] + unit };
}

/** A number with so many digits that count: 0.0312, 1.5, 12 300, 1.2e-7. */
export function number(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (value === Infinity) return "∞";
  if (value === -Infinity) return "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  let text: string;
  if (size < 1e-4 || size >= 1e7) text = value.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e");
  else {
    const places = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
    text = value.toFixed(Math.min(places, 20));
    if (text.includes(".")) text = text.replace(/\.?0+$/, "");
    if (size >= 1e4) text = text.replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
  }
  return text.replace(/-/g, "−");
}

/** A value in SI with its unit: quantity(0.00049, "m") is 0.49 mm. */
export function quantity(value: number | null | undefined, unit: string, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const s = prefix(value, unit);
  return s.unit ? `${number(value * s.factor, digits)}\u00a0${s.unit}` : number(value, digits);
}

/** A share as percent: 0.9467 is 94.7 %. */
export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return `${number(value * 100)}\u00a0%`;
}

/** What a person types: a number, with a prefixed unit or without (then in `shown`, or SI). undefined where it is no number. */
export function parse(text: string, unit: string, shown = unit): number | undefined {
  const m = /^\s*([+\-−]?(?:\d+\.?\d*|\.\d+)(?:[eE][+\-−]?\d+)?)\s*(.*?)\s*$/.exec(text.replace(/(\d)[\u202f ](?=\d{3})/g, "$1").replace(/^\s*([+\-−]?\d+),(\d+)/, "$1.$2"));
  if (!m) return undefined;
  const value = Number(m[1]!.replace(/−/g, "-"));
  if (!Number.isFinite(value)) return undefined;
  const given = (m[2] || shown).replace(/\u03bc|^u(?=[a-zA-Z])/g, "µ");
  if (given === "%" && unit === "%") return Number((value / 100).toPrecision(15));
  if (given === unit) return value;
  const p = prefixes.find(([, p]) => p && given === p + unit);
  if (p && takes.test(unit)) return Number((value * p[0]).toPrecision(15));
  if (unit === "m" && given === "cm") return value / 100;
  return undefined;
}

/** A length of time in words: 3 min 20 s. */
export function span(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 1) return `${number(seconds * 1000, 2)} ms`;
  if (seconds < 10) return `${number(seconds, 2)} s`;
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return s % 60 && s < 600 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${Math.round(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`;
  return `${number(s / 86400, 2)} d`;
}

/** When something was, seen from now: 5 min ago, then the day. */
export function ago(at: number, now = Date.now() / 1000): string {
  const s = now - at;
  if (s < 10) return "now";
  if (s < 60) return `${Math.floor(s)} s ago`;
  if (s < 3600) return `${Math.floor(s / 60)} min ago`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ago`;
  return new Date(at * 1000).toLocaleDateString(undefined, { year: "numeric", month: "short", day: "numeric" });
}
