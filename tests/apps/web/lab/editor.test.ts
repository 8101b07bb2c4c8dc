/** The lab's editor in a real browser: messages while typing, documentation, definitions, files, and what is stored. */
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { buildSubmission } from "../../../../lab/node/build";
import { collectSubmission } from "../../../../lab/node/collect";
import { packSubmission } from "../../../../lab/zip";
import { readSolution } from "../../../lab/read-solution";
import { describeBrowser, type PageOptions, useInspector } from "../support/browser";

const MM = "libmm/mm.ts";
const HANDOUT_MM = readFileSync(`lab/handout/${MM}`, "utf8");

const editorOf = (page: Page, path: string) => page.getByRole("textbox", { name: `Text of ${path}` });
const tab = (page: Page, path: string) =>
  page.getByRole("navigation", { name: "Files" }).getByRole("button", { name: path, exact: true });
const tool = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

async function show(page: Page, path: string): Promise<void> {
  await tab(page, path).click();
  await editorOf(page, path).waitFor();
}

/** The stored text of a file, as the page finds it after a reload; the hand-out's if there is none. */
async function stored(page: Page, path: string): Promise<string | undefined> {
  const text = await page.evaluate(() => localStorage.getItem("typefish.lab"));
  const { files } = JSON.parse(text ?? '{"files":[]}') as { files: [string, string][] };
  return new Map(files).get(path);
}

async function compiled(page: Page, answer: string): Promise<void> {
  await page.locator(".status p", { hasText: answer }).waitFor();
}

const hasTypeScript = (page: Page) => page.locator(".language-status").waitFor({ state: "detached" });

/** Types lines at the end of libmm/mm.ts, without what the editor adds by itself. */
async function typeAtEnd(page: Page, lines: string): Promise<void> {
  const editor = editorOf(page, MM);
  await editor.press("Control+End");
  await page.keyboard.insertText(lines);
}

/** The line of the only marker of a kind in the margin. */
async function markedLine(page: Page, kind: "error" | "warning"): Promise<number> {
  const marker = page.locator(`.cm-lint-marker-${kind}`).first();
  await marker.waitFor();
  const middle = ((await marker.boundingBox())?.y ?? 0) + 6;
  const numbers = await page.locator(".cm-lineNumbers .cm-gutterElement").all();
  for (const number of numbers) {
    const box = await number.boundingBox();
    if (box && box.y <= middle && middle < box.y + box.height) return Number(await number.textContent());
  }
  throw new Error("the marker is beside no line");
}

const lastLine = (text: string): number => text.split("\n").length;

