/** What is loaded of a transcript: parts that follow each other without a gap, from anywhere in it.
 *
 * It begins at the newest page and grows at both ends, or begins anew around one part. Parts never change once they are
 * there and their ids ascend with time, so that each is kept once and stands at its place however it came. */
import type { components } from "@/api/schema";
import { PAGE_PARTS } from "@/api/transcript";

export type Part = components["schemas"]["TranscriptItem"];

export interface Page {
  items: Part[];
  next_cursor?: string | null;
}

export interface Ask {
  order: "oldest" | "newest";
  limit: number;
  cursor?: string;
}

type Read = (ask: Ask) => Promise<Page>;

interface Shown {
  parts: readonly Part[];
  hasOlder: boolean;
  hasNewer: boolean;
  isLoaded: boolean;
}

const MOST_AT_ONCE = 200;
/** Parts that are read again after a gap in the news: tool calls run side by side, and the first may end last. */
const OVERLAP = 20;
const EMPTY: Shown = { parts: [], hasOlder: false, hasNewer: false, isLoaded: false };

export class TranscriptWindow {
  private readonly read: Read;
  private shown = EMPTY;
  private smallestNew: string | null = null;
  /** What was asked for before the window began anew is not put into it any more. */
  private era = 0;
  private readonly busy = new Set<string>();
  private readonly listeners = new Set<() => void>();

  constructor(read: Read) {
    this.read = read;
  }

  get = (): Shown => this.shown;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** That a part has come of which the stream told. */
  heard(partId: string): void {
    if (this.smallestNew === null || partId < this.smallestNew) this.smallestNew = partId;
  }

  /** `ahead` is its newest page, where that was asked for before. */
  async openAtEnd(ahead?: Promise<Page>): Promise<void> {
    const era = this.beginAnew();
    const page = await (ahead ?? this.read({ order: "newest", limit: PAGE_PARTS }));
    if (era !== this.era) return;
    this.show({ parts: ordered(page.items), hasOlder: Boolean(page.next_cursor), hasNewer: false, isLoaded: true });
  }

  /** Whether the part is there now; if it exists nowhere, what stands around its place is. */
  async openAt(partId: string): Promise<boolean> {
    if (this.has(partId)) return true;
    const era = this.beginAnew();
    const before = await this.read({ order: "newest", limit: PAGE_PARTS, cursor: partId });
    const after = await this.read({ order: "oldest", limit: PAGE_PARTS, cursor: before.items[0]?.part_id });
    if (era !== this.era) return false;
    const parts = merged(ordered(before.items), after.items);
    this.show({ parts, hasOlder: Boolean(before.next_cursor), hasNewer: Boolean(after.next_cursor), isLoaded: true });
    return this.has(partId);
  }

  loadOlder(): Promise<void> {
    return this.once("older", this.shown.hasOlder, async (era) => {
      const page = await this.read({ order: "newest", limit: PAGE_PARTS, cursor: this.shown.parts[0]?.part_id });
      if (era === this.era) this.add(page.items, { hasOlder: Boolean(page.next_cursor) });
    });
  }

  loadNewer(): Promise<void> {
    return this.once("newer", this.shown.hasNewer, async (era) => {
      const page = await this.read({ order: "oldest", limit: PAGE_PARTS, cursor: this.shown.parts.at(-1)?.part_id });
      if (era === this.era) this.add(page.items, { hasNewer: Boolean(page.next_cursor) });
    });
  }

  /** Brings what came since: from the first part that the stream told of, or some way back when it told of none. */
  async catchUp(): Promise<void> {
    if (!this.shown.isLoaded) return this.openAtEnd();
    if (this.shown.hasNewer) return;
    const era = this.era;
    let cursor = this.placeToReadFrom();
    this.smallestNew = null;
    for (let hasMore = true; hasMore; ) {
      const page = await this.read({ order: "oldest", limit: MOST_AT_ONCE, cursor });
      if (era !== this.era) return;
      this.add(page.items, {});
      cursor = page.next_cursor ?? undefined;
      hasMore = cursor !== undefined;
    }
  }

  private placeToReadFrom(): string | undefined {
    const { parts } = this.shown;
    const first = this.smallestNew;
    if (first === null) return parts.at(-OVERLAP)?.part_id ?? parts[0]?.part_id;
    return parts.findLast(({ part_id }) => part_id < first)?.part_id;
  }

  private async once(name: string, isWanted: boolean, load: (era: number) => Promise<void>): Promise<void> {
    if (!isWanted || this.busy.has(name)) return;
    this.busy.add(name);
    try {
      await load(this.era);
    } finally {
      this.busy.delete(name);
    }
  }

  private beginAnew(): number {
    this.era += 1;
    return this.era;
  }

  private has(partId: string): boolean {
    return this.shown.parts.some(({ part_id }) => part_id === partId);
  }

  private add(found: readonly Part[], change: Partial<Shown>): void {
    const parts = merged(this.shown.parts, found);
    if (parts === this.shown.parts && Object.keys(change).length === 0) return;
    this.show({ ...this.shown, ...change, parts });
  }

  private show(shown: Shown): void {
    this.shown = shown;
    for (const tell of this.listeners) tell();
  }
}

function ordered(newestFirst: readonly Part[]): Part[] {
  return [...newestFirst].reverse();
}

/** The same array when nothing is new. */
function merged(known: readonly Part[], found: readonly Part[]): readonly Part[] {
  const ids = new Set(known.map(({ part_id }) => part_id));
  const fresh = found.filter(({ part_id }) => !ids.has(part_id));
  if (fresh.length === 0) return known;
  return [...known, ...fresh].sort((one, other) => (one.part_id < other.part_id ? -1 : 1));
}
