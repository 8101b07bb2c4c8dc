/** The page's end of a worker: requests are promises. */
import type { Answer, Ask, Progress, Reply, Request, Requests } from "./messages";

/** The worker refused a request. The message is a sentence for the user. */
export class Refused extends Error {}

export interface AskOptions {
  onProgress?: (progress: Progress) => void;
  /** Buffers that are handed over. They are empty afterwards. */
  transfer?: ArrayBuffer[];
}

interface Waiting<R extends Requests<R>> {
  resolve(answer: Answer<R, keyof R>): void;
  reject(error: Error): void;
  onProgress?: ((progress: Progress) => void) | undefined;
}

export class WorkerClient<R extends Requests<R>> {
  /** The worker listens. Rejects if it cannot be loaded. */
  readonly ready: Promise<void>;
  private readonly waiting = new Map<number, Waiting<R>>();
  private requests = 0;

  constructor(private readonly worker: Worker) {
    this.ready = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Reply<R>>) => ("isReady" in data ? resolve() : this.receive(data));
      worker.onerror = ({ message }) => {
        const error = new Error(message || "it cannot be loaded");
        reject(error);
        for (const { reject: fail } of this.waiting.values()) fail(error);
        this.waiting.clear();
      };
    });
    // A failure is reported to those who ask.
    this.ready.catch(() => {});
  }

  /** Sends a request. Rejects with `Refused` if the worker refuses it, and with another error if the worker fails. */
  async ask<K extends keyof R>(name: K, ask: Ask<R, K>, { onProgress, transfer = [] }: AskOptions = {}) {
    await this.ready;
    const request: Request<R, K> = { id: this.requests++, name, ask };
    const answer = new Promise<Answer<R, K>>((resolve, reject) => {
      this.waiting.set(request.id, { resolve: resolve as Waiting<R>["resolve"], reject, onProgress });
    });
    this.worker.postMessage(request, transfer);
    return answer;
  }

  /** Ends the worker. Its requests stay without an answer. */
  close(): void {
    this.worker.terminate();
    this.waiting.clear();
  }

  private receive(reply: Exclude<Reply<R>, { isReady: true }>): void {
    const waiting = this.waiting.get(reply.id);
    if (!waiting) return;
    if ("progress" in reply) return waiting.onProgress?.(reply.progress);
    this.waiting.delete(reply.id);
    if ("answer" in reply) waiting.resolve(reply.answer);
    else waiting.reject(new Refused(reply.refusal));
  }
}
