// Colours that tell curves and runs apart. Each has 3:1 on its ground, and each curve has a dash as well.
import { dark } from "./theme";

const light = ["#0b5cad", "#b3450b", "#1c6b33", "#8a2f8f", "#6b5a00", "#00707a", "#b3261e", "#505a64"];
const night = ["#7cb8f5", "#f5a76c", "#7ccf93", "#d99be0", "#d9c65a", "#5fc9d3", "#ff9a90", "#a5afb9"];
const dashes = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

export function color(i: number): string {
  const list = dark.value ? night : light;
  return list[i % list.length]!;
}

/** Another dash where colours come again; with `apart` every curve has another. */
export function dash(i: number, apart = false): number[] {
  return dashes[(apart ? i : Math.floor(i / light.length)) % dashes.length]!;
}

/** What canvases need of the theme. */
export function ink(): { text: string; soft: string; line: string; ground: string; accent: string } {
  return dark.value
    ? { text: "#e8ebee", soft: "#a5afb9", line: "#31373d", ground: "#14171a", accent: "#7cb8f5" }
    : { text: "#15191d", soft: "#505a64", line: "#e1e5e9", ground: "#ffffff", accent: "#0b5cad" };
}
