/** Defects of the user library that no scenario of init can show, because init has left the base pages by then. */
import { expect, it } from "vitest";
import { Library } from "../../evidence/harness/libraries/library";
import { auditEach } from "../system/libaos/fixtures/audit-each";

auditEach();

it("256 base pages can be allocated, and the next allocation fails", async () => {
  const library = await Library.start();
  const slots: number[] = [];
  const page = [4096n, 4096n] as const;
  let answer = library.try("ramAllocFixed", ...page);
  for (; answer === "SYS_ERR_OK"; answer = library.try("ramAllocFixed", ...page)) {
    slots.push(library.get("capSlot", library.big("outCap")));
  }
  expect(answer).toBe("LIB_ERR_RAM_ALLOC_MS_CONSTRAINTS");
  expect(slots.at(-1), "the last of the CNode").toBe(255);
  expect(library.try("ramAllocFixed", 8192n, 4096n)).toBe("LIB_ERR_RAM_ALLOC_WRONG_SIZE");
});
