// Light, dark or as the system: the choice stays in this browser. `dark` says what it comes to.
import { computed, effect, signal } from "@preact/signals";
import { kept, keep } from "./kept";

export type Theme = "system" | "light" | "dark";
const system = matchMedia("(prefers-color-scheme: dark)");
const systemDark = signal(system.matches);
system.addEventListener("change", (e) => { systemDark.value = e.matches; });

export const theme = signal<Theme>(kept("theme", ["system", "light", "dark"], "system"));
export const dark = computed(() => theme.value === "dark" || (theme.value === "system" && systemDark.value));

effect(() => {
  keep("theme", theme.value);
  if (theme.value === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme.value;
});

const still = matchMedia("(prefers-reduced-motion: reduce)");
/** True where the person has asked for less motion: nothing moves by itself then. */
export const calm = signal(still.matches);
still.addEventListener("change", (e) => { calm.value = e.matches; });
