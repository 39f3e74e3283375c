import { act, createRef } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { VirtualList, type VirtualListHandle } from "./virtual-list";

const VIEW_PX = 600;
const ROW_PX = 30;
const onStart = vi.fn();
const onIsAtEnd = vi.fn();
let root: Root;
let handle: React.RefObject<VirtualListHandle | null>;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  // There is no layout here: the window of the list has 600 pixels, and every row is as high as it is thought to be.
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockImplementation(function (this: HTMLElement) {
    return this.dataset.index === undefined ? VIEW_PX : ROW_PX;
  });
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(VIEW_PX);
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockImplementation(function (this: HTMLElement) {
    return Number.parseFloat(this.querySelector<HTMLElement>("[role=log]")?.style.height ?? "0");
  });
  HTMLElement.prototype.scrollTo = function (this: HTMLElement, options?: ScrollToOptions | number) {
    this.scrollTop = typeof options === "object" ? (options.top ?? 0) : 0;
    this.dispatchEvent(new Event("scroll"));
  } as HTMLElement["scrollTo"];
  handle = createRef();
  root = createRoot(document.body.appendChild(document.createElement("div")));
});

afterEach(() => {
  act(() => root.unmount());
  vi.restoreAllMocks();
  vi.clearAllMocks();
});

function show(from: number, to: number): void {
  act(() =>
    root.render(
      <VirtualList
        rows={Array.from({ length: to - from }, (_, at) => `part-${from + at}`)}
        rowKey={(row) => row}
        label="Transcript"
        role="log"
        estimatedHeight={ROW_PX}
        render={(row) => row}
        followsEnd
        onStart={onStart}
        onIsAtEnd={onIsAtEnd}
        handle={handle}
      />,
    ),
  );
}

function shown(): string[] {
  return [...document.querySelectorAll<HTMLElement>("[data-key]")].map((row) => row.dataset.key ?? "");
}

function scroller(): HTMLElement {
  return document.querySelector<HTMLElement>("[role=log]")?.parentElement as HTMLElement;
}

test("of ten thousand rows it begins at the last, with few in the page", () => {
  show(0, 10_000);
  expect(shown()).toContain("part-9999");
  expect(shown()).not.toContain("part-0");
  expect(shown().length).toBeGreaterThan(10);
  expect(shown().length).toBeLessThan(60);
  expect(onStart).not.toHaveBeenCalled();
});

test("who is at the end stays there when rows are added", () => {
  show(0, 10_000);
  show(0, 10_003);
  expect(shown()).toContain("part-10002");
});

test("who reads elsewhere is not moved by new rows, and is told to be away from the end", () => {
  show(0, 10_000);
  act(() => scroller().scrollTo({ top: 3000 }));
  expect(shown()).toContain("part-100");
  expect(onIsAtEnd).toHaveBeenLastCalledWith(false);
  show(0, 10_050);
  expect(shown()).toContain("part-100");
  act(() => handle.current?.scrollToEnd());
  expect(onIsAtEnd).toHaveBeenLastCalledWith(true);
  expect(shown()).toContain("part-10049");
});

test("older rows come in before what is read, which stays where it is", () => {
  show(5000, 10_000);
  act(() => scroller().scrollTo({ top: 0 }));
  expect(onStart).toHaveBeenCalled();
  show(4940, 10_000);
  expect(shown()).toContain("part-5000");
  expect(scroller().scrollTop).toBe(60 * ROW_PX);
});

test("a row is found by its name, wherever it is", () => {
  show(0, 10_000);
  act(() => handle.current?.scrollToKey("part-1234"));
  expect(shown()).toContain("part-1234");
  act(() => handle.current?.scrollToKey("no such part"));
  expect(shown()).toContain("part-1234");
});
