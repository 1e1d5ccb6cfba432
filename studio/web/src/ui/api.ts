// The server as pages see it. Its routes are in the documentation of package studio.
import { signal } from "@preact/signals";
import type { Complaint } from "../engine/protocol";
import { key, keyed } from "./key";

/** What the server refuses, in its words. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly complaint: Complaint, readonly errors: Complaint[] = [complaint]) { super(complaint.message); }
}

/** How it stands with the server: `away` while nobody answers, `closed` where this page is not known to it (any more). */
export const link = signal<"here" | "away" | "closed">("here");
/** Counts the times that the server came back: views that depend on it load again. */
export const returns = signal(0);
/** Calls `run` whenever the server comes back; the result ends it. */
export function onReturn(run: () => void): () => void {
  const now = returns.peek();
  return returns.subscribe((n) => { if (n !== now) run(); });
}

let asking = false;
function away(sure = true): void {
  if (sure && link.value === "here") link.value = "away";
  if (asking) return;
  asking = true;
  const ask = async () => {
    try {
      const reply = await fetch("/api/about", { headers: keyed() });
      if (reply.ok) {
        asking = false;
        if (link.value !== "here") { link.value = "here"; returns.value++; }
        return;
      }
      link.value = reply.status === 401 || reply.status === 403 ? "closed" : "away";
    } catch { link.value = "away"; }
    setTimeout(() => void ask(), document.hidden ? 5000 : 1000);
  };
  setTimeout(() => void ask(), 500);
}

async function call(path: string, init?: RequestInit): Promise<Response> {
  let reply: Response;
  try { reply = await fetch(path, { ...init, headers: { ...init?.headers, ...keyed() } }); } catch (e) {
    if (init?.signal?.aborted) throw e;
    away();
    throw new ApiError(0, { message: "the server does not answer", help: "The page goes on by itself when it is back. Where it was ended, start it with: elastrain studio" });
  }
  if (reply.ok && reply.status !== 202) return reply; // 202: it is under way, and the answer says what
  if (reply.status === 401) { link.value = "closed"; away(); }
  const text = await reply.text();
  let error: Complaint & { errors?: Complaint[] } = { message: text.trim() || `the server answers ${reply.status} ${reply.statusText}` };
  try { error = (JSON.parse(text) as { error: Complaint & { errors?: Complaint[] } }).error ?? error; } catch { /* not of ours */ }
  throw new ApiError(reply.status, error, error.errors?.length ? error.errors : [error]);
}

/** An address that the browser asks for by itself: it has no headers, so the key stands in it. */
export function alone(path: string, query: Record<string, string>): string { return addressed(path, { ...query, key: key() }); }

function addressed(path: string, query: Record<string, string>): string {
  const q = new URLSearchParams(query).toString();
  return q ? `${path}?${q}` : path;
}

export async function get<T>(path: string, query: Record<string, string> = {}, signal?: AbortSignal): Promise<T> {
  return (await (await call(addressed(path, query), signal && { signal })).json()) as T;
}

/** A message with arrays, as the engine has them. */
export async function getBytes(path: string, query: Record<string, string> = {}, signal?: AbortSignal): Promise<Uint8Array> {
  return new Uint8Array(await (await call(addressed(path, query), signal && { signal })).arrayBuffer());
}

/** Bytes there and back, as the engine of the server has them. */
export async function postBytes(path: string, body: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await (await call(path, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: body as BodyInit })).arrayBuffer());
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  return (await (await call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).json()) as T;
}

/**
 * Follows a stream of events; it comes back by itself after a break, from where it was. The result ends it.
 * While nobody sees the page the stream is closed: a browser has few connections to one server, and six pages may be open.
 * `named` are events with a name of their own (a log has `reset` and `state`).
 */
export function follow<T>(path: string, query: Record<string, string>, each: (data: T) => void, state?: (connected: boolean) => void,
  named: Record<string, (data: unknown) => void> = {}): () => void {
  let source: EventSource | undefined, last = "", ended = false, pause = 1000, timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    timer = undefined;
    if (ended || source || document.hidden) return;
    const s = source = new EventSource(alone(path, last ? { ...query, after: last } : query));
    const told = (run: (data: never) => void) => (e: Event) => {
      const m = e as MessageEvent<string>;
      if (m.lastEventId) last = m.lastEventId;
      if (!ended) run(JSON.parse(m.data) as never);
    };
    s.onmessage = told(each);
    for (const [name, run] of Object.entries(named)) s.addEventListener(name, told(run));
    s.onopen = () => { pause = 1000; state?.(true); };
    s.onerror = () => {
      state?.(false);
      away(s.readyState !== EventSource.CLOSED); // closed: the server may have answered that there is no such thing
      if (s.readyState !== EventSource.CLOSED) return; // the browser asks again itself, with Last-Event-ID
      source = undefined;
      timer ??= setTimeout(open, pause);
      pause = Math.min(2 * pause, 30_000);
    };
  };
  const look = () => { if (document.hidden) { source?.close(); source = undefined; } else open(); };
  document.addEventListener("visibilitychange", look);
  open();
  return () => {
    ended = true;
    document.removeEventListener("visibilitychange", look);
    clearTimeout(timer);
    source?.close();
  };
}

export interface RunRow {
  id: string; name: string; of: "run" | "session"; kind: string; title: string;
  state: "running" | "paused" | "ended" | "fault" | "stopped" | "broken";
  epoch: number; epochs: number; loss?: number; accuracy?: number; error?: number; began?: number; changed?: number;
  spark: number[]; method: string; nodes: number; elements: number; seed: number; why?: string;
}
export interface About { version: string; dir: string; host: string; writable: boolean; trusted?: boolean }
