const TITLE_CHARS = 100;

/** The first line of a plan's goal, in a length that fits into a title. */
export function titleOf(goal: string): string {
  const line = goal.trim().split("\n", 1)[0]?.trim() ?? "";
  return line.length > TITLE_CHARS ? `${line.slice(0, TITLE_CHARS - 1).trimEnd()}…` : line;
}
