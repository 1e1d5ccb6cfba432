// Small choices that stay in this browser. A page from a file, or a browser that keeps nothing, forgets them without a fault.

export function keep(name: string, value: string): void {
  try { localStorage.setItem(`elastrain.${name}`, value); } catch { /* this browser keeps nothing */ }
}

export function kept<T extends string>(name: string, among: readonly T[], otherwise: T): T {
  try {
    const value = localStorage.getItem(`elastrain.${name}`) as T | null;
    if (value !== null && among.includes(value)) return value;
  } catch { /* this browser keeps nothing */ }
  return otherwise;
}
