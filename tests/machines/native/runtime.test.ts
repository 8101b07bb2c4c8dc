/** The memory functions that compiled C code calls. */
import { expect, it } from "vitest";
import { findNativeBoard, type NativeBoard, withNativeMemory } from "../../../machines/native/boards";
import { runNative, TEST_MEMORY } from "./support/machines";
import { describeNative } from "./support/tools";

const native = withNativeMemory(findNativeBoard("vexpress-a9") as NativeBoard, TEST_MEMORY);
/** The program's status if all results were right. */
const RIGHT = 42;

describeNative("memset, memcpy and memmove", { timeout: 60_000 }, () => {
  it("write the right bytes and no others, at every alignment and length", async () => {
    const { result } = await runNative({ native, program: "runtime", environment: "" });
    expect(result).toEqual({ kind: "exit", status: RIGHT });
  });
});
