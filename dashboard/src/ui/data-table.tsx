import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { cx } from "@/lib/cx";
import { useWidth } from "@/lib/width";
import { Checkbox } from "./field";

export interface Column<Row> {
  id: string;
  header: string;
  /** A track of a CSS grid: `8rem`, `minmax(12rem, 2fr)`. */
  width: string;
  cell(row: Row): ReactNode;
  align?: "left" | "right";
  /** The width of the table, in pixels, from which on there is room for it. */
  from?: number;
}

interface DataTableProps<Row> {
  label: string;
  rows: readonly Row[];
  rowKey(row: Row): string;
  columns: Column<Row>[];
  onOpen(row: Row): void;
  /** Without it no row can be selected. */
  selection?: {
    selected: ReadonlySet<string>;
    onChange(selected: ReadonlySet<string>): void;
    labelOf(row: Row): string;
  };
  /** How a row looks where a table has no room, as on a phone. */
  card?(row: Row): ReactNode;
  /** Whether there is more than `rows`; `onEnd` is called when it is about to be needed. */
  hasMore?: boolean;
  onEnd?(): void;
}

const ROW_PX = 34;
const CARD_PX = 76;
const CARDS_BELOW_PX = 640;
const PAGE_ROWS = 10;

/** A table of any length: only the rows that can be seen are in the page. Keys: arrows or j and k, Home, End, Page Up and
 * Down move; Enter opens; Space or x selects. One row at a time can be reached with Tab. */
