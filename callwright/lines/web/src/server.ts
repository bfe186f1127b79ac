// What the page asks of the server that served it.
import { Problem } from "./problems";

export interface About {
  agent: string;
  stack: string;
  ice_servers: string[];
}

export interface Summary {
  outcome: string;
  seconds: number;
  folder: string | null;
}

export interface CallState {
  state: "waiting" | "live" | "ended";
  summary: Summary | null;
}

const offerPath = (id: string): string => `${callPath(id)}/offer`;
const callPath = (id: string): string => `/api/calls/${encodeURIComponent(id)}`;

async function ask<T>(path: string, method = "GET"): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { method, signal: AbortSignal.timeout(5000) });
  } catch {
    throw new Problem("server-gone");
  }
  if (response.ok) return (await response.json()) as T;
  const { detail } = (await response.json().catch(() => ({}))) as { detail?: unknown };
  const said = typeof detail === "string" ? detail : `The server answered ${response.status}.`;
  throw new Problem(response.status === 503 ? "full" : "refused", said);
}

export const server = {
  about: () => ask<About>("/api/about"),
  /** Takes a seat; the offer has to follow soon, or the seat is free again. */
  reserve: () => ask<{ id: string }>("/api/calls", "POST"),
  call: (id: string) => ask<CallState>(callPath(id)),
  offerPath,
  /** Ends the call even while the page is being closed. */
  release(id: string): void {
    void fetch(callPath(id), { method: "DELETE", keepalive: true }).catch(() => undefined);
  },
};
