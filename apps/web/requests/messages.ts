/**
 * Requests that a page makes of one of its workers, and their answers. `R` lists the requests by name.
 *
 *     worker  { isReady }                        ->  page
 *     page    { id, name, ask }                  ->  worker
 *     worker  { id, progress } ...               ->  page
 *     worker  { id, answer } or { id, refusal }  ->  page
 *
 * The worker handles one request after the other. It says when it listens, because a worker whose modules await something
 * loses what arrives before.
 */

/** Requests by name: what is asked, and the answer. */
export type Requests<R> = { [K in keyof R]: { ask: unknown; answer: unknown } };
export type Ask<R extends Requests<R>, K extends keyof R> = R[K]["ask"];
export type Answer<R extends Requests<R>, K extends keyof R> = R[K]["answer"];

export interface Request<R extends Requests<R>, K extends keyof R = keyof R> {
  id: number;
  name: K;
  ask: Ask<R, K>;
}

/** Share of the work that is done, from 0 to 1, and what is being done. */
export interface Progress {
  share: number;
  text: string;
  /** What a program has printed since the last message. */
  output?: string;
}

export type Reply<R extends Requests<R>> =
  | { isReady: true }
  | { id: number; progress: Progress }
  | { id: number; answer: Answer<R, keyof R> }
  /** A sentence for the user: what was wrong, and what to do. */
  | { id: number; refusal: string };
