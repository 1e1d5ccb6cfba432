// The key of this page: what the server demands beside the cookie, which a browser sends to every port of this machine.
// It comes in the page that a token opens, and stays in what the browser keeps for this address alone.
const name = "elastrain.key";
let own = ""; // where the browser keeps nothing: as long as this page lives

const given = document.querySelector<HTMLMetaElement>('meta[name="elastrain-key"]');
if (given) {
  own = given.content;
  given.remove();
  try { localStorage.setItem(name, own); } catch { /* this browser keeps nothing */ }
  history.replaceState(null, "", location.pathname + location.hash); // a token counts once
}

/** Read each time: another tab may have shown a newer token, and the cookie is of both. */
export function key(): string {
  try { return localStorage.getItem(name) ?? own; } catch { return own; }
}

export const keyed = (): Record<string, string> => ({ "Elastrain-Key": key() });
