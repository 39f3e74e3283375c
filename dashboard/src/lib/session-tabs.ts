/** The tabs of a session's page. Features know nothing of each other: `src/session-tabs.ts` puts them together. */
import type { components } from "@/api/schema";
import type { Loadable } from "./loadable";

export type Session = components["schemas"]["SessionRead"];

interface SessionTab {
  /** As it stands in the address: `?tab=diff`. */
  name: string;
  label: string;
  content: Loadable<{ session: Session }>;
  /** How many things are in there, where the session itself tells. */
  countOf?(session: Session): number | undefined;
}

let declared: readonly SessionTab[] = [];

/** In the order in which they are shown; the first is open when the address names none. */
export function declareSessionTabs(tabs: readonly SessionTab[]): void {
  declared = tabs;
}

export function sessionTabs(): readonly SessionTab[] {
  return declared;
}

/** The one that the address names, else the first. */
export function openTab(name: string | undefined): SessionTab | undefined {
  return declared.find((tab) => tab.name === name) ?? declared[0];
}

/** Reads the code of a tab that is about to be opened. If it cannot be read, the tab itself says so when it is drawn. */
export function readTabAhead(name: string | undefined): void {
  openTab(name)
    ?.content.load()
    .catch(() => {});
}
