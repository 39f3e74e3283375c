import { expect, test } from "vitest";
import { PAGE_PARTS } from "@/api/transcript";
import { type Ask, type Page, type Part, TranscriptWindow } from "./window";

/** A transcript as the server keeps it; parts may come to it between any two questions. */
class Server {
  ids: string[] = [];
  asked: Ask[] = [];

  constructor(count = 0) {
    for (let at = 0; at < count; at++) this.ids.push(name(at));
  }

  read = async ({ order, limit, cursor }: Ask): Promise<Page> => {
    this.asked.push({ order, limit, cursor });
    const sorted = [...this.ids].sort();
    if (order === "newest") sorted.reverse();
    const rest = sorted.filter((id) => cursor === undefined || (order === "newest" ? id < cursor : id > cursor));
    const items = rest.slice(0, limit).map((part_id) => ({ part_id }) as Part);
    return { items, next_cursor: rest.length > limit ? items.at(-1)?.part_id : null };
  };
}

function name(at: number): string {
  return `prt_${String(at).padStart(6, "0")}`;
}

function idsOf(window: TranscriptWindow): string[] {
  return window.get().parts.map(({ part_id }) => part_id);
}

test("it begins with the newest page and grows backwards, to the beginning and no further", async () => {
  const server = new Server(PAGE_PARTS * 2 + 5);
  const window = new TranscriptWindow(server.read);
  await window.openAtEnd();
  expect(idsOf(window)).toEqual(server.ids.slice(-PAGE_PARTS));
  expect(window.get()).toMatchObject({ hasOlder: true, hasNewer: false });
  await window.loadOlder();
  await window.loadOlder();
  expect(idsOf(window)).toEqual(server.ids);
  const questions = server.asked.length;
  await window.loadOlder();
  expect(server.asked.length).toBe(questions);
});

test("two who ask for older parts at once ask the server once", async () => {
  const server = new Server(PAGE_PARTS * 3);
  const window = new TranscriptWindow(server.read);
  await window.openAtEnd();
  await Promise.all([window.loadOlder(), window.loadOlder()]);
  expect(idsOf(window)).toEqual(server.ids.slice(-2 * PAGE_PARTS));
});

test("it opens around any part and grows at both ends from there", async () => {
  const server = new Server(1000);
  const window = new TranscriptWindow(server.read);
  expect(await window.openAt(name(500))).toBe(true);
  expect(window.get()).toMatchObject({ hasOlder: true, hasNewer: true });
  await window.loadNewer();
  await window.loadOlder();
  const ids = idsOf(window);
  const first = server.ids.indexOf(ids[0] ?? "");
  expect(ids).toEqual(server.ids.slice(first, first + ids.length));
});

test.each([0, 1, 59, 60, 61, 998, 999])("part %i is found with its neighbours", async (at) => {
  const server = new Server(1000);
  const window = new TranscriptWindow(server.read);
  await window.openAt(name(at));
  const ids = idsOf(window);
  const first = server.ids.indexOf(ids[0] ?? "");
  expect(ids).toContain(name(at));
  expect(ids).toEqual(server.ids.slice(first, first + ids.length));
  expect(window.get().hasOlder).toBe(first > 0);
  expect(window.get().hasNewer).toBe(first + ids.length < 1000);
});

test("a part that does not exist is not found, and its place is shown", async () => {
  const window = new TranscriptWindow(new Server(200).read);
  expect(await window.openAt("prt_000100x")).toBe(false);
  expect(idsOf(window)).toContain(name(100));
});

test("what comes is brought in once, wherever it stands: of two tools at once the first may end last", async () => {
  const server = new Server(100);
  const window = new TranscriptWindow(server.read);
  await window.openAtEnd();
  server.ids.push(name(101));
  window.heard(name(101));
  await window.catchUp();
  server.ids.push(name(100));
  window.heard(name(100));
  await window.catchUp();
  expect(idsOf(window)).toEqual([...server.ids].sort().slice(-PAGE_PARTS - 2));
});

test("after a gap in the news everything that came is there, however much", async () => {
  const server = new Server(100);
  const window = new TranscriptWindow(server.read);
  await window.openAtEnd();
  for (let at = 100; at < 1100; at++) server.ids.push(name(at));
  await window.catchUp();
  await window.catchUp();
  expect(idsOf(window)).toEqual(server.ids.slice(100 - PAGE_PARTS));
});

test("the first parts of a session that had none", async () => {
  const server = new Server();
  const window = new TranscriptWindow(server.read);
  await window.catchUp();
  expect(window.get()).toMatchObject({ parts: [], isLoaded: true, hasOlder: false });
  server.ids.push(name(0), name(1));
  await window.catchUp();
  expect(idsOf(window)).toEqual([name(0), name(1)]);
});

test("news do not tear a hole: away from the end they wait until the reader comes there", async () => {
  const server = new Server(1000);
  const window = new TranscriptWindow(server.read);
  await window.openAt(name(10));
  server.ids.push(name(1000));
  window.heard(name(1000));
  await window.catchUp();
  expect(idsOf(window)).not.toContain(name(1000));
  await window.openAtEnd();
  expect(idsOf(window).at(-1)).toBe(name(1000));
});

test("what was asked for before the window moved is not put into it", async () => {
  const server = new Server(1000);
  const window = new TranscriptWindow(server.read);
  await window.openAtEnd();
  const older = window.loadOlder();
  const moved = window.openAt(name(5));
  await Promise.all([older, moved]);
  expect(idsOf(window)).toEqual(server.ids.slice(0, idsOf(window).length));
});
