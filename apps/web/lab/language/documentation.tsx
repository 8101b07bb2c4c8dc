/** Shows a declaration and a docstring: paragraphs, lists, lines of code (indented by 4), and names between backticks. */
import { type ComponentChildren, render } from "preact";

const CODE = /^ {4}/;
const ITEM = /^[-*] /;

/** The words of a text, with names between backticks as code. */
function words(text: string): ComponentChildren[] {
  return text.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}

function Block({ lines }: { lines: readonly string[] }) {
  if (lines.every((line) => CODE.test(line)))
    return <pre>{lines.map((line) => line.replace(CODE, "")).join("\n")}</pre>;
  const first = lines.findIndex((line) => ITEM.test(line));
  const text = first === -1 ? lines : lines.slice(0, first);
  const items: string[] = [];
  for (const line of first === -1 ? [] : lines.slice(first)) {
    if (ITEM.test(line)) items.push(line.replace(ITEM, ""));
    else items.push(`${items.pop()} ${line.trim()}`);
  }
  return (
    <>
      {text.length > 0 && <p>{words(text.join(" "))}</p>}
      {items.length > 0 && (
        <ul>
          {items.map((item) => (
            <li key={item}>{words(item)}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Documentation({ text }: { text: string }) {
  return (
    <>
      {text
        .split(/\n{2,}/)
        .filter((block) => block.trim() !== "")
        .map((block) => (
          <Block key={block} lines={block.split("\n")} />
        ))}
    </>
  );
}

export interface DescribedProps {
  declaration: ComponentChildren;
  documentation: string;
  children?: ComponentChildren;
}

export function Described({ declaration, documentation, children }: DescribedProps) {
  return (
    // It scrolls if the documentation is long, with the keyboard as well.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <div class="described" tabIndex={0}>
      <pre class="declaration">{declaration}</pre>
      <Documentation text={documentation} />
      {children}
    </div>
  );
}

/** An element for CodeMirror, which lives outside of the page's components. */
export function elementOf(content: ComponentChildren): HTMLElement {
  const element = document.createElement("div");
  render(content, element);
  return element;
}
