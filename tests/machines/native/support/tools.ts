/** Native tests need compilers and an emulator. They are skipped without them, and tools/native.ts reports that once. */
import { describe } from "vitest";
import { missingTools } from "../../../../machines/native/toolchain";

const canRun = missingTools("clang", "lld", "qemu").length === 0;

export const describeNative = describe.skipIf(!canRun);
