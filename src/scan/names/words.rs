//! The words of names that are no names of services by themselves.

/// What stands before the names of variables that a build gives to the code in a browser.
pub(super) const PUBLIC: [&str; 9] =
    ["next-public-", "vite-", "react-app-", "nuxt-public-", "nuxt-", "expo-public-", "vue-app-", "gatsby-", "public-"];

/// What may stand before the name of a service in the name of a variable.
pub(super) const BEFORE: [&str; 10] =
    ["default-", "grpc-", "http-", "https-", "internal-", "external-", "local-", "dev-", "host-", "exposed-"];

/// Words for one port of several, and what they are called in variables: `GRPC_PORT`.
pub(super) const PARTS: [&str; 14] = [
    "admin",
    "app",
    "console",
    "debug",
    "grpc",
    "health",
    "http",
    "https",
    "listen",
    "management",
    "metrics",
    "server",
    "service",
    "ui",
];

/// Words that name a service only where they are its whole name: each may be a part of the name of something else.
pub(super) const GENERIC: [&str; 36] = [
    "address",
    "admin",
    "agent",
    "api",
    "app",
    "application",
    "backend",
    "base",
    "broker",
    "cache",
    "client",
    "collector",
    "console",
    "dashboard",
    "data",
    "database",
    "db",
    "endpoint",
    "exporter",
    "frontend",
    "gateway",
    "host",
    "http",
    "main",
    "manager",
    "proxy",
    "public",
    "queue",
    "server",
    "service",
    "site",
    "storage",
    "ui",
    "url",
    "web",
    "worker",
];

/// Last words of names that say nothing without the words before: `exporter` of `node-exporter`, `client` of `proxy-client`.
pub(super) const VAGUE: [&str; 16] = [
    "agent",
    "client",
    "connector",
    "data",
    "endpoint",
    "exporter",
    "host",
    "http",
    "main",
    "manager",
    "node",
    "program",
    "receiver",
    "server",
    "target",
    "url",
];

/// What a name may end in, or not, and mean the same service.
pub(super) const ENDS: [&str; 8] = ["-service", "-svc", "-server", "-app", "-backend", "-api", "-db", "-internal"];

/// How a service is called, where its name says that.
pub(super) const PROTOCOLS: [&str; 6] = ["-graphql", "-grpc", "-http", "-rest", "-rpc", "-webapi"];

/// What the name of a variable with an address ends in.
pub(super) const ADDRESS: [&str; 16] = [
    "-external",
    "-base-url",
    "-api-url",
    "-url",
    "-uri",
    "-addr",
    "-address",
    "-endpoint",
    "-origin",
    "-host",
    "-base",
    "-target",
    "-server",
    "-ws",
    "-public",
    "-internal",
];

/// Variables with the address of the program that is told them.
pub(super) const OWN_ADDRESS: [&str; 4] = ["app-url", "base-url", "root-url", "site-url"];
