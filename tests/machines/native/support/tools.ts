/** Native tests need compilers and an emulator; without them they are skipped (tools/native.ts says so, once). */
import { describe } from "vitest";
import { missingTools } from "../../../../machines/native/toolchain";

const canRun = missingTools("clang", "lld", "qemu").length === 0;

export const describeNative = describe.skipIf(!canRun);
