// Numbers with units as experiment files have them, for fields and drawing. What counts is what the engine reads; this is for arrows and forms.

const prefixes: Record<string, number> = { n: -9, u: -6, "µ": -6, "μ": -6, m: -3, c: -2, "": 0, k: 3, M: 6, G: 9 };
const others: Record<string, number> = { in: 0.0254, ft: 0.3048, gf: 9.80665e-3, kgf: 9.80665, lbf: 4.4482216152605 };

/** The value of "49 mN" or "-0.5 mm" in SI; undefined where it is no finite number with a unit of this base (N, m, N/m, Pa). */
export function value(text: string | undefined, base: string): number | undefined {
  const found = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S.*?)?\s*$/.exec(text ?? "");
  if (!found) return undefined;
  const number = Number(found[1]), unit = found[2] ?? "";
  if (!Number.isFinite(number)) return undefined;
  if (base === "") return unit === "" ? number : undefined;
  const other = others[unit];
  if (other !== undefined && base === (unit.endsWith("f") ? "N" : "m")) return number * other;
  const [upper = "", lower] = unit.split("/"), [most = "", least] = base.split("/");
  const a = power(upper, most);
  if (a === undefined || (lower === undefined) !== (least === undefined)) return undefined;
  const b = least === undefined ? 0 : power(lower!, least);
  return b === undefined ? undefined : Number(`${number}e${a - b}`);
}

function power(unit: string, base: string): number | undefined {
  return unit.endsWith(base) ? prefixes[unit.slice(0, unit.length - base.length)] : undefined;
}

/** The same number with its point moved, digit by digit: so lengths go from m to mm and back without a change. */
export function shift(x: number, digits: number): string {
  const [mantissa, exponent] = x.toExponential().split("e");
  const n = Number(exponent) + digits, sign = mantissa!.startsWith("-") ? "-" : "", figures = mantissa!.replace(/[-.]/g, "");
  if (x === 0) return "0";
  if (n < -7 || n > 15) return `${mantissa}e${n}`;
  if (n < 0) return `${sign}0.${"0".repeat(-n - 1)}${figures}`;
  if (figures.length <= n + 1) return sign + figures.padEnd(n + 1, "0");
  return `${sign}${figures.slice(0, n + 1)}.${figures.slice(n + 1)}`;
}

/** A length as an experiment file has it, exactly. */
export function length(x: number): string { return `${shift(x, 3)} mm`; }

/** Rounded to so many figures. */
export function round(x: number, figures = 2): number { return x === 0 || !Number.isFinite(x) ? 0 : Number(x.toPrecision(figures)); }

/** A value with the prefix that reads well: 0.049, "N" is 49 mN. */
export function said(x: number, base: string, figures = 2): string {
  const r = round(x, figures), size = Math.abs(r);
  const [prefix, p] = size === 0 || (base === "m" && size >= 1e-5 && size < 1) ? ["m", -3] : size < 1e-6 ? ["n", -9] : size < 1e-3 ? ["u", -6] : size < 1 ? ["m", -3] : size < 1000 ? ["", 0] : ["k", 3];
  return `${shift(r, -(p as number))} ${prefix as string}${base}`;
}
