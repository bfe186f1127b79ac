// Stands in for Daily's SDK in the bundle: see `alias` in build.mjs. Microphone (microphone.ts) is
// the media manager here, so nothing of Daily's is ever reached; if it were, say so at once.
const unavailable = (): never => {
  throw new Error("Daily's media manager is not part of this page.");
};

export default { createCallObject: unavailable, getCallInstance: unavailable };
