// A new card can be heard or felt, where somebody wants that: a phone lies beside the lattice, and nobody looks at it.
import { signal } from "@preact/signals";
import { keep, kept } from "../ui/kept";

export type Alert = "none" | "sound" | "shake";
export const alert = signal<Alert>(kept("bench-alert", ["none", "sound", "shake"], "none"));
export const shakes = typeof navigator !== "undefined" && "vibrate" in navigator;

let audio: AudioContext | undefined;

export function setAlert(to: Alert): void {
  alert.value = to;
  keep("bench-alert", to);
  if (to === "sound") audio ??= new AudioContext(); // a browser lets a page sound only after a person has pressed something
  ring();
}

/** Two short tones, or a short shake. */
export function ring(): void {
  if (alert.value === "shake" && shakes) navigator.vibrate([120, 80, 120]);
  if (alert.value !== "sound" || !audio) return;
  for (const [at, pitch] of [[0, 660], [0.18, 880]] as const) {
    const tone = audio.createOscillator(), loud = audio.createGain(), now = audio.currentTime + at;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, now);
    loud.gain.exponentialRampToValueAtTime(0.2, now + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, now + 0.16);
    tone.connect(loud).connect(audio.destination);
    tone.start(now);
    tone.stop(now + 0.17);
  }
}
