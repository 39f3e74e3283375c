/** Text that is being written: what came of each part so far, until the finished part is in the transcript. */
import type { Delta } from "@/api/events";

export interface Piece {
  part_id: string;
  text: string;
}

/** Where the stream was cut, something may be missing; the finished part has it. */
const CUT = "\n[…]\n";

export class Writing {
  private readonly texts = new Map<string, string>();
  private readonly cut = new Set<string>();
  private shown: readonly Piece[] = [];
  private isChanged = false;
  private readonly listeners = new Set<() => void>();
  private readonly later: (show: () => void) => void;

  /** `later` gathers what comes within a frame, so that a fast writer does not make the page draw each letter. */
  constructor(later: (show: () => void) => void = (show) => requestAnimationFrame(show)) {
    this.later = later;
  }

  get = (): readonly Piece[] => this.shown;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  add = ({ part_id, text }: Delta): void => {
    const before = this.texts.get(part_id) ?? "";
    this.texts.set(part_id, before + (this.cut.delete(part_id) ? CUT : "") + text);
    this.change();
  };

  /** The stream was away; what is written meanwhile is told by nobody. */
  interrupted(): void {
    for (const id of this.texts.keys()) this.cut.add(id);
  }

  finished(partIds: Iterable<string>): void {
    let isGone = false;
    for (const id of partIds) {
      this.cut.delete(id);
      isGone = this.texts.delete(id) || isGone;
    }
    if (isGone) this.showNow();
  }

  /** Nobody writes any more: what was not finished never will be. */
  end(): void {
    this.finished([...this.texts.keys()]);
  }

  private change(): void {
    if (this.isChanged) return;
    this.isChanged = true;
    this.later(() => this.showNow());
  }

  private showNow(): void {
    this.isChanged = false;
    this.shown = [...this.texts].map(([part_id, text]) => ({ part_id, text }));
    for (const tell of this.listeners) tell();
  }
}
