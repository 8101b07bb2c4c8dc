/** The worker's end: a handler for each request. */
import type { Answer, Ask, Progress, Reply, Request, Requests } from "./messages";

/** A request that cannot be met. The message is a sentence for the user. */
export class Refusal extends Error {}

export type Handlers<R extends Requests<R>> = {
  [K in keyof R]: (ask: Ask<R, K>, onProgress: (progress: Progress) => void) => Answer<R, K> | Promise<Answer<R, K>>;
};

/** Answers the page's requests, one after the other. `buffersOf` finds the buffers of an answer that are handed over. */
export function serveRequests<R extends Requests<R>>(
  handlers: Handlers<R>,
  buffersOf: (answer: Answer<R, keyof R>) => Iterable<ArrayBuffer> = () => [],
): void {
  const reply = (message: Reply<R>) => {
    postMessage(message, { transfer: "answer" in message ? [...buffersOf(message.answer)] : [] });
  };

  const handle = async <K extends keyof R>({ id, name, ask }: Request<R, K>): Promise<void> => {
    try {
      const answer = await handlers[name](ask, (progress) => reply({ id, progress }));
      reply({ id, answer });
    } catch (error) {
      reply({ id, refusal: error instanceof Error ? error.message : String(error) });
      if (!(error instanceof Refusal) && !(error instanceof RangeError)) console.error(error);
    }
  };

  let last: Promise<void> = Promise.resolve();
  addEventListener("message", ({ data }: MessageEvent<Request<R>>) => {
    last = last.then(() => handle(data));
  });
  reply({ isReady: true });
}
