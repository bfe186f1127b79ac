// The bars in the circle: they move with whoever is speaking, and rest when motion is unwelcome.
import type { Call } from "./call";

const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Orb {
  private readonly bars: HTMLElement[];
  private readonly history: number[];
  private call: Call | null = null;
  private frame = 0;

  constructor(circle: HTMLElement) {
    this.bars = [...circle.querySelectorAll<HTMLElement>("i")];
    this.history = new Array(Math.ceil(this.bars.length / 2)).fill(0);
  }

  follow(call: Call | null): void {
    this.call = call;
    if (call && !this.frame) this.frame = requestAnimationFrame(() => this.tick());
  }

  private tick(): void {
    const call = this.call;
    const level = call && !still.matches ? this.loudness(call) : 0;
    this.history.unshift(level * 0.6 + (this.history[0] ?? 0) * 0.4);
    this.history.pop();
    const middle = (this.bars.length - 1) / 2;
    this.bars.forEach((bar, index) => {
      const distance = Math.abs(index - middle);
      const height = (this.history[Math.round(distance)] ?? 0) * (1 - distance * 0.16);
      bar.style.setProperty("--height", height.toFixed(3));
    });
    this.frame = call ? requestAnimationFrame(() => this.tick()) : 0;
  }

  private loudness(call: Call): number {
    if (call.agentSpeaks) return call.levels.of("agent");
    return call.callerSpeaks && !call.muted ? call.levels.of("caller") : 0;
  }
}
