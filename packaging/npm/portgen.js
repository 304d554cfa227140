#!/usr/bin/env node
// Starts the program of this platform, which npm has installed beside this package.
"use strict";
const { spawnSync } = require("node:child_process");

const { platform, arch } = process;
// npm before 10 installs the packages of both C libraries.
const libc = () => (process.report.getReport().header.glibcVersionRuntime ? "glibc" : "musl");
const name = `@portgen/${platform}-${arch}${platform === "linux" ? `-${libc()}` : ""}`;

let program;
try {
  program = require.resolve(`${name}/bin/portgen${platform === "win32" ? ".exe" : ""}`);
} catch {
  console.error(`portgen: the package ${name} is not installed.`);
  console.error("It is an optional dependency: install without --omit=optional, and on the platform that it runs on.");
  console.error("If there is none for this platform, build portgen with Rust: cargo install --locked portgen");
  process.exit(2);
}
const { status, signal, error } = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (error) {
  console.error(`portgen: ${program} cannot be started: ${error.message}`);
  process.exit(2);
}
if (signal) process.kill(process.pid, signal);
process.exitCode = status;
