import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from "react";

export interface VirtualListHandle {
  scrollToKey(key: string, align?: "start" | "center" | "auto"): void;
  scrollToEnd(): void;
  /** Puts the focus on a row that is shown. */
  focusKey(key: string): void;
  /** The row stays where it is on the screen while it changes its height, as when it is unfolded. */
  holdKey(key: string): void;
}

interface VirtualListProps<Row> {
  rows: readonly Row[];
  rowKey(row: Row): string;
  label: string;
  /** What a row is about as high as; rows are measured when they are shown. */
  estimatedHeight: number | ((row: Row) => number);
  render(row: Row, index: number): ReactNode;
  /** Called when the end comes near. */
  onEnd?: () => void;
  /** Called when the beginning comes near; what is put before the first row moves nothing that is being read. */
  onStart?: () => void;
  /** As a log: it begins at its end, and whoever is there stays there when rows are added. */
  followsEnd?: boolean;
  /** Told whenever the reader comes to the end or leaves it. */
  onIsAtEnd?: (isAtEnd: boolean) => void;
  handle?: Ref<VirtualListHandle>;
  role?: "list" | "log";
  /** One row is the chosen one: by click, and by the arrows, Home and End. Rows then hold no controls of their own. */
  choice?: { chosen: string | null; onChoose(row: Row): void };
  className?: string;
}

/** How far from its end, in pixels, the list still counts as being at it. */
const END_PX = 40;
const NEAR_ROWS = 10;

/** A list of any length of which only what can be seen is in the page. Rows may be of different heights. */
export function VirtualList<Row>({
  rows,
  rowKey,
  label,
  estimatedHeight,
  render,
  onEnd,
  onStart,
  followsEnd = false,
  onIsAtEnd,
  handle,
  role = "list",
  choice,
  className = "",
}: VirtualListProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const chosen = choice ? rows.findIndex((row) => rowKey(row) === choice.chosen) : -1;
  const virtual = useVirtualizer({
    useFlushSync: false,
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) =>
      typeof estimatedHeight === "number" ? estimatedHeight : estimatedHeight(rows[index] as Row),
    getItemKey: (index) => rowKey(rows[index] as Row),
    overscan: 6,
    rangeExtractor: useCallback((range: Range) => withRow(defaultRangeExtractor(range), chosen), [chosen]),
    // Else the rows at the beginning would be drawn first, and what stands before them be asked for.
    initialOffset: followsEnd ? Number.MAX_SAFE_INTEGER : 0,
    anchorTo: followsEnd ? "end" : "start",
    followOnAppend: followsEnd,
    scrollEndThreshold: END_PX,
  });
  useImperativeHandle(handle, () => ({
    scrollToKey: (key, align = "center") => {
      const index = rows.findIndex((row) => rowKey(row) === key);
      if (index >= 0) virtual.scrollToIndex(index, { align });
    },
    scrollToEnd: () => virtual.scrollToEnd(),
    focusKey: (key) => rowOf(scroller.current, key)?.focus({ preventScroll: true }),
    holdKey: (key) => hold(scroller.current, key),
  }));
  useLayoutEffect(() => {
    if (followsEnd) virtual.scrollToEnd();
  }, [followsEnd, virtual]);
  useIsAtEnd(scroller, onIsAtEnd);

  const shown = virtual.getVirtualItems();
  const lastIndex = shown.reduce((last, { index }) => (index === chosen ? last : Math.max(last, index)), -1);
  useEffect(() => {
    if (lastIndex >= rows.length - NEAR_ROWS) onEnd?.();
  }, [lastIndex, rows.length, onEnd]);
  const firstIndex = shown.find(({ index }) => index !== chosen)?.index ?? NEAR_ROWS;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when rows came the beginning may still be near.
  useEffect(() => {
    if (firstIndex < NEAR_ROWS) onStart?.();
  }, [firstIndex, rows.length, onStart]);
  useChosenInView(scroller, chosen, (index) => virtual.scrollToIndex(index));

  const onKeyDown = (event: KeyboardEvent) => {
    const to = destination(event.key, chosen, rows.length);
    const row = to === null ? undefined : rows[to];
    if (!choice || !row || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    choice.onChoose(row);
  };
  const roleOfAll = choice ? "listbox" : role;
  const roleOfRow: string | undefined = { listbox: "option", list: "listitem", log: undefined }[roleOfAll];
  return (
    <div ref={scroller} tabIndex={choice ? undefined : 0} className={`min-h-0 grow overflow-y-auto ${className}`}>
      <div
        role={roleOfAll}
        aria-label={label}
        className="relative"
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={choice && onKeyDown}
      >
        {shown.map(({ index, key, start }) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys of all its rows.
          <div
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            data-key={key}
            role={roleOfRow}
            aria-setsize={roleOfRow === undefined ? undefined : rows.length}
            aria-posinset={roleOfRow === undefined ? undefined : index + 1}
            aria-selected={choice ? index === chosen : undefined}
            tabIndex={choice && index === Math.max(chosen, 0) ? 0 : -1}
            onClick={choice && (() => choice.onChoose(rows[index] as Row))}
            className={`absolute inset-x-0 top-0 ${choice ? "cursor-pointer" : ""}`}
            style={{ transform: `translateY(${start}px)` }}
          >
            {render(rows[index] as Row, index)}
          </div>
        ))}
      </div>
    </div>
  );
}

function rowOf(scroller: HTMLElement | null, key: string): HTMLElement | null {
  return scroller?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
}

/** Two frames: in the first the row is drawn anew, in the second it has been measured. */
function hold(scroller: HTMLElement | null, key: string): void {
  const before = rowOf(scroller, key)?.getBoundingClientRect().top;
  if (before === undefined) return;
  const restore = () => {
    const now = rowOf(scroller, key)?.getBoundingClientRect().top;
    if (now !== undefined && now !== before) scroller?.scrollBy({ top: now - before, behavior: "instant" });
  };
  requestAnimationFrame(() => requestAnimationFrame(restore));
}

function useIsAtEnd(
  scroller: { current: HTMLElement | null },
  onIsAtEnd: ((isAtEnd: boolean) => void) | undefined,
): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element || !onIsAtEnd) return;
    const look = () => onIsAtEnd(element.scrollHeight - element.scrollTop - element.clientHeight <= END_PX);
    element.addEventListener("scroll", look, { passive: true });
    return () => element.removeEventListener("scroll", look);
  }, [scroller, onIsAtEnd]);
}

/** The chosen row comes into view, and has the focus unless that is at work somewhere else. */
function useChosenInView(
  scroller: { current: HTMLElement | null },
  chosen: number,
  scrollTo: (index: number) => void,
): void {
  const before = useRef(chosen);
  const latest = useRef(scrollTo);
  latest.current = scrollTo;
  useEffect(() => {
    if (chosen < 0 || chosen === before.current) return;
    before.current = chosen;
    latest.current(chosen);
    const focused = document.activeElement;
    if (focused !== document.body && !scroller.current?.contains(focused)) return;
    scroller.current?.querySelector<HTMLElement>(`[data-index="${chosen}"]`)?.focus({ preventScroll: true });
  }, [chosen, scroller]);
}

function withRow(range: number[], row: number): number[] {
  return row < 0 || range.includes(row) ? range : [...range, row].sort((one, other) => one - other);
}

function destination(key: string, at: number, total: number): number | null {
  if (key === "ArrowDown") return Math.min(total - 1, at + 1);
  if (key === "ArrowUp") return Math.max(0, at - 1);
  if (key === "Home") return 0;
  if (key === "End") return total - 1;
  return null;
}
