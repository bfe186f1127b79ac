// Bundles the page into dist/, which is committed so that running a call needs no Node.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const SOURCES = ["build.mjs", "index.html", "package-lock.json", "package.json", "tsconfig.json"];

// Same authors and same licence, but its package leaves the text out.
const LICENCE_TEXT_OF = { "@pipecat-ai/client-js": "@pipecat-ai/small-webrtc-transport" };

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");

const result = await build({
  entryPoints: { app: "src/main.ts" },
  outdir: "dist",
  bundle: true,
  format: "esm",
  target: ["chrome110", "firefox115", "safari16.4"],
  minify: true,
  legalComments: "none",
  metafile: true,
  logLevel: "info",
  // The transport imports Daily's SDK for a media manager this page never makes: 270 kB less.
  alias: { "@daily-co/daily-js": "./src/no-daily.ts" },
});
copyFileSync("index.html", "dist/index.html");
writeFileSync("dist/licences.txt", licences(result.metafile));
writeFileSync("dist/built-from.json", JSON.stringify(fingerprints(), null, 2) + "\n");

function bundledPackages(metafile) {
  const names = new Set();
  for (const path of Object.keys(metafile.inputs)) {
    const found = path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (found) names.add(found[1]);
  }
  return [...names].sort();
}

function licences(metafile) {
  return bundledPackages(metafile).map(notice).join("\n" + "-".repeat(78) + "\n\n");
}

function notice(name) {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  const folder = `node_modules/${LICENCE_TEXT_OF[name] ?? name}`;
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (!file) throw new Error(`${name} ships no licence text; add it to LICENCE_TEXT_OF`);
  return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
}

// A test compares these with the sources, so that dist cannot lag behind them.
function fingerprints() {
  const paths = [...SOURCES, ...readdirSync("src").map((name) => `src/${name}`)].sort();
  return Object.fromEntries(
    paths.map((path) => [path, createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
}
