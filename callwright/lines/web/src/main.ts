import "./style.css";
import { Call } from "./call";
import { asProblem } from "./problems";
import { type About, server } from "./server";
import { View } from "./view";

const view = new View();
let about: About | null = null;
let call: Call | null = null;

function start(): void {
  if (!about) {
    void load();
    return;
  }
  if (call && !call.over) return;
  view.reset();
  const fresh: Call = new Call(
    about.ice_servers,
    () => view.draw(fresh),
    (track) => view.play(track),
  );
  call = fresh;
  view.draw(fresh);
  void fresh.start();
}

async function load(): Promise<void> {
  try {
    about = await server.about();
    view.introduce(about);
  } catch (error) {
    view.unreachable(asProblem(error));
  }
}

view.on({
  start,
  mute: () => call?.toggleMute(),
  hangUp: () => void call?.hangUp(),
});
addEventListener("pagehide", () => call?.abandon());
void load();
