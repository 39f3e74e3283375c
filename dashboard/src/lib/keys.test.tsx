import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useShortcuts } from "./keys";

const accept = vi.fn();
const goToAdmin = vi.fn();
let root: Root;

function Page() {
  useShortcuts([{ keys: "a", label: "Accept", run: accept }]);
  useShortcuts([{ keys: "g a", label: "Admin", run: goToAdmin }]);
  return null;
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  root = createRoot(document.body.appendChild(document.createElement("div")));
  act(() => root.render(<Page />));
});

afterEach(() => {
  act(() => root.unmount());
  vi.clearAllMocks();
});

function type(...keys: string[]): void {
  for (const key of keys) document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}

test("a key alone does what it says", () => {
  type("a", "a");
  expect(accept).toHaveBeenCalledTimes(2);
  expect(goToAdmin).not.toHaveBeenCalled();
});

test("the second key of two accepts nothing on the way to another page", () => {
  type("g", "a");
  expect(goToAdmin).toHaveBeenCalledTimes(1);
  expect(accept).not.toHaveBeenCalled();
});

test("after a key that begins nothing it is a key alone again", () => {
  type("g", "x", "a");
  expect(accept).toHaveBeenCalledTimes(1);
});
