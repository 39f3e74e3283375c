import { textOf } from "@/lib/search";

interface NewSessionSearch {
  /** The session whose request it begins with. */
  from?: string;
  repository?: string;
}

export function newSessionSearch(raw: Record<string, unknown>): NewSessionSearch {
  return { from: textOf(raw.from), repository: textOf(raw.repository) };
}
