// The page's wording for states and figures.
import type { Call } from "./call";

/** `front-desk` → `Front desk`. */
export function title(name: string): string {
  const words = name.replaceAll(/[-_]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Seconds as `m:ss`. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function statusWords(call: Call): string {
  switch (call.phase) {
    case "microphone":
      return "Waiting for the microphone";
    case "connecting":
      return "Connecting";
    case "live":
      return call.muted ? "Connected, muted" : "Connected";
    case "ending":
      return "Ending";
    case "ended":
      return "Call ended";
    case "failed":
      return "Not connected";
  }
}

export function speakerWords(call: Call, agent: string): string {
  switch (call.phase) {
    case "microphone":
      return "Allow the microphone to begin";
    case "connecting":
      return `Calling ${agent}…`;
    case "ending":
      return "Saving the call…";
    case "live":
      if (call.agentSpeaks) return `${agent} is speaking`;
      if (call.muted) return `You are muted: ${agent} cannot hear you`;
      return call.callerSpeaks ? "You are speaking" : "Listening";
    default:
      return "";
  }
}

const OUTCOMES: Record<string, { title: string; note: string }> = {
  completed: { title: "Call completed", note: "Every required step was done." },
  handed_off: { title: "Handed over", note: "A person takes it from here." },
  incomplete: { title: "Call incomplete", note: "Required steps were still open at the end." },
  abandoned: { title: "Ended early", note: "The call ended before every required step was done." },
  failed: { title: "The call failed", note: "What went wrong is in the call folder." },
};

export function outcomeWords(outcome: string | undefined): { title: string; note: string } {
  const unknown = { title: "Call ended", note: "The server has not said how it ended." };
  return (outcome ? OUTCOMES[outcome] : undefined) ?? unknown;
}
