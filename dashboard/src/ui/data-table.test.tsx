import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Column, DataTable } from "./data-table";
import { TooltipProvider } from "./tooltip";

interface Row {
  id: string;
}

const ROWS: Row[] = Array.from({ length: 10_000 }, (_, at) => ({ id: `row-${at}` }));
const COLUMNS: Column<Row>[] = [{ id: "id", header: "Name", width: "1fr", cell: ({ id }) => id }];
const onOpen = vi.fn();
const onEnd = vi.fn();
let selected: ReadonlySet<string>;
let root: Root;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  // There is no layout here: the window of the table is 800 by 600 pixels.
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockReturnValue(340_000);
  HTMLElement.prototype.scrollTo = function (this: HTMLElement, options?: ScrollToOptions | number) {
    this.scrollTop = typeof options === "object" ? (options.top ?? 0) : 0;
    this.dispatchEvent(new Event("scroll"));
  } as HTMLElement["scrollTo"];
  selected = new Set();
  const place = document.body.appendChild(document.createElement("div"));
  root = createRoot(place);
  show();
});

afterEach(() => {
  act(() => root.unmount());
  vi.restoreAllMocks();
  vi.clearAllMocks();
});

function show(): void {
  const onChange = (next: ReadonlySet<string>) => {
    selected = next;
    show();
  };
  act(() =>
    root.render(
      <TooltipProvider>
        <DataTable
          label="Things"
          rows={ROWS}
          rowKey={({ id }) => id}
          columns={COLUMNS}
          onOpen={onOpen}
          onEnd={onEnd}
          hasMore
          selection={{ selected, onChange, labelOf: ({ id }) => id }}
        />
      </TooltipProvider>,
    ),
  );
}

const grid = () => document.querySelector<HTMLElement>('[role="grid"]') as HTMLElement;
const shownRows = () => [...document.querySelectorAll<HTMLElement>('[role="row"][data-index]')];
const focusable = () => shownRows().filter((row) => row.tabIndex === 0);

function press(key: string, shiftKey = false): void {
  const target = document.activeElement === document.body ? grid() : (document.activeElement as HTMLElement);
  act(
    () => void target.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true })),
  );
}

test("of ten thousand rows fewer than two hundred are in the page, at both ends", () => {
  expect(shownRows().length).toBeGreaterThan(10);
  expect(shownRows().length).toBeLessThan(200);
  press("End");
  expect(shownRows().some(({ dataset }) => dataset.index === "9999")).toBe(true);
  expect(shownRows().length).toBeLessThan(200);
});

test("says how it is laid out to who does not see it", () => {
  expect(grid().getAttribute("aria-rowcount")).toBe("-1");
  expect(shownRows()[0]?.getAttribute("aria-rowindex")).toBe("2");
  expect(grid().getAttribute("aria-multiselectable")).toBe("true");
});

test("keys move one focus through the rows, and Enter opens", () => {
  press("j");
  press("j");
  press("ArrowDown");
  press("k");
  expect(focusable().map(({ dataset }) => dataset.index)).toEqual(["2"]);
  expect((document.activeElement as HTMLElement).dataset.index).toBe("2");
  press("Enter");
  expect(onOpen).toHaveBeenCalledExactlyOnceWith(ROWS[2]);
});

test("the row with the focus stays in the page when it is scrolled away", () => {
  press("j");
  act(() => grid().scrollTo({ top: 100_000 }));
  expect(focusable().map(({ dataset }) => dataset.index)).toEqual(["1"]);
});

test("x selects, and with Shift everything up to there", () => {
  press("x");
  press("j");
  press("j");
  press("x", true);
  expect([...selected]).toEqual(["row-0", "row-1", "row-2"]);
  expect(shownRows()[2]?.getAttribute("aria-selected")).toBe("true");
});

test("asks for more when the end comes near, and not before", () => {
  expect(onEnd).not.toHaveBeenCalled();
  press("End");
  expect(onEnd).toHaveBeenCalled();
});
