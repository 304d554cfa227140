#!/usr/bin/env node
// Makes a package of npm in a folder:
//   pack.mjs VERSION DIST                 `portgen`, which starts the program of the platform it is on
//   pack.mjs VERSION DIST TARGET STAGE    `@portgen/...`, the program for one platform
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// Which platforms there are, by the names of Rust and of npm.
const PLATFORMS = {
  "x86_64-unknown-linux-gnu": { os: "linux", cpu: "x64", libc: "glibc" },
  "aarch64-unknown-linux-gnu": { os: "linux", cpu: "arm64", libc: "glibc" },
  "x86_64-unknown-linux-musl": { os: "linux", cpu: "x64", libc: "musl" },
  "aarch64-unknown-linux-musl": { os: "linux", cpu: "arm64", libc: "musl" },
  "x86_64-apple-darwin": { os: "darwin", cpu: "x64" },
  "aarch64-apple-darwin": { os: "darwin", cpu: "arm64" },
  "x86_64-pc-windows-msvc": { os: "win32", cpu: "x64" },
};
const nameOf = ({ os, cpu, libc }) => `@portgen/${[os, cpu, libc].filter(Boolean).join("-")}`;

const [version, dist, target, stage] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const folder = mkdtempSync(join(tmpdir(), "portgen-npm-"));
const common = { version, license: "MIT OR Apache-2.0" };

if (target) {
  const platform = PLATFORMS[target];
  if (!platform) throw new Error(`there is no package for ${target}: add it to PLATFORMS`);
  const { os, cpu, libc } = platform;
  describe({
    name: nameOf(platform),
    description: `portgen for ${target}; install \`portgen\` instead`,
    ...common,
    os: [os],
    cpu: [cpu],
    ...(libc && { libc: [libc] }),
    preferUnplugged: true,
  });
  mkdirSync(join(folder, "bin"));
  const program = os === "win32" ? "portgen.exe" : "portgen";
  cpSync(join(stage, program), join(folder, "bin", program));
  chmodSync(join(folder, "bin", program), 0o755);
  for (const licence of ["LICENSE-APACHE", "LICENSE-MIT", "LICENSE-THIRD-PARTY"]) {
    cpSync(join(stage, licence), join(folder, licence));
  }
} else {
  describe({
    name: "portgen",
    description: "One file holds every port of a platform; what repeats a port is written from it, and drift is shown",
    keywords: ["ports", "docker-compose", "kubernetes", "codegen", "drift"],
    ...common,
    bin: { portgen: "portgen.js" },
    engines: { node: ">=18" },
    optionalDependencies: Object.fromEntries(Object.values(PLATFORMS).map((platform) => [nameOf(platform), version])),
  });
  cpSync(join(here, "portgen.js"), join(folder, "portgen.js"));
  for (const file of ["README.md", "LICENSE-APACHE", "LICENSE-MIT"]) cpSync(join(root, file), join(folder, file));
}
// On Windows npm is a script, which only a shell starts.
const shell = process.platform === "win32";
const destination = shell ? `"${resolve(dist)}"` : resolve(dist);
execFileSync("npm", ["pack", "--silent", "--pack-destination", destination], { cwd: folder, shell, stdio: ["ignore", "ignore", "inherit"] });
rmSync(folder, { recursive: true });

function describe(fields) {
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(fields, null, 2)}\n`);
}
