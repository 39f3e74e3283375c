/** Output of terminals: colours become words, and every other control sequence goes. */
import { withoutTurns } from "./hidden";

export type Colour = "red" | "green" | "yellow" | "blue" | "faint";

export interface Run {
  text: string;
  colour?: Colour;
  isBold?: boolean;
}

/** The eight colours as the theme has them: bright or not, they have to be read on its ground. */
const COLOURS: (Colour | undefined)[] = [undefined, "red", "green", "yellow", "blue", "blue", "blue", undefined];
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const SEQUENCE = /\u001b(?:\[([0-9;:?]*)([ -/]*[@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken away.
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

export function runsOf(output: string): Run[] {
  const runs: Run[] = [];
  let style: Omit<Run, "text"> = {};
  let at = 0;
  const push = (text: string) => {
    const shown = withoutTurns(overwritten(text).replace(CONTROLS, ""));
    if (shown) runs.push({ text: shown, ...style });
  };
  for (const found of output.matchAll(SEQUENCE)) {
    push(output.slice(at, found.index));
    at = found.index + found[0].length;
    if (found[2] === "m") style = styled(style, found[1] ?? "");
  }
  push(output.slice(at));
  return runs;
}

/** The same line by line; an end of lines ends no colour. */
export function linesOf(output: string): Run[][] {
  const lines: Run[][] = [[]];
  for (const run of runsOf(output)) {
    for (const [at, text] of run.text.split("\n").entries()) {
      if (at > 0) lines.push([]);
      if (text) lines.at(-1)?.push({ ...run, text });
    }
  }
  return lines;
}

export function textOf(line: readonly Run[]): string {
  return line.map(({ text }) => text).join("");
}

/** A progress bar writes its line again and again; what stood there last is kept. */
function overwritten(text: string): string {
  if (!text.includes("\r")) return text;
  return text
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) => line.slice(line.lastIndexOf("\r", line.length - 2) + 1).replaceAll("\r", ""))
    .join("\n");
}

function styled(before: Omit<Run, "text">, codes: string): Omit<Run, "text"> {
  const numbers = codes === "" ? [0] : codes.split(/[;:]/).map(Number);
  let style = before;
  for (let at = 0; at < numbers.length; at++) {
    const code = numbers[at] ?? 0;
    if (code === 38 || code === 48) at += numbers[at + 1] === 5 ? 2 : 4;
    else style = withCode(style, code);
  }
  return style;
}

function withCode(style: Omit<Run, "text">, code: number): Omit<Run, "text"> {
  if (code === 0) return {};
  if (code === 1) return { ...style, isBold: true };
  if (code === 2 || code === 90) return { ...style, colour: "faint" };
  if (code === 22) return { ...style, isBold: undefined, colour: style.colour === "faint" ? undefined : style.colour };
  if (code === 39) return { ...style, colour: undefined };
  if (code >= 30 && code <= 37) return { ...style, colour: COLOURS[code - 30] };
  if (code >= 91 && code <= 97) return { ...style, colour: COLOURS[code - 90] };
  return style;
}
