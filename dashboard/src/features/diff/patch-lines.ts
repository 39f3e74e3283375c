/** The lines of one file's unified patch, so that keys can lead through them and comments find their place. */

export type Side = "old" | "new";

export interface PatchLine {
  side: Side;
  line: number;
  /** An unchanged line is one of both sides: it stands for its new one, and this is its old number. */
  oldLine?: number;
  hunk: number;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** From above to below, as a unified diff shows them. */
export function linesOf(patch: string): PatchLine[] {
  const lines: PatchLine[] = [];
  let hunk = -1;
  let old = 0;
  let now = 0;
  for (const text of patch.split("\n")) {
    const begins = HUNK.exec(text);
    if (begins) {
      hunk += 1;
      old = Number(begins[1]);
      now = Number(begins[2]);
    } else if (hunk < 0) continue;
    else if (text.startsWith("+")) lines.push({ side: "new", line: now++, hunk });
    else if (text.startsWith("-")) lines.push({ side: "old", line: old++, hunk });
    else if (text.startsWith(" ")) lines.push({ side: "new", line: now++, oldLine: old++, hunk });
  }
  return lines;
}

export interface Range {
  side: Side;
  line: number;
  endLine: number;
}

/** The place of a line among all; -1 when the patch does not show it. */
export function placeOf(lines: readonly PatchLine[], side: Side, line: number): number {
  return lines.findIndex((one) => (one.side === side ? one.line === line : side === "old" && one.oldLine === line));
}

/** Where the next or previous hunk begins, seen from a place; the first one when there is none further. */
export function hunkFrom(lines: readonly PatchLine[], place: number, step: 1 | -1): number {
  if (place < 0) return lines.length > 0 ? 0 : -1;
  const hunk = (lines[place]?.hunk ?? 0) + step;
  const found = lines.findIndex((one) => one.hunk === hunk);
  return found >= 0 ? found : lines.findIndex((one) => one.hunk === hunk - step);
}

/** From the place where a selection began to the one where it is now. Comments are about one side: that of the last line. */
export function rangeBetween(lines: readonly PatchLine[], from: number, to: number): Range | null {
  const last = lines[to];
  const first = lines[from];
  if (!last) return null;
  const numbers = lines
    .slice(Math.min(from, to), Math.max(from, to) + 1)
    .flatMap((one) => (one.side === last.side ? [one.line] : []));
  if (!first || numbers.length === 0) return { side: last.side, line: last.line, endLine: last.line };
  return { side: last.side, line: Math.min(...numbers), endLine: Math.max(...numbers) };
}
