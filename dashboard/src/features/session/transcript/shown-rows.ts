/** What the transcript shows: the parts that are there, and behind or among them what is still under way. */
import type { Part } from "./window";
import type { Piece } from "./writing";

export type AnyRow = Part | (Piece & { type?: undefined; data?: undefined });

/** Each part once, by its id, which ascends with time; one that has ended stands in the place of the same when it ran. */
export function rowsOf(parts: readonly Part[], running: readonly Part[], writing: readonly Piece[]): readonly AnyRow[] {
  const underWay = [...running, ...writing];
  if (underWay.length === 0) return parts;
  const ended = new Set(parts.map(({ part_id }) => part_id));
  const rows: AnyRow[] = [...parts, ...underWay.filter(({ part_id }) => !ended.has(part_id))];
  return rows.sort((one, other) => (one.part_id < other.part_id ? -1 : 1));
}
