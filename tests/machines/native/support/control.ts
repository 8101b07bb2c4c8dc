/** The emulator's control protocol (QMP), which sends one JSON document per line over a Unix socket. */
import { connect, type Socket } from "node:net";

interface Reply {
  return?: unknown;
  error?: { desc: string };
}

export class ControlConnection {
  private readonly waiting: ((reply: Reply) => void)[] = [];
  private partial = "";

  private constructor(private readonly socket: Socket) {
    socket.on("data", (chunk) => this.receive(chunk.toString()));
  }

  static async open(path: string): Promise<ControlConnection> {
    const socket = connect(path);
    await new Promise((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    const connection = new ControlConnection(socket);
    await connection.command("qmp_capabilities");
    return connection;
  }

  private receive(text: string): void {
    const lines = (this.partial + text).split("\n");
    this.partial = lines.pop() as string;
    for (const line of lines.filter((candidate) => candidate.trim() !== "")) {
      const message = JSON.parse(line) as Reply;
      // Greetings and events are not replies.
      if ("return" in message || "error" in message) this.waiting.shift()?.(message);
    }
  }

  async command(execute: string, args: Record<string, unknown> = {}): Promise<unknown> {
    const reply = new Promise<Reply>((resolve) => this.waiting.push(resolve));
    this.socket.write(`${JSON.stringify({ execute, arguments: args })}\n`);
    const { error, return: value } = await reply;
    if (error) throw new Error(`${execute}: ${error.desc}`);
    return value;
  }

  /** Runs a command of QEMU's human monitor. */
  async monitor(line: string): Promise<string> {
    return String(await this.command("human-monitor-command", { "command-line": line }));
  }

  close(): void {
    this.socket.destroy();
  }
}
