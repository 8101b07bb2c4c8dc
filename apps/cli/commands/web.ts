/** `typefish web`: serves the inspector's page on this computer and opens it in a browser. */
import { spawn } from "node:child_process";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Command, InvalidArgumentError, Option } from "commander";
import { parseCount } from "../../../observe/text/quantities";
import { requireBuilt, webFolder } from "../built-files";
import { output } from "../output";
import { UsageError } from "../usage-error";

interface WebOptions {
  port?: number;
  open: boolean;
}

const EXAMPLES = `
The page consists of static files (dist/web in the package). It also works from any other server of static files, under
any path. docs/inspector.md describes it. The lab, lab.html, is beside it: write libmm and get it graded in the browser.

Examples:
  typefish web                    serve the inspector and open it
  typefish web --port 8080        serve it at http://localhost:8080
  typefish web --no-open          only print the address
`;

/** Tried first without --port. If another program uses it, any free port is taken. */
const USUAL_PORT = 4680;
const ANY_PORT = 0;
const MAX_PORT = 65535;
/** Only this computer can reach the page. */
const HOST = "127.0.0.1";

const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

function portArgument(text: string): number {
  const port = parseCount(text);
  if (port !== null && port <= MAX_PORT) return port;
  throw new InvalidArgumentError(`Expected a port from 0 to ${MAX_PORT}; 0 takes any free one.`);
}

export function addWebCommand(program: Command): void {
  program
    .command("web")
    .description("show every moment of a run in the browser: the inspector")
    .addOption(
      new Option("--port <n>", "port on this computer (default: 4680, or any free one)").argParser(portArgument),
    )
    .option("--no-open", "do not open a browser")
    .addHelpText("after", EXAMPLES)
    .action((options: WebOptions) => web(options));
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}

async function listenSomewhere(server: Server, wanted: number | undefined): Promise<number> {
  try {
    return await listen(server, wanted ?? USUAL_PORT);
  } catch (error) {
    if (wanted === undefined) return listen(server, ANY_PORT);
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const reason = code === "EADDRINUSE" ? "another program uses it" : `it cannot be used (${code})`;
    throw new UsageError(`--port ${wanted}: ${reason}; leave out --port to take a free one`);
  }
}

/** A missing opener is no failure: the address is on the screen. */
function openBrowser(address: string): void {
  const [program, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(program as string, [...args, address], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}

/** Only files whose names contain a hash may be kept without asking: sw.js and the pages name the latest build. */
function setCaching(response: ServerResponse, path: string): void {
  const isHashed = path.startsWith("/assets/");
  response.setHeader("Cache-Control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
}

async function web({ port: wanted, open }: WebOptions): Promise<void> {
  requireBuilt(["web/index.html"], "npm run build");
  const { default: sirv } = await import("sirv");
  // Reads each file anew, so that a reloaded page is the latest build.
  const files = sirv(webFolder(), { dev: true, etag: true, setHeaders: setCaching });
  const server = createServer((request, response) => {
    files(request, response, () => {
      response.writeHead(404, { "content-type": "text/plain" }).end("There is no such file.\n");
    });
  });
  const port = await listenSomewhere(server, wanted);
  const address = `http://localhost:${port}/`;
  output.line(`The inspector is at ${address}`);
  output.line(`The lab is at ${address}lab.html`);
  output.line("Press Ctrl-C to stop.");
  if (open) openBrowser(address);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
  });
  server.closeAllConnections();
  server.close();
}
