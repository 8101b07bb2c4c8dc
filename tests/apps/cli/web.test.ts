/** `typefish web` serves the inspector's page. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { typefish } from "./run";

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill();
});

/** Starts the command, and returns the address that it prints. */
async function serve(...options: string[]): Promise<{ child: ChildProcess; address: string }> {
  const child = spawn(process.execPath, ["dist/cli.js", "web", "--no-open", ...options]);
  children.push(child);
  let text = "";
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      text += chunk;
      const found = /The inspector is at (\S+)/.exec(text);
      if (found) resolve(found[1] as string);
    });
    child.on("exit", () => reject(new Error(`the command ended: ${text}`)));
  });
  return { child, address: address.replace("localhost", "127.0.0.1") };
}

it("serves the page and the system's modules, and ends with Ctrl-C", async () => {
  const { child, address } = await serve("--port", "0");
  const page = await (await fetch(address)).text();
  const script = /src="\.\/(assets\/[\w-]+\.js)"/.exec(page)?.[1] as string;
  expect((await fetch(new URL(script, address))).headers.get("content-type")).toContain("javascript");
  const wasm = await fetch(new URL("system/cpudriver.wasm", address));
  expect(wasm.headers.get("content-type")).toBe("application/wasm");
  expect(new Uint8Array(await wasm.arrayBuffer()).slice(0, 4)).toEqual(Uint8Array.of(0, 0x61, 0x73, 0x6d));
  expect((await fetch(new URL("nothing.js", address))).status).toBe(404);
  const ended = new Promise((resolve) => child.on("exit", resolve));
  child.kill("SIGINT");
  expect(await ended).toBe(0);
});

it("says what to do if the port is in use", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const result = await new Promise<{ status: number | null; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, ["dist/cli.js", "web", "--no-open", "--port", String(port)]);
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("exit", (status) => resolve({ status, stderr }));
  });
  server.close();
  expect(result.stderr).toBe(
    `typefish: --port ${port}: another program uses it; leave out --port to take a free one\n`,
  );
  expect(result.status).toBe(2);
});

it("refuses what is no port", () => {
  const { stderr, status } = typefish(["web", "--port", "65536"]);
  expect(stderr).toContain("Expected a port from 0 to 65535");
  expect(status).toBe(2);
});
