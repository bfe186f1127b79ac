// Draws a call into the page. Every change redraws; nothing is touched that has not changed, so
// that a screen reader announces each line once.
import type { Call } from "./call";
import { clock, outcomeWords, speakerWords, statusWords, title } from "./words";
import type { Problem } from "./problems";
import type { About } from "./server";
import { Orb } from "./orb";
import { TranscriptView } from "./transcript-view";

interface Actions {
  start(): void;
  mute(): void;
  hangUp(): void;
}

const element = <T extends Element = HTMLElement>(id: string): T =>
  document.getElementById(id) as unknown as T;

export class View {
  private readonly start = element<HTMLButtonElement>("start");
  private readonly mute = element<HTMLButtonElement>("mute");
  private readonly hangUp = element<HTMLButtonElement>("hangup");
  private readonly voice = element<HTMLAudioElement>("voice");
  private readonly transcript = new TranscriptView();
  private readonly orb = new Orb(element("orb"));
  private agent = "The agent";
  private ticking = 0;
  /** Whether "Hang up" has the focus only because "Start" went away. */
  private lent = false;

  on(actions: Actions): void {
    this.start.addEventListener("click", actions.start);
    this.mute.addEventListener("click", actions.mute);
    this.hangUp.addEventListener("click", actions.hangUp);
    element("copy").addEventListener("click", () => void this.copyFolder());
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (event.key === "m" || event.key === "M") actions.mute();
      else if (event.key === "Escape") actions.hangUp();
    });
  }

  introduce(about: About): void {
    this.agent = title(about.agent);
    document.title = `${this.agent} · Callwright`;
    text("agent", this.agent);
    text("stack", `on the ${about.stack} stack`);
    text("status", "Ready");
    hide("problem", true);
    document.body.dataset.phase = "idle";
    this.label("Start call");
    this.start.disabled = false;
  }

  unreachable(problem: Problem): void {
    document.body.dataset.phase = "failed";
    text("status", "Not connected");
    this.show(problem);
    this.label("Try again");
    this.start.disabled = false;
  }

  reset(): void {
    this.transcript.clear();
    hide("problem", true);
    hide("summary", true);
  }

  play(track: MediaStreamTrack): void {
    this.voice.srcObject = new MediaStream([track]);
    void this.voice.play().catch(() => text("speaker", "Press any key to hear the agent"));
  }

  draw(call: Call): void {
    const phase = call.over && !call.problem && call.seconds === 0 ? "idle" : call.phase;
    document.body.dataset.phase = phase;
    document.body.dataset.speaking = speaking(call);
    document.body.toggleAttribute("data-muted", phase === "live" && call.muted);
    text("status", phase === "idle" ? "Ready" : statusWords(call));
    text("speaker", speakerWords(call, this.agent));
    this.drawControls(call, phase);
    this.drawTimer(call);
    this.transcript.draw(call.transcript, this.agent);
    if (call.problem) this.show(call.problem);
    if (phase === "ended") this.drawSummary(call);
    this.orb.follow(call.over ? null : call);
  }

  private drawControls(call: Call, phase: string): void {
    const focused = document.activeElement;
    const resting = call.over;
    this.start.hidden = !resting;
    this.label(phase === "ended" ? "Call again" : phase === "failed" ? "Try again" : "Start call");
    this.mute.hidden = phase !== "live";
    this.hangUp.hidden = resting;
    // Not `disabled`: that would drop the keyboard's focus before there is a place to put it.
    this.hangUp.ariaDisabled = String(phase === "ending");
    text("hangup", phase === "live" || phase === "ending" ? "Hang up" : "Cancel", "span");
    hide("keys", phase !== "live");
    hide("note", phase !== "idle");
    this.mute.setAttribute("aria-pressed", String(call.muted));
    text("mute", call.muted ? "Unmute" : "Mute", "span");
    this.mute.querySelector("use")?.setAttribute("href", call.muted ? "#microphone-off" : "#microphone");
    this.keepFocus(focused);
  }

  /** A keyboard's focus must not vanish with its button, nor rest on "Hang up" by our doing. */
  private keepFocus(before: Element | null): void {
    const lent = before === this.hangUp && this.lent && !this.mute.hidden;
    if (!lent && !(before instanceof HTMLButtonElement && before.hidden)) return;
    const next = [this.start, this.mute, this.hangUp].find((button) => !button.hidden);
    next?.focus();
    this.lent = next === this.hangUp;
  }

  private drawTimer(call: Call): void {
    const timer = element("timer");
    timer.hidden = call.seconds === 0 || call.over;
    text("timer", clock(call.seconds));
    clearTimeout(this.ticking);
    if (call.phase === "live") this.ticking = setTimeout(() => this.drawTimer(call), 250);
  }

  private drawSummary(call: Call): void {
    const words = outcomeWords(call.summary?.outcome);
    text("outcome", words.title);
    text("outcome-note", words.note);
    text("duration", clock(call.summary?.seconds ?? call.seconds));
    const turns = call.transcript.lines.filter((line) => line.speaker === "caller");
    text("turns", String(turns.length));
    hide("folder-row", !call.summary?.folder);
    text("folder", call.summary?.folder ?? "");
    hide("summary", false);
  }

  private show(problem: Problem): void {
    text("problem-title", problem.title);
    text("problem-remedy", problem.remedy);
    hide("problem", false);
  }

  private label(words: string): void {
    text("start", words, "span");
  }

  private async copyFolder(): Promise<void> {
    const folder = element("folder");
    try {
      await navigator.clipboard.writeText(folder.textContent ?? "");
      text("copy", "Copied");
      setTimeout(() => text("copy", "Copy"), 1500);
    } catch {
      getSelection()?.selectAllChildren(folder);
    }
  }
}

function speaking(call: Call): string {
  if (call.phase !== "live") return "";
  if (call.agentSpeaks) return "agent";
  return call.callerSpeaks && !call.muted ? "caller" : "";
}

function text(id: string, words: string, inside?: string): void {
  const target = inside ? element(id).querySelector(inside) : element(id);
  if (target && target.textContent !== words) target.textContent = words;
}

function hide(id: string, hidden: boolean): void {
  element(id).hidden = hidden;
}
