// What has been said so far, as lines: pure, so the view only draws it.

export type Speaker = "caller" | "agent";

export interface Sentence {
  /** The agent's segment; its messages come twice a sentence and once a spoken word. */
  segment: number | null;
  text: string;
  /** How much of `text` has been heard, in characters. */
  heard: number;
}

export interface Line {
  speaker: Speaker;
  at: number;
  sentences: Sentence[];
}

export interface AgentWords {
  text: string;
  segment_id?: number;
  spoken_status?: "new" | "in-progress" | "completed";
  spoken_progress?: { accumulated_text: string; remaining_text: string };
}

export class Transcript {
  readonly lines: Line[] = [];
  /** The caller's words so far, not final yet. */
  partial = "";

  /** `since`: when the caller began to speak, seconds since the call began. */
  caller(text: string, final: boolean, since: number): void {
    const words = text.trim();
    if (!final) {
      this.partial = words;
      return;
    }
    this.partial = "";
    if (words) this.lineOf("caller", since).sentences.push(sentence(words));
  }

  /** `now`: seconds since the call began. */
  agent(words: AgentWords, now: number): void {
    const text = words.text.trim();
    if (!text) return;
    const known = this.find(words, text);
    const target = known ?? sentence(text, words.segment_id ?? null);
    if (!known) this.lineOf("agent", now).sentences.push(target);
    target.heard = heard(words, target.text);
  }

  private find(words: AgentWords, text: string): Sentence | undefined {
    if (words.segment_id !== undefined) {
      const said = this.lines.flatMap((line) => (line.speaker === "agent" ? line.sentences : []));
      return said.findLast((each) => each.segment === words.segment_id);
    }
    const last = this.lines.at(-1);
    const latest = last?.speaker === "agent" ? last.sentences.at(-1) : undefined;
    return latest?.text === text ? latest : undefined;
  }

  private lineOf(speaker: Speaker, at: number): Line {
    const last = this.lines.at(-1);
    if (last?.speaker === speaker) return last;
    const line: Line = { speaker, at, sentences: [] };
    this.lines.push(line);
    return line;
  }
}

const sentence = (text: string, segment: number | null = null): Sentence => ({
  segment,
  text,
  heard: text.length,
});

/** Words are greyed only where the voice tells how far it has come; most tell no more than "new". */
function heard(words: AgentWords, text: string): number {
  if (words.spoken_status !== "in-progress" || !words.spoken_progress) return text.length;
  return Math.min(text.length, words.spoken_progress.accumulated_text.trimEnd().length);
}
