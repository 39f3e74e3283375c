/** Where in the text the line stands that an error names first, "line 8: …"; null when it names none that is there. */
export function placeOf(message: string, text: string): { line: number; from: number; to: number } | null {
  const line = Number(/\bline (\d+):/.exec(message)?.[1]);
  const lines = text.split("\n");
  const named = lines[line - 1];
  if (named === undefined) return null;
  const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  return { line, from, to: from + named.length };
}
