import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Deeds, useDeeds } from "./use-deed";

const deed = vi.fn(async () => undefined);
const onDone = vi.fn();
let deeds: Deeds;
let root: Root;

function Item() {
  deeds = useDeeds(onDone);
  return null;
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.useFakeTimers();
  root = createRoot(document.body.appendChild(document.createElement("div")));
  act(() => root.render(<Item />));
});

afterEach(() => {
  act(() => root.unmount());
  vi.useRealTimers();
  vi.clearAllMocks();
});

test("what comes in the moment in which an item appears decides nothing", async () => {
  expect(deeds.isBusy).toBe(true);
  await act(async () => deeds.run("accept", deed, "Accepted."));
  expect(deed).not.toHaveBeenCalled();
  act(() => vi.advanceTimersByTime(1000));
  expect(deeds.isBusy).toBe(false);
  await act(async () => deeds.run("accept", deed, "Accepted."));
  expect(deed).toHaveBeenCalledOnce();
});

test("a form that was filled in is sent, however fast", async () => {
  expect(deeds.isSending).toBe(false);
  await act(async () => deeds.send("reject", deed, "Rejected."));
  expect(deed).toHaveBeenCalledOnce();
  expect(onDone).toHaveBeenCalledOnce();
});

test("a deed that is under way is not begun twice", async () => {
  let finish = () => {};
  deed.mockImplementationOnce(() => new Promise<undefined>((resolve) => (finish = () => resolve(undefined))));
  await act(async () => deeds.send("reject", deed, "Rejected."));
  expect(deeds.isSending).toBe(true);
  await act(async () => deeds.send("reject", deed, "Rejected."));
  expect(deed).toHaveBeenCalledOnce();
  await act(async () => finish());
  expect(deeds.isSending).toBe(false);
});
