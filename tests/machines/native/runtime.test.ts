/** The few functions that machine code needs beside itself. */
import { expect, it } from "vitest";
import { findNativeBoard, type NativeBoard, withNativeMemory } from "../../../machines/native/boards";
import { runNative, TEST_MEMORY } from "./support/machines";
import { describeNative } from "./support/tools";

const native = withNativeMemory(findNativeBoard("vexpress-a9") as NativeBoard, TEST_MEMORY);
/** The program's own status if all was as it should be. */
const RIGHT = 42;

describeNative("memset, memcpy and memmove", { timeout: 60_000 }, () => {
  it("write what they should and nothing else, at every alignment and length", async () => {
    const { result } = await runNative({ native, program: "runtime", environment: "" });
    expect(result).toEqual({ kind: "exit", status: RIGHT });
  });
});
