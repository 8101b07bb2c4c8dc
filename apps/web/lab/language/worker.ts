/// <reference types="vite/client" />
/** The worker with TypeScript's language service. */
import compilerTypes from "assemblyscript/std/assembly/index.d.ts?raw";
import { readOwnSource } from "../worker/sources";
import { Language } from "./language";
import type { LanguageReply, LanguageRequest, Question } from "./protocol";

const language = new Language(readOwnSource, compilerTypes);

function reply(message: LanguageReply): void {
  postMessage(message);
}

function answer(name: Question, given: readonly unknown[]): unknown {
  const ask = language[name] as (...given: readonly unknown[]) => unknown;
  try {
    return ask.apply(language, given);
  } catch (error) {
    // A failure inside TypeScript costs this answer and nothing else.
    console.error(error);
    return null;
  }
}

addEventListener("message", ({ data }: MessageEvent<LanguageRequest>) => {
  if ("texts" in data) for (const [path, text] of data.texts) language.update(path, text);
  else reply({ id: data.id, value: answer(data.name, data.arguments) });
});
reply({ isReady: true });
