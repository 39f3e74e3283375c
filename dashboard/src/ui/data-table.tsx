import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useWidth } from "@/lib/width";
import { BodyRow, type Column, HeadRow, layoutOf, type Selection } from "./data-table-rows";

export type { Column } from "./data-table-rows";

interface Rows<Row> {
  rows: readonly Row[];
  rowKey(row: Row): string;
  /** Whether there is more than `rows`; `onEnd` is called when it is about to be needed. */
  hasMore?: boolean;
  onEnd?(): void;
}

interface DataTableProps<Row> extends Rows<Row> {
  label: string;
  columns: Column<Row>[];
  onOpen(row: Row): void;
  /** Without it no row can be selected. */
  selection?: Selection<Row>;
  /** How a row looks where a table has no room, as on a phone. */
  card?(row: Row): ReactNode;
}

const PAGE_ROWS = 10;
const NEAR_ROWS = 30;

/** A table of any length: only the rows that can be seen are in the page. Keys: arrows or j and k, Home, End, Page Up and
 * Down move; Enter opens; Space or x selects. One row at a time can be reached with Tab. */
export function DataTable<Row>({ label, columns, onOpen, selection, card, ...all }: DataTableProps<Row>) {
  const { rows, rowKey, hasMore } = all;
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const layout = layoutOf(columns, width, { hasCards: card !== undefined, isSelectable: selection !== undefined });
  const { virtual, activeRow, setActive, moveTo } = useRows(scroller, layout.rowPx, all);
  const toggle = useToggle(all, selection);

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
  const selectOf = (row: Row, index: number) =>
    selection && {
      isSelected: selection.selected.has(rowKey(row)),
      label: `Select ${selection.labelOf(row)}`,
      toggle: (isRange: boolean) => toggle(index, isRange),
    };
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      aria-colcount={layout.cells}
      aria-multiselectable={selection !== undefined}
      className="min-h-0 grow overflow-auto"
      onKeyDown={onKeyDown}
    >
      <HeadRow label={label} layout={layout} rows={rows} rowKey={rowKey} selection={selection} />
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => (
          <BodyRow
            key={key}
            row={rows[index] as Row}
            index={index}
            start={start}
            layout={layout}
            card={card}
            isActive={index === activeRow}
            select={selectOf(rows[index] as Row, index)}
            onFocus={() => setActive(index)}
            onClick={(event) => onClick(event, index)}
          />
        ))}
      </div>
    </div>
  );
}

/** Which rows are in the page, and which of them the keys are at. */
function useRows<Row>(
  scroller: { current: HTMLElement | null },
  height: number,
  { rows, rowKey, hasMore, onEnd }: Rows<Row>,
) {
  const [active, setActive] = useState(0);
  const [focused, setFocused] = useState({ row: -1 });
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
    if (hasMore && lastIndex >= rows.length - NEAR_ROWS) onEnd?.();
  }, [hasMore, lastIndex, rows.length, onEnd]);

  useEffect(() => {
    scroller.current?.querySelector<HTMLElement>(`[data-index="${focused.row}"]`)?.focus({ preventScroll: true });
  }, [focused, scroller]);

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
  return { virtual, activeRow, setActive, moveTo };
}

/** Turns the selection of a row, or of all rows from the last one on, to what this row is not. */
function useToggle<Row>({ rows, rowKey }: Rows<Row>, selection: Selection<Row> | undefined) {
  const last = useRef(0);
  return (index: number, isRange: boolean) => {
    if (!selection) return;
    const next = new Set(selection.selected);
    const isOn = !next.has(rowKey(rows[index] as Row));
    const from = isRange ? last.current : index;
    for (let at = Math.min(from, index); at <= Math.max(from, index); at++) {
      const key = rowKey(rows[at] as Row);
      if (isOn) next.add(key);
      else next.delete(key);
    }
    last.current = index;
    selection.onChange(next);
  };
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
