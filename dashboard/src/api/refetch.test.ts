import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { beforeEach, expect, test, vi } from "vitest";
import { refetchShown } from "./refetch";

let client: QueryClient;

beforeEach(() => {
  vi.useFakeTimers();
  client = new QueryClient({ defaultOptions: { queries: { staleTime: 10_000, retry: false } } });
});

const settled = () => vi.advanceTimersByTimeAsync(600);

/** A query that is shown; it tells how often it was read, and answers when it is let. */
function shown(name: string, meta?: { refreshedBy: string[] }) {
  const answers: (() => void)[] = [];
  const read = vi.fn(() => new Promise<number>((answer) => answers.push(() => answer(answers.length))));
  const stop = new QueryObserver(client, { queryKey: [name], queryFn: read, meta }).subscribe(() => {});
  return { read, stop, answer: () => answers.splice(0).forEach((one) => void one()) };
}

test("what was read before is read again, once", async () => {
  const one = shown("one", { refreshedBy: ["session"] });
  one.answer();
  await settled();
  refetchShown(client);
  await settled();
  one.answer();
  await settled();
  expect(one.read).toHaveBeenCalledTimes(2);
});

test("what was asked for before there was a stream is not cut short, and read again when it is there", async () => {
  const slow = shown("slow", { refreshedBy: ["session"] });
  refetchShown(client);
  await settled();
  expect(slow.read).toHaveBeenCalledTimes(1);
  slow.answer();
  await settled();
  expect(slow.read).toHaveBeenCalledTimes(2);
  slow.answer();
  await settled();
  expect(slow.read).toHaveBeenCalledTimes(2);
});

test("what fails under way is tried again", async () => {
  const read = vi.fn(() => Promise.reject(new Error("away")));
  new QueryObserver(client, { queryKey: ["sessions"], queryFn: read }).subscribe(() => {});
  refetchShown(client);
  await settled();
  expect(read).toHaveBeenCalledTimes(2);
});

test("what no event speaks of is read again when it is old, and what nobody looks at is not", async () => {
  const me = shown("me");
  const gone = shown("gone", { refreshedBy: ["session"] });
  me.answer();
  gone.answer();
  await settled();
  gone.stop();
  refetchShown(client);
  await settled();
  expect([me.read.mock.calls.length, gone.read.mock.calls.length]).toEqual([1, 1]);
  await vi.advanceTimersByTimeAsync(10_000);
  refetchShown(client);
  await settled();
  expect(me.read).toHaveBeenCalledTimes(2);
});
