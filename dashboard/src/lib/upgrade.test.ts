import { expect, test, vi } from "vitest";
import { reloadAfterUpgrade } from "./upgrade";

test("a chunk that is gone loads the page anew once, and is an error if that did not help", () => {
  vi.useFakeTimers({ now: 1_000_000 });
  sessionStorage.clear();
  const reload = vi.fn();
  reloadAfterUpgrade(reload);
  const miss = () => window.dispatchEvent(new Event("vite:preloadError", { cancelable: true }));
  expect(miss()).toBe(false);
  expect(miss()).toBe(true);
  expect(reload).toHaveBeenCalledTimes(1);
  vi.setSystemTime(1_000_000 + 3_600_000);
  expect(miss()).toBe(false);
  expect(reload).toHaveBeenCalledTimes(2);
});
