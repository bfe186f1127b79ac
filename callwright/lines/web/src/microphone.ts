// The caller's microphone, in the shape the SmallWebRTC transport expects of a media manager.
//
// The transport's own WavMediaManager also records the voice through a worklet nobody reads here,
// and swallows the reason when the microphone cannot be opened. This one hands over the track.
import type { Tracks } from "@pipecat-ai/client-js";
import { microphoneProblem, Problem } from "./problems";

const VOICE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

export class Microphone {
  readonly supportsScreenShare = false;
  readonly isCamEnabled = false;
  readonly isSharingScreen = false;
  readonly selectedCam = {};
  readonly selectedSpeaker = {};
  private enabled = true;
  private stream: MediaStream | null = null;

  /** Asks for permission and opens the microphone. Throws a `Problem` that says why it could not. */
  async open(onLost: () => void): Promise<void> {
    if (!navigator.mediaDevices?.getUserMedia) throw new Problem("insecure");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: VOICE });
    } catch (error) {
      throw microphoneProblem(error);
    }
    this.stream.getAudioTracks()[0]?.addEventListener("ended", onLost);
  }

  close(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  get media(): MediaStream | null {
    return this.stream;
  }

  get isMicEnabled(): boolean {
    return this.enabled;
  }

  enableMic(enabled: boolean): void {
    this.enabled = enabled;
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = enabled;
  }

  tracks(): Tracks {
    const audio = this.stream?.getAudioTracks()[0];
    return { local: audio ? { audio } : {} };
  }

  get selectedMic(): Record<string, never> {
    return {};
  }

  async getAllMics(): Promise<MediaDeviceInfo[]> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter((device) => device.kind === "audioinput");
  }

  setClientOptions(): void {}
  async initialize(): Promise<void> {}
  async connect(): Promise<void> {}
  async disconnect(): Promise<void> {
    this.close();
  }
  async getAllCams(): Promise<MediaDeviceInfo[]> {
    return [];
  }
  async getAllSpeakers(): Promise<MediaDeviceInfo[]> {
    return [];
  }
  async updateMic(): Promise<void> {}
  updateCam(): void {}
  updateSpeaker(): void {}
  enableCam(): void {}
  enableScreenShare(): void {}
}