export function DataTable<Row>({
  label,
  rows,
  rowKey,
  columns,
  onOpen,
  selection,
  card,
  hasMore,
  onEnd,
}: DataTableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const isCards = card !== undefined && width > 0 && width < CARDS_BELOW_PX;
  const height = isCards ? CARD_PX : ROW_PX;
  const [active, setActive] = useState(0);
  const [focused, setFocused] = useState({ row: -1 });
  const lastSelected = useRef(0);
  const activeRow = Math.min(active, Math.max(0, rows.length - 1));

  const virtual = useVirtualizer({
    useFlushSync: false,
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => rowKey(rows[index] as Row),
    overscan: 8,
    // Who is at a row by keyboard stays there, even when it is scrolled away.
    rangeExtractor: useCallback(
      (range: Range) => withRow(defaultRangeExtractor(range), activeRow, range.count),
      [activeRow],
    ),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height is what the rows have to be measured for again.
  useEffect(() => virtual.measure(), [virtual, height]);

  const items = virtual.getVirtualItems();
  const lastIndex = items.reduce((last, item) => (item.index === activeRow ? last : Math.max(last, item.index)), -1);
  useEffect(() => {
    if (hasMore && lastIndex >= rows.length - 30) onEnd?.();
  }, [hasMore, lastIndex, rows.length, onEnd]);

  useEffect(() => {
    scroller.current?.querySelector<HTMLElement>(`[data-index="${focused.row}"]`)?.focus({ preventScroll: true });
  }, [focused]);

  const moveTo = useCallback(
    (index: number) => {
      const next = Math.max(0, Math.min(rows.length - 1, index));
      setActive(next);
      setFocused({ row: next });
      virtual.scrollToIndex(next);
    },
    [rows.length, virtual],
  );
  useJumpIn(scroller, () => moveTo(activeRow));

  const toggle = (index: number, isRange: boolean) => {
    if (!selection) return;
    const next = new Set(selection.selected);
    const isOn = !next.has(rowKey(rows[index] as Row));
    const from = isRange ? lastSelected.current : index;
    for (let at = Math.min(from, index); at <= Math.max(from, index); at++) {
      const key = rowKey(rows[at] as Row);
      if (isOn) next.add(key);
      else next.delete(key);
    }
    lastSelected.current = index;
    selection.onChange(next);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isInControl(event.target)) return;
    const to = destination(event.key, activeRow, rows.length);
    if (to !== null) moveTo(to);
    else if (event.key === "Enter" && rows[activeRow]) onOpen(rows[activeRow]);
    else if ((event.key === "x" || event.key === " ") && selection) toggle(activeRow, event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = (event: MouseEvent, index: number) => {
    setActive(index);
    if (isInControl(event.target) || window.getSelection()?.toString()) return;
    onOpen(rows[index] as Row);
  };

  const shown = isCards ? [] : columns.filter(({ from }) => from === undefined || width === 0 || width >= from);
  const template = [selection && "2.25rem", ...(isCards ? ["minmax(0, 1fr)"] : shown.map((one) => one.width))];
  const style = { gridTemplateColumns: template.filter(Boolean).join(" ") };
  const allSelected =
    selection !== undefined && rows.length > 0 && rows.every((row) => selection.selected.has(rowKey(row)));

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      aria-colcount={template.filter(Boolean).length}
      aria-multiselectable={selection !== undefined}
      className="min-h-0 grow overflow-auto"
      onKeyDown={onKeyDown}
    >
      <div
        role="row"
        aria-rowindex={1}
        tabIndex={-1}
        style={style}
        className={cx(
          isCards && !selection ? "sr-only" : "sticky top-0 z-10 grid h-8 items-center border-b border-line bg-panel",
        )}
      >
        {selection && (
          <span role="columnheader" tabIndex={-1} className="flex justify-center">
            <Checkbox
              label="Select all that are loaded"
              isLabelHidden
              checked={allSelected}
              isPartly={!allSelected && selection.selected.size > 0}
              onChange={() => selection.onChange(new Set(allSelected ? [] : rows.map(rowKey)))}
            />
          </span>
        )}
        {isCards && (
          <span role="columnheader" tabIndex={-1} className="label-caps px-2 text-ink-faint">
            {label}
          </span>
        )}
        {shown.map(({ id, header, align }) => (
          <span
            key={id}
            role="columnheader"
            tabIndex={-1}
            className={cx(
              "label-caps truncate px-2 text-ink-faint first:pl-4 last:pr-4",
              align === "right" && "text-right",
            )}
          >
            {header}
          </span>
        ))}
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, key, start }) => {
          const row = rows[index] as Row;
          const isSelected = selection?.selected.has(rowKey(row)) ?? false;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys of all its rows.
            <div
              key={key}
              data-index={index}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={selection ? isSelected : undefined}
              tabIndex={index === activeRow ? 0 : -1}
              onFocus={() => setActive(index)}
              onClick={(event) => onClick(event, index)}
              style={{ ...style, height, transform: `translateY(${start}px)` }}
              className={cx(
                "absolute inset-x-0 top-0 grid cursor-pointer items-center border-b border-line",
                isSelected ? "bg-accent-wash" : "bg-panel hover:bg-raised",
              )}
            >
              {selection && (
                <span role="gridcell" tabIndex={-1} className="flex h-full items-center justify-center">
                  <Checkbox
                    label={`Select ${selection.labelOf(row)}`}
                    isLabelHidden
                    tabIndex={-1}
                    checked={isSelected}
                    onChange={(event) => toggle(index, (event.nativeEvent as unknown as PointerEvent).shiftKey)}
                  />
                </span>
              )}
              {isCards ? (
                <span role="gridcell" tabIndex={-1} className="min-w-0 px-2 first:pl-4">
                  {card(row)}
                </span>
              ) : (
                shown.map(({ id, cell, align }) => (
                  <span
                    key={id}
                    role="gridcell"
                    tabIndex={-1}
                    className={cx("min-w-0 truncate px-2 first:pl-4 last:pr-4", align === "right" && "text-right")}
                  >
                    {cell(row)}
                  </span>
                ))
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function withRow(range: number[], row: number, total: number): number[] {
  return row >= total || range.includes(row) ? range : [...range, row].sort((one, other) => one - other);
}

function destination(key: string, at: number, total: number): number | null {
  if (key === "j" || key === "ArrowDown") return at + 1;
  if (key === "k" || key === "ArrowUp") return at - 1;
  if (key === "PageDown") return at + PAGE_ROWS;
  if (key === "PageUp") return at - PAGE_ROWS;
  if (key === "Home") return 0;
  if (key === "End") return total - 1;
  return null;
}

function isInControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a, button, input, select, textarea, label") !== null;
}

/** j and k lead into the table from where nothing has the focus. */
function useJumpIn(scroller: { current: HTMLElement | null }, jump: () => void): void {
  const latest = useRef(jump);
  latest.current = jump;
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key !== "j" && event.key !== "k") return;
      if (event.ctrlKey || event.metaKey || event.altKey || document.activeElement !== document.body) return;
      if (scroller.current) latest.current();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [scroller]);
}
