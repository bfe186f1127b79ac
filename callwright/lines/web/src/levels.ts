// How loud each side is right now, for the moving ring and for whoever measures.

const FLOOR_DB = -60;

export class Levels {
  private context: AudioContext | null = null;
  private readonly meters = new Map<string, AnalyserNode>();
  private buffer = new Float32Array(1024);

  /** Must be called from a click or a key press: browsers keep audio contexts silent otherwise. */
  start(): void {
    this.context ??= new AudioContext();
    void this.context.resume();
  }

  watch(name: string, stream: MediaStream): void {
    if (!this.context) return;
    const meter = this.context.createAnalyser();
    meter.fftSize = this.buffer.length;
    this.context.createMediaStreamSource(stream).connect(meter);
    this.meters.set(name, meter);
  }

  /** Loudness from 0 (silence) to 1. */
  of(name: string): number {
    const meter = this.meters.get(name);
    if (!meter) return 0;
    meter.getFloatTimeDomainData(this.buffer);
    let energy = 0;
    for (const sample of this.buffer) energy += sample * sample;
    const decibels = 10 * Math.log10(energy / this.buffer.length + 1e-12);
    return Math.max(0, Math.min(1, 1 - decibels / FLOOR_DB));
  }

  stop(): void {
    this.meters.clear();
    void this.context?.close();
    this.context = null;
  }
}
