// The transcript on the page. Finished lines are only ever added to the log, so each is announced
// once; what the caller is still saying stands outside it.
import type { Line, Sentence, Transcript } from "./transcript";
import { clock } from "./words";

export class TranscriptView {
  private readonly scroll = document.getElementById("scroll") as HTMLElement;
  private readonly log = document.getElementById("log") as HTMLElement;
  private readonly partial = document.getElementById("partial") as HTMLElement;
  private readonly empty = document.getElementById("empty") as HTMLElement;
  private readonly drawn = new Map<Sentence, HTMLElement>();
  private readonly items = new Map<Line, HTMLElement>();
  /** Stays with the newest words until the reader scrolls up. */
  private following = true;

  constructor() {
    this.scroll.addEventListener("scroll", () => {
      const { scrollHeight, scrollTop, clientHeight } = this.scroll;
      this.following = scrollHeight - scrollTop - clientHeight < 48;
    });
    new ResizeObserver(() => this.follow()).observe(this.scroll);
  }

  clear(): void {
    this.log.replaceChildren();
    this.drawn.clear();
    this.items.clear();
    this.partial.hidden = true;
    this.empty.hidden = false;
    this.following = true;
  }

  draw(transcript: Transcript, agent: string): void {
    for (const line of transcript.lines) this.drawLine(line, agent);
    this.partial.hidden = !transcript.partial;
    this.partial.textContent = transcript.partial;
    this.empty.hidden = transcript.lines.length > 0 || transcript.partial !== "";
    this.follow();
  }

  private drawLine(line: Line, agent: string): void {
    let item = this.items.get(line);
    if (!item) {
      item = create("li", line.speaker);
      const head = create("p", "who");
      head.append(create("b", "", line.speaker === "agent" ? agent : "You"), " ");
      head.append(create("span", "at", clock(line.at)));
      item.append(head, create("p", "words"));
      this.log.append(item);
      this.items.set(line, item);
    }
    const words = item.lastElementChild as HTMLElement;
    for (const sentence of line.sentences) this.drawSentence(sentence, words);
  }

  private drawSentence(sentence: Sentence, words: HTMLElement): void {
    let span = this.drawn.get(sentence);
    if (!span) {
      span = create("span", "sentence", sentence.text);
      if (words.childNodes.length) words.append(" ");
      words.append(span);
      this.drawn.set(sentence, span);
    }
    const waiting = sentence.heard < sentence.text.length;
    if (!waiting && span.childElementCount === 0) return;
    if (!waiting) span.textContent = sentence.text;
    else {
      const rest = create("span", "unheard", sentence.text.slice(sentence.heard));
      span.replaceChildren(sentence.text.slice(0, sentence.heard), rest);
    }
  }

  private follow(): void {
    if (this.following) this.scroll.scrollTop = this.scroll.scrollHeight;
  }
}

function create(tag: string, className: string, words = ""): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = words;
  return made;
}
