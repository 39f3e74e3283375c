import { textOf } from "@/lib/search";

/** What the output is searched for. */
export function evidenceSearch(raw: Record<string, unknown>): { find?: string } {
  return { find: textOf(raw.find) };
}