describeBrowser("the lab's editor", () => {
  const { open: openPage } = useInspector();
  const open = async (options: PageOptions = {}) => {
    const inspector = await openPage("lab.html", options);
    await hasTypeScript(inspector.page);
    return inspector;
  };

  describe("marks, before anything is compiled,", () => {
    /** The compiler gets no requests, so whatever is shown comes from TypeScript. */
    const withoutCompiler = async () => {
      const { page } = await openPage("index.html");
      await page.addInitScript(() => {
        const post = Worker.prototype.postMessage as (message: unknown, ...more: unknown[]) => void;
        Worker.prototype.postMessage = function (this: Worker, message: unknown, ...more: unknown[]) {
          const isBuild =
            typeof message === "object" && message !== null && "name" in message && message.name === "build";
          if (!isBuild) post.call(this, message, ...more);
        };
      });
      await page.goto(page.url().replace("index.html", "lab.html"));
      await hasTypeScript(page);
      return page;
    };

    it.each([
      ["a syntax error", "const = 1;", "error", /TS1\d+: Variable declaration expected/],
      ["a type error", 'export const half: u64 = "half";', "error", /TS2322: Type 'string' is not assignable to type/],
      [
        "an expression that needs a heap",
        "export const pages = [MM_SIZE];",
        "warning",
        /AS-HEAP: this makes or uses an array/,
      ],
    ] as const)("%s at its line", async (_, line, kind, message) => {
      const page = await withoutCompiler();
      await typeAtEnd(page, line);
      expect(await markedLine(page, kind)).toBe(lastLine(HANDOUT_MM));
      await page.locator(`.cm-lint-marker-${kind}`).first().hover();
      await page.locator(".cm-tooltip-lint", { hasText: message }).first().waitFor();
    });
  });

  it("a message goes when its cause is gone", async () => {
    const { page } = await open();
    await typeAtEnd(page, "const = 1;");
    await page.locator(".cm-lint-marker-error").first().waitFor();
    await compiled(page, "problem");
    for (let times = 0; times < "const = 1;".length; times++) await page.keyboard.press("Backspace");
    await page.locator(".cm-lint-marker-error").first().waitFor({ state: "detached" });
    await compiled(page, "Your files compile.");
    expect(await page.locator(".cm-lint-marker-error").count()).toBe(0);
  });

  it("the same error of TypeScript and the compiler is shown once", async () => {
    const { page } = await open();
    await typeAtEnd(page, "export const x: u32 = nothing;");
    await compiled(page, "1 problem.");
    await page.locator(".cm-lint-marker-error").first().hover();
    await page.locator(".cm-tooltip-lint .cm-diagnostic", { hasText: "compiler" }).waitFor();
    expect(await page.locator(".cm-tooltip-lint .cm-diagnostic").count()).toBe(1);
  });

  it("our documentation is shown for a name under the pointer, and by keys", async () => {
    const { page } = await open();
    await typeAtEnd(page, 'import { capRetype } from "../libaos";\ncapRetype;');
    await page
      .locator(".cm-line", { hasText: "capRetype;" })
      .locator("span, :scope")
      .first()
      .hover({ position: { x: 30, y: 8 } });
    const documentation = page.locator(".described");
    await documentation.getByText("from the first byte of the source (not a physical address)").waitFor();
    expect(await documentation.locator(".declaration").textContent()).toContain("function capRetype(dest: capref");
    expect(await documentation.locator("li code").first().textContent()).toBe("dest");
    await page.mouse.move(5, 5);
    await documentation.waitFor({ state: "detached" });
    await editorOf(page, MM).press("Control+End");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Control+k");
    await page.keyboard.press("Control+i");
    await documentation.getByText("from the first byte of the source (not a physical address)").waitFor();
    await page.keyboard.press("Escape");
    await documentation.waitFor({ state: "detached" });
  });

  it("completion shows documentation, and adds the import", async () => {
    const { page } = await open();
    await typeAtEnd(page, "export function mine(): void {\n  ");
    await page.keyboard.type("capRetyp");
    await page.locator(".cm-completionInfo", { hasText: "Makes count objects" }).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.type("(");
    await page.locator(".described .declaration strong", { hasText: "dest: capref" }).waitFor();
    await page.waitForFunction(() => /import \{[^}]*\bcapRetype\b[^}]*\} from/.test(localStorage["typefish.lab"]));
    expect(await stored(page, MM)).toContain("  capRetype(");
  });

  describe("the definition of a function of libaos", () => {
    const text = 'import { capRetype } from "../libaos";\ncapRetype;';
    const source = "system/libaos/capabilities.ts";
    const ways: Record<string, (page: Page) => Promise<void>> = {
      "with F12": (page) => page.keyboard.press("F12"),
      "with a button": (page) => tool(page, "Go to the definition of the name at the cursor").click(),
      "with Control and a click": (page) =>
        page
          .locator(".cm-line", { hasText: "capRetype;" })
          .click({ modifiers: ["Control"], position: { x: 30, y: 8 } }),
    };

    it.each(Object.keys(ways))("opens %s beside the files, and a key leads back", async (way) => {
      const { page } = await open();
      await typeAtEnd(page, text);
      await page.keyboard.press("ArrowLeft");
      await ways[way]?.(page);
      await editorOf(page, source).waitFor();
      expect(await page.locator(".cm-activeLine").textContent()).toContain("export function capRetype(");
      expect(await tab(page, source).getAttribute("aria-current")).toBe("page");
      await page.keyboard.type("cannot be changed");
      expect(await editorOf(page, source).textContent()).not.toContain("cannot be changed");
      await page.keyboard.press("Alt+ArrowLeft");
      await editorOf(page, MM).waitFor();
      expect(await page.locator(".cm-activeLine").textContent()).toBe("capRetype;");
      await page.keyboard.press("Alt+ArrowRight");
      await editorOf(page, source).waitFor();
    });

    it("can be closed, and is not stored among the learner's files", async () => {
      const { page } = await open();
      await typeAtEnd(page, text);
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("F12");
      await editorOf(page, source).waitFor();
      await tool(page, `Close ${source}`).click();
      await editorOf(page, MM).waitFor();
      expect(await tab(page, source).count()).toBe(0);
      expect(await stored(page, source)).toBeUndefined();
    });

    it("leads further, into the interface of the CPU driver", async () => {
      const { page } = await open();
      await typeAtEnd(page, text);
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("F12");
      await editorOf(page, source).waitFor();
      await page
        .locator(".cm-activeLine")
        .getByText("errval_t")
        .click({ modifiers: ["Control"] });
      await page.getByRole("textbox", { name: /^Text of system\/kpi\// }).waitFor();
      await tool(page, "Back to where you were").click();
      await editorOf(page, source).waitFor();
      await tool(page, "Back to where you were").click();
      await editorOf(page, MM).waitFor();
      expect(await tool(page, "Back to where you were").isDisabled()).toBe(true);
    });
  });

  describe("files of the learner's own", () => {
    /** Types a path into the open dialog, in place of the one that it shows. */
    const answer = async (page: Page, path: string) => {
      // A key that is pressed before the dialog has the focus goes to the editor.
      await page.locator("dialog input:focus").waitFor();
      await page.keyboard.press("Control+a");
      await page.keyboard.type(path);
      await page.keyboard.press("Enter");
    };
    const make = async (page: Page, path: string) => {
      await tool(page, "New file").click();
      await answer(page, path);
    };

    it("are made, written, renamed and deleted with the keyboard", async () => {
      const { page } = await open();
      await make(page, "libmm/best");
      await editorOf(page, "libmm/best.ts").waitFor();
      await page.keyboard.insertText("export const best: u32 = 7;\n");
      await show(page, MM);
      await typeAtEnd(page, 'import { best } from "./best";\nexport const twice: u32 = 2 * best;\n');
      await compiled(page, "Your files compile.");
      expect(await page.locator(".cm-lint-marker-error").count()).toBe(0);

      await show(page, "libmm/best.ts");
      await tool(page, "Rename this file").click();
      await answer(page, "libmm/better.ts");
      await editorOf(page, "libmm/better.ts").getByText("best: u32 = 7").waitFor();
      expect(await stored(page, "libmm/best.ts")).toBeUndefined();
      expect(await stored(page, "libmm/better.ts")).toBe("export const best: u32 = 7;\n");
      await compiled(page, "problem");

      await tool(page, "Delete this file").click();
      await page.getByRole("dialog").getByText("Its text is lost.").waitFor();
      await page.keyboard.press("Enter"); // The first button cancels.
      expect(await stored(page, "libmm/better.ts")).toBe("export const best: u32 = 7;\n");
      await tool(page, "Delete this file").click();
      await page.getByRole("button", { name: "Delete the file", exact: true }).click();
      await editorOf(page, MM).waitFor();
      expect(await tab(page, "libmm/better.ts").count()).toBe(0);
      expect(await stored(page, "libmm/better.ts")).toBeUndefined();
    });

    it.each([
      ["libmm/mm.ts", "There is a file at libmm/mm.ts already. Choose another path."],
      ["libmm/MM.ts", "There is a file at libmm/MM.ts already. Choose another path."],
      ["libmm/mm.ts/more.ts", "There is a file at libmm/mm.ts/more.ts already. Choose another path."],
      ["init/more.ts", "init/more.ts is not taken by the grader. Choose a path in libmm/ or libaos/mapping/."],
      ["libmm/slot-prealloc.ts", "libmm/slot-prealloc.ts is not taken by the grader."],
      ["libmm/../../more.ts", "A path consists of names with letters"],
      ["libmm/a b.ts", "A path consists of names with letters"],
      ["libmm/", "A path consists of names with letters"],
    ])("cannot have the path %s", async (path, reason) => {
      const { page } = await openPage("lab.html");
      await make(page, path);
      await page.getByRole("alert").getByText(reason).waitFor();
      await page.keyboard.press("Escape");
      expect(await page.getByRole("navigation", { name: "Files" }).getByRole("button").count()).toBe(4);
    });

    it("those of the hand-out can be neither renamed nor deleted", async () => {
      const { page } = await openPage("lab.html");
      expect(await tool(page, "Rename this file").isDisabled()).toBe(true);
      expect(await tool(page, "Delete this file").isDisabled()).toBe(true);
    });
  });

  it("the zip that the page saves is what the command line collects", async () => {
    const { page } = await open();
    const files = readSolution("tree");
    const buffer = Buffer.from(packSubmission(files));
    await page.locator("input[type=file]").setInputFiles({ name: "mine.zip", mimeType: "application/zip", buffer });
    await page.getByText(/files? opened/).waitFor();
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save the files as a zip" }).click();
    const zip = join(tmpdir(), `typefish-editor-${process.pid}.zip`);
    await (await waiting).saveAs(zip);
    expect(collectSubmission(zip)).toEqual({ files, problems: [] });
    expect(await buildSubmission(files, "driver")).not.toHaveProperty("problems");
  });

  it("100 edits in a row: what is shown, stored and compiled agrees", async () => {
    const { page, errors } = await open();
    await editorOf(page, MM).press("Control+End");
    for (let edit = 0; edit < 100; edit++) {
      await page.keyboard.insertText(`export const edit${edit}: u32 = ${edit};\n`);
      if (edit % 7 === 3) await page.keyboard.press("Control+z");
      if (edit % 10 !== 5) continue;
      await show(page, "init/tests.ts");
      await show(page, MM);
      await editorOf(page, MM).press("Control+End");
    }
    await page.keyboard.insertText("export const last: u32 = edit99x;");
    await compiled(page, "1 problem.");
    const text = (await stored(page, MM)) as string;
    const line = lastLine(text);
    expect(text.split("\n").at(-1)).toBe("export const last: u32 = edit99x;");
    expect(text.startsWith(HANDOUT_MM)).toBe(true);
    await page.locator(".problems li", { hasText: `${MM}:${line} TS2304: Cannot find name 'edit99x'` }).waitFor();
    expect(await markedLine(page, "error")).toBe(line);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Backspace");
    await compiled(page, "Your files compile.");
    await page.locator(".cm-lint-marker-error").first().waitFor({ state: "detached" });
    const shown = await page.locator(".cm-line").last().textContent();
    expect(shown).toBe("export const last: u32 = edit99;");
    await page.reload();
    await editorOf(page, MM).press("Control+End");
    expect(await page.locator(".cm-line").last().textContent()).toBe(shown);
    expect(errors).toEqual([]);
  });

  it("a reload in the middle of typing loses nothing that was typed", async () => {
    const { page } = await open();
    await editorOf(page, MM).press("Control+End");
    const text = "// a comment that is typed key by key, and cut off";
    for (const [index, key] of [...text].entries()) {
      await page.keyboard.insertText(key);
      if (index !== 20) continue;
      await page.reload();
      await editorOf(page, MM).press("Control+End");
    }
    expect(await page.locator(".cm-line").last().textContent()).toBe(text);
    expect(await stored(page, MM)).toBe(HANDOUT_MM + text);
  });

  describe("two tabs at once", () => {
    /** A tab that hears nothing of the others while `isDeaf` is set, as if both typed at the same moment. */
    const openTwo = async () => {
      const { page: first } = await open();
      const context: BrowserContext = first.context();
      await context.addInitScript(() => {
        const stop = (event: Event) => {
          if ("isDeaf" in window && window.isDeaf) event.stopImmediatePropagation();
        };
        addEventListener("storage", stop, { capture: true });
      });
      const second = await context.newPage();
      await second.goto(first.url());
      await editorOf(second, MM).waitFor();
      return { first, second };
    };
    const deafen = (page: Page, isDeaf: boolean) =>
      page.evaluate((value) => {
        Object.assign(window, { isDeaf: value });
      }, isDeaf);
    const lines = (page: Page) => editorOf(page, MM).textContent();
    /** Waits until the last lines of a tab are these. Only lines that can be seen are in the document. */
    const ends = (page: Page, end: string) =>
      expect
        .poll(
          async () => {
            await editorOf(page, MM).press("Control+End");
            return lines(page);
          },
          { timeout: 60_000 },
        )
        .toMatch(new RegExp(`${end}$`));
    const append = async (page: Page, text: string) => {
      await editorOf(page, MM).press("Control+End");
      await page.keyboard.insertText(text);
    };
    const collide = async () => {
      const { first, second } = await openTwo();
      await deafen(second, true);
      await append(first, "// the first tab's line\n");
      await expect.poll(() => stored(first, MM)).toContain("the first tab's line");
      await append(second, "// the second tab's line\n");
      await second.getByText("Another tab has changed the same files. Which should stay?").waitFor();
      await deafen(second, false);
      return { first, second };
    };

    it("what one tab writes, the other takes over quietly, in turn", async () => {
      const { first, second } = await openTwo();
      await append(first, "// one\n");
      await ends(second, "// one");
      await append(second, "// two\n");
      await ends(first, "// one// two");
      await append(first, "// three\n");
      await ends(second, "// one// two// three");
      for (const page of [first, second]) expect(await page.getByText("Which should stay?").count()).toBe(0);
      expect(await stored(first, MM)).toBe(`${HANDOUT_MM}// one\n// two\n// three\n`);
    });

    it("the question keeps the files of this tab, and the other tab gets them", async () => {
      const { first, second } = await collide();
      expect(await stored(second, MM)).toBe(`${HANDOUT_MM}// the first tab's line\n`);
      await append(second, "// typed during the question\n");
      await second.getByRole("button", { name: "Those of this tab" }).click();
      const text = `${HANDOUT_MM}// the second tab's line\n// typed during the question\n`;
      expect(await stored(second, MM)).toBe(text);
      await ends(first, "// the second tab's line// typed during the question");
      expect(await lines(first)).not.toContain("the first tab's line");
      expect(await second.getByText("Which should stay?").count()).toBe(0);
    });

    it("the question takes the files of the other tab", async () => {
      const { second } = await collide();
      await second.getByRole("button", { name: "Those of the other tab" }).click();
      await editorOf(second, MM).press("Control+End");
      await second.getByText("// the first tab's line").waitFor();
      expect(await lines(second)).not.toContain("the second tab's line");
      expect(await stored(second, MM)).toBe(`${HANDOUT_MM}// the first tab's line\n`);
      await append(second, "// and on\n");
      expect(await stored(second, MM)).toBe(`${HANDOUT_MM}// the first tab's line\n// and on\n`);
    });
  });

  it("without TypeScript the page says so, and the compiler still reports errors", async () => {
    const inspector = await openPage("index.html");
    const { page } = inspector;
    await page.route("**/assets/worker-*.js", async (route) => {
      const response = await route.fetch();
      const isTypeScript = (await response.text()).includes("createLanguageService");
      return isTypeScript ? route.abort() : route.fulfill({ response });
    });
    await page.goto(page.url().replace("index.html", "lab.html"));
    await page.getByText("TypeScript could not be loaded.").waitFor();
    await typeAtEnd(page, "export const x: u32 = nothing;");
    await compiled(page, "1 problem.");
    expect(await markedLine(page, "error")).toBe(lastLine(HANDOUT_MM));
  });

  describe("how it looks:", () => {
    it.each(["light", "dark"] as const)("axe finds nothing serious in tooltips and dialogs, %s", async (scheme) => {
      const { page } = await open({ scheme });
      const problems = async () => {
        // CodeMirror moves through its list of completions while the text keeps the focus.
        const { violations } = await new AxeBuilder({ page }).exclude(".cm-tooltip-autocomplete > ul").analyze();
        return violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
      };
      await typeAtEnd(page, 'import { capRetype } from "../libaos";\ncapRetype;\n');
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Control+k");
      await page.keyboard.press("Control+i");
      await page.locator(".described").waitFor();
      expect(await problems()).toEqual([]);
      await page.keyboard.press("F12");
      await editorOf(page, "system/libaos/capabilities.ts").waitFor();
      expect(await problems()).toEqual([]);
      await show(page, MM);
      await typeAtEnd(page, "\n");
      await page.keyboard.type("capR");
      await page.locator(".cm-tooltip-autocomplete").waitFor();
      expect(await problems()).toEqual([]);
      await page.keyboard.press("Escape");
      await tool(page, "New file").click();
      await page.locator("dialog input:focus").waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("alert").getByText("A path consists").waitFor();
      expect(await problems()).toEqual([]);
    });

    it.each([390, 1280, 2560])("nothing reaches past the edge at %i pixels", async (width) => {
      const { page } = await open({ width, height: 844 });
      await typeAtEnd(page, 'import { capRetype } from "../libaos";\ncapRetype;');
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("F12");
      await editorOf(page, "system/libaos/capabilities.ts").waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const right = await tool(page, "Forward again").boundingBox();
      expect((right?.x ?? 0) + (right?.width ?? 0)).toBeLessThanOrEqual(width);
    });
  });
});
