// One call from the first click to the summary: asks for the microphone, takes a seat, connects,
// and watches until the server says how it ended.
import { logger, LogLevel, PipecatClient, type RTVIEventCallbacks } from "@pipecat-ai/client-js";
import { SmallWebRTCTransport } from "@pipecat-ai/small-webrtc-transport";
import { Levels } from "./levels";
import { Microphone } from "./microphone";
import { asProblem, Problem } from "./problems";
import { server, type Summary } from "./server";
import { Transcript } from "./transcript";

export type Phase = "microphone" | "connecting" | "live" | "ending" | "ended" | "failed";

const CONNECT_MS = 20_000;
const WATCH_MS = 2_000;
const SUMMARY_MS = 10_000;

logger.setLevel(LogLevel.ERROR);

export class Call {
  phase: Phase = "microphone";
  muted = false;
  callerSpeaks = false;
  agentSpeaks = false;
  problem: Problem | null = null;
  summary: Summary | null = null;
  readonly transcript = new Transcript();
  readonly levels = new Levels();
  private readonly microphone = new Microphone();
  private client: PipecatClient | null = null;
  private id: string | null = null;
  private startedAt = 0;
  private callerSince = 0;
  private stoppedAt = 0;
  private closing = false;

  constructor(
    private readonly iceServers: string[],
    private readonly changed: () => void,
    private readonly play: (track: MediaStreamTrack) => void,
  ) {}

  get over(): boolean {
    return this.phase === "ended" || this.phase === "failed";
  }

  /** Seconds since the agent answered; stands still once the call is over. */
  get seconds(): number {
    if (!this.startedAt) return 0;
    return ((this.stoppedAt || performance.now()) - this.startedAt) / 1000;
  }

  async start(): Promise<void> {
    this.levels.start();
    try {
      await this.microphone.open(() => this.fail(new Problem("no-microphone")));
      if (this.stopping) return this.cleanUp();
      this.enter("connecting");
      this.id = (await server.reserve()).id;
      if (this.stopping) return server.release(this.id);
      await this.connect(this.id);
      void this.watch();
    } catch (error) {
      // Hanging up while it rings also lands here: nothing went wrong then.
      if (!this.stopping) this.fail(asProblem(error));
    }
  }

  toggleMute(): void {
    if (this.phase !== "live") return;
    this.muted = !this.muted;
    this.client?.enableMic(!this.muted);
    this.changed();
  }

  async hangUp(): Promise<void> {
    if (this.stopping) return;
    const answered = this.phase === "live";
    this.enter("ending");
    await this.client?.disconnect();
    if (!answered && this.id) server.release(this.id);
    await this.finish(answered);
  }

  /** The page goes away: no time to wait for anything. */
  abandon(): void {
    if (this.over || !this.id) return;
    server.release(this.id);
  }

  private get stopping(): boolean {
    return this.over || this.phase === "ending";
  }

  private async connect(id: string): Promise<void> {
    const microphone = this.microphone;
    if (microphone.media) this.levels.watch("caller", microphone.media);
    this.client = new PipecatClient({
      transport: new SmallWebRTCTransport({
        iceServers: this.iceServers.map((urls) => ({ urls })),
        mediaManager: microphone,
      }),
      enableCam: false,
      callbacks: this.callbacks(),
    });
    const late = delay(CONNECT_MS).then(() => Promise.reject(new Problem("no-connection")));
    const ready = this.client.connect({ webrtcRequestParams: { endpoint: server.offerPath(id) } });
    try {
      await Promise.race([ready, late]);
    } catch (error) {
      throw error instanceof Problem ? error : new Problem("no-connection");
    }
  }

  private callbacks(): RTVIEventCallbacks {
    return {
      onBotReady: () => {
        this.startedAt = performance.now();
        this.enter("live");
      },
      onTrackStarted: (track, participant) => {
        if (participant?.local || track.kind !== "audio") return;
        this.play(track);
        this.levels.watch("agent", new MediaStream([track]));
      },
      onUserTranscript: ({ text, final }) => {
        this.transcript.caller(text, final, this.callerSince);
        this.changed();
      },
      onBotOutput: (words) => {
        this.transcript.agent(words, this.seconds);
        this.changed();
      },
      onUserStartedSpeaking: () => this.speaks("caller", true),
      onUserStoppedSpeaking: () => this.speaks("caller", false),
      onBotStartedSpeaking: () => this.speaks("agent", true),
      onBotStoppedSpeaking: () => this.speaks("agent", false),
      onServerMessage: (message) => {
        this.closing ||= message?.callwright === "closing";
      },
      onDisconnected: () => {
        if (this.phase !== "live") return;
        this.enter("ending");
        void this.finish(true);
      },
    };
  }

  private speaks(who: "caller" | "agent", speaking: boolean): void {
    if (who === "caller" && speaking) this.callerSince = this.seconds;
    if (who === "caller") this.callerSpeaks = speaking;
    else this.agentSpeaks = speaking;
    this.changed();
  }

  /** Media may stall for seconds before WebRTC gives up; the server answers or does not at once. */
  private async watch(): Promise<void> {
    let misses = 0;
    while (this.phase === "live" && this.id) {
      await delay(WATCH_MS);
      try {
        const { state, summary } = await server.call(this.id);
        misses = 0;
        if (state === "ended" && this.phase === "live") {
          this.summary = summary;
          await this.hangUp();
        }
      } catch {
        misses += 1;
      }
      if (misses > 1 && this.phase === "live") this.fail(new Problem("server-gone"));
    }
  }

  private async finish(answered: boolean): Promise<void> {
    this.stoppedAt = performance.now();
    this.cleanUp();
    if (answered) await this.awaitSummary();
    if (!this.over) this.enter("ended");
  }

  private async awaitSummary(): Promise<void> {
    const until = performance.now() + SUMMARY_MS;
    while (!this.summary && this.id && performance.now() < until) {
      try {
        this.summary = (await server.call(this.id)).summary;
      } catch (error) {
        if (this.closing) this.fail(new Problem("server-closing"));
        else this.fail(asProblem(error));
        return;
      }
      if (!this.summary) await delay(250);
    }
  }

  private fail(problem: Problem): void {
    if (this.over) return;
    this.problem = problem;
    this.stoppedAt ||= performance.now();
    this.enter("failed");
    void this.client?.disconnect();
    if (this.id && problem.trouble !== "server-gone") server.release(this.id);
    this.cleanUp();
  }

  private cleanUp(): void {
    this.microphone.close();
    this.levels.stop();
    this.callerSpeaks = this.agentSpeaks = false;
    this.transcript.partial = "";
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    this.changed();
  }
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
