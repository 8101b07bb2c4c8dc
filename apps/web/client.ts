/** The page's end of the protocol: one worker, whose requests are promises. */
import type { Answer, Ask, Progress, Reply, Request, RequestName } from "./protocol";

/** The worker refused a request. The message is a sentence for the user. */
export class Refused extends Error {}

interface Waiting {
  resolve(answer: Answer<RequestName>): void;
  reject(error: Error): void;
  onProgress?: ((progress: Progress) => void) | undefined;
}

export class RunClient {
  private readonly worker = new Worker(new URL("./worker/worker.ts", import.meta.url), { type: "module" });
  private readonly waiting = new Map<number, Waiting>();
  private requests = 0;

  constructor() {
    this.worker.onmessage = ({ data }: MessageEvent<Reply>) => this.receive(data);
    this.worker.onerror = ({ message }) => {
      for (const { reject } of this.waiting.values()) reject(new Error(message));
      this.waiting.clear();
    };
  }

  /** Sends a request. The buffers in `transfer` are gone afterwards. */
  ask<K extends RequestName>(
    name: K,
    ask: Ask<K>,
    { onProgress, transfer = [] }: { onProgress?: (progress: Progress) => void; transfer?: ArrayBuffer[] } = {},
  ): Promise<Answer<K>> {
    const request: Request<K> = { id: this.requests++, name, ask };
    const answer = new Promise<Answer<RequestName>>((resolve, reject) => {
      this.waiting.set(request.id, { resolve, reject, onProgress });
    });
    this.worker.postMessage(request, transfer);
    return answer as Promise<Answer<K>>;
  }

  /** Ends the worker. Its requests stay without an answer. */
  close(): void {
    this.worker.terminate();
    this.waiting.clear();
  }

  private receive(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    if (!waiting) return;
    if ("progress" in reply) return waiting.onProgress?.(reply.progress);
    this.waiting.delete(reply.id);
    if ("answer" in reply) waiting.resolve(reply.answer);
    else waiting.reject(new Refused(reply.refusal));
  }
}
