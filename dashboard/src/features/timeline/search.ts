import { textOf } from "@/lib/search";

/** The part of the time that is shown, in seconds: `zoom=12.5-60`. */
export function timelineSearch(raw: Record<string, unknown>): { zoom?: string } {
  return { zoom: textOf(raw.zoom) };
}
