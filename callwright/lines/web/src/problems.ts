// Everything that can go wrong, in the caller's words: what happened, and what to do next.

export type Trouble =
  | "permission"
  | "no-microphone"
  | "microphone-busy"
  | "insecure"
  | "full"
  | "refused"
  | "server-gone"
  | "server-closing"
  | "no-connection"
  | "unknown";

interface Wording {
  title: string;
  remedy: string;
}

const WORDS: Record<Trouble, Wording> = {
  permission: {
    title: "The microphone is blocked",
    remedy:
      "Allow the microphone for this page (the icon at the left of the address bar), then try again.",
  },
  "no-microphone": {
    title: "No microphone found",
    remedy: "Plug one in or switch it on, then try again.",
  },
  "microphone-busy": {
    title: "The microphone could not be opened",
    remedy: "Another program may be using it. Close that program, then try again.",
  },
  insecure: {
    title: "This address may not use the microphone",
    remedy:
      "Browsers open the microphone on https:// pages and on localhost only. Open the page at http://localhost, or serve it over https.",
  },
  full: { title: "All lines are busy", remedy: "Try again when another call has ended." },
  refused: { title: "The server refused the call", remedy: "Reload the page and try again." },
  "server-gone": {
    title: "The server is gone",
    remedy: "Start it again with “callwright talk”, then try again.",
  },
  "server-closing": {
    title: "The server was stopped",
    remedy: "It ended this call on its way out. Start it again with “callwright talk”.",
  },
  "no-connection": {
    title: "The call could not be connected",
    remedy:
      "Audio did not get through between this browser and the server. A VPN or a firewall may stand between them.",
  },
  unknown: { title: "The call failed", remedy: "Reload the page and try again." },
};

/** An error with words for the caller. `said` is the server's own sentence, shown instead of ours. */
export class Problem extends Error {
  readonly title: string;
  readonly remedy: string;

  constructor(
    readonly trouble: Trouble,
    said?: string,
  ) {
    super(said ?? WORDS[trouble].title);
    this.title = WORDS[trouble].title;
    this.remedy = said ?? WORDS[trouble].remedy;
  }
}

const MICROPHONE: Record<string, Trouble> = {
  NotAllowedError: "permission",
  SecurityError: "permission",
  NotFoundError: "no-microphone",
  DevicesNotFoundError: "no-microphone",
  OverconstrainedError: "no-microphone",
  NotReadableError: "microphone-busy",
  AbortError: "microphone-busy",
};

/** Reads what `getUserMedia` threw. */
export function microphoneProblem(error: unknown): Problem {
  const name = error instanceof DOMException ? error.name : "";
  return new Problem(MICROPHONE[name] ?? "microphone-busy");
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem("unknown");
}
