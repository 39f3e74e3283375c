import type { CSSProperties, FocusEventHandler, MouseEventHandler, ReactNode } from "react";
import { cx } from "@/lib/cx";
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

export interface Selection<Row> {
  selected: ReadonlySet<string>;
  onChange(selected: ReadonlySet<string>): void;
  labelOf(row: Row): string;
}

/** What of a row there is room for. */
interface Layout<Row> {
  isCards: boolean;
  /** None where rows are cards. */
  columns: Column<Row>[];
  cells: number;
  rowPx: number;
  style: CSSProperties;
}

const ROW_PX = 34;
const CARD_PX = 76;
const CARDS_BELOW_PX = 640;
const SELECT_WIDTH = "2.25rem";
const CARD_WIDTH = "minmax(0, 1fr)";

/** `width` is that of the table in pixels, 0 as long as nobody knows it. */
export function layoutOf<Row>(
  all: readonly Column<Row>[],
  width: number,
  { hasCards, isSelectable }: { hasCards: boolean; isSelectable: boolean },
): Layout<Row> {
  const isCards = hasCards && width > 0 && width < CARDS_BELOW_PX;
  const columns = isCards ? [] : all.filter(({ from }) => from === undefined || width === 0 || width >= from);
  const widths = isCards ? [CARD_WIDTH] : columns.map((one) => one.width);
  const tracks = isSelectable ? [SELECT_WIDTH, ...widths] : widths;
  const style = { gridTemplateColumns: tracks.join(" ") };
  return { isCards, columns, cells: tracks.length, rowPx: isCards ? CARD_PX : ROW_PX, style };
}

interface HeadRowProps<Row> {
  label: string;
  layout: Layout<Row>;
  rows: readonly Row[];
  rowKey(row: Row): string;
  selection: Selection<Row> | undefined;
}

export function HeadRow<Row>({ label, layout, rows, rowKey, selection }: HeadRowProps<Row>) {
  const allSelected =
    selection !== undefined && rows.length > 0 && rows.every((row) => selection.selected.has(rowKey(row)));
  const isHidden = layout.isCards && !selection;
  return (
    <div
      role="row"
      aria-rowindex={1}
      tabIndex={-1}
      style={layout.style}
      className={isHidden ? "sr-only" : "sticky top-0 z-10 grid h-8 items-center border-b border-line bg-panel"}
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
      {layout.isCards && (
        <span role="columnheader" tabIndex={-1} className="label-caps px-2 text-ink-faint">
          {label}
        </span>
      )}
      {layout.columns.map(({ id, header, align }) => (
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
  );
}

interface BodyRowProps<Row> {
  row: Row;
  index: number;
  /** How far from the top it stands, in pixels. */
  start: number;
  layout: Layout<Row>;
  card: ((row: Row) => ReactNode) | undefined;
  isActive: boolean;
  /** Undefined where no row can be selected. */
  select: { isSelected: boolean; label: string; toggle(isRange: boolean): void } | undefined;
  onFocus: FocusEventHandler;
  onClick: MouseEventHandler;
}

export function BodyRow<Row>({ row, index, start, layout, card, isActive, select, ...does }: BodyRowProps<Row>) {
  return (
    <div
      data-index={index}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={select?.isSelected}
      tabIndex={isActive ? 0 : -1}
      style={{ ...layout.style, height: layout.rowPx, transform: `translateY(${start}px)` }}
      className={cx(
        "absolute inset-x-0 top-0 grid cursor-pointer items-center border-b border-line",
        select?.isSelected ? "bg-accent-wash" : "bg-panel hover:bg-raised",
      )}
      {...does}
    >
      {select && (
        <span role="gridcell" tabIndex={-1} className="flex h-full items-center justify-center">
          <Checkbox
            label={select.label}
            isLabelHidden
            tabIndex={-1}
            checked={select.isSelected}
            onChange={(event) => select.toggle((event.nativeEvent as unknown as PointerEvent).shiftKey)}
          />
        </span>
      )}
      {layout.isCards && (
        <span role="gridcell" tabIndex={-1} className="min-w-0 px-2 first:pl-4">
          {card?.(row)}
        </span>
      )}
      {layout.columns.map(({ id, cell, align }) => (
        <span
          key={id}
          role="gridcell"
          tabIndex={-1}
          className={cx("min-w-0 truncate px-2 first:pl-4 last:pr-4", align === "right" && "text-right")}
        >
          {cell(row)}
        </span>
      ))}
    </div>
  );
}
