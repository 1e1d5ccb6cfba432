// The server as pages see it. Its routes are in the documentation of package studio.

export class ApiError extends Error {
  constructor(readonly status: number, message: string, readonly help?: string) { super(message); }
}

async function answer(reply: Response): Promise<unknown> {
  if (reply.ok) return reply.json();
  const text = await reply.text();
  let message = text || reply.statusText, help: string | undefined;
  try {
    const e = (JSON.parse(text) as { error: { message: string; help?: string } }).error;
    message = e.message; help = e.help;
  } catch { /* not of ours */ }
  throw new ApiError(reply.status, message, help);
}

export async function get<T>(path: string, query: Record<string, string> = {}): Promise<T> {
  const q = new URLSearchParams(query).toString();
  return (await answer(await fetch(q ? `${path}?${q}` : path))) as T;
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  return (await answer(await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }))) as T;
}

/** Follows a stream of events; it comes back by itself after a break, from where it was. The result ends it. */
export function follow<T>(path: string, query: Record<string, string>, each: (data: T) => void, state?: (connected: boolean) => void): () => void {
  const source = new EventSource(`${path}?${new URLSearchParams(query)}`);
  source.onmessage = (e: MessageEvent<string>) => each(JSON.parse(e.data) as T);
  source.onopen = () => state?.(true);
  source.onerror = () => state?.(false);
  return () => source.close();
}

export interface RunRow {
  id: string; name: string; of: "run" | "session"; kind: string; title: string;
  state: "running" | "paused" | "ended" | "fault" | "stopped" | "broken";
  epoch: number; epochs: number; loss?: number; accuracy?: number; error?: number; began?: number; changed?: number;
  spark: number[]; method: string; nodes: number; elements: number; seed: number; why?: string;
}
export interface About { version: string; dir: string; host: string; writable: boolean }
