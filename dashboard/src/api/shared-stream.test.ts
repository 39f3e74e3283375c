import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sharedBetweenTabs } from "./shared-stream";

/** What the browser gives to all tabs of one site. One lock by name: who asks first has it until it lets go. */
class Locks {
  private readonly waiting: { begin: () => Promise<void>; signal: AbortSignal }[] = [];
  private isHeld = false;

  request(_: string, { signal }: { signal: AbortSignal }, hold: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      this.waiting.push({ begin: () => hold().then(resolve), signal });
      this.next();
    });
  }

  private next(): void {
    if (this.isHeld) return;
    let first = this.waiting.shift();
    while (first?.signal.aborted) first = this.waiting.shift();
    if (!first) return;
    const { begin } = first;
    this.isHeld = true;
    void Promise.resolve().then(async () => {
      await begin();
      this.isHeld = false;
      this.next();
    });
  }
}

/** What one tab says, every other one hears; a tab that is `asleep` hears nothing and holds what it has. */
class Channel {
  static all: Channel[] = [];
  onmessage: ((message: { data: unknown }) => void) | null = null;

  constructor(readonly name: string) {
    Channel.all.push(this);
  }

  postMessage(data: unknown): void {
    for (const other of Channel.all) {
      if (other !== this && other.name === this.name) queueMicrotask(() => other.onmessage?.({ data }));
    }
  }

  close(): void {
    Channel.all = Channel.all.filter((one) => one !== this);
    this.onmessage = null;
  }
}

/** The server's side of one connection. */
class Connection {
  readonly response: Response;
  private writer!: ReadableStreamDefaultController<Uint8Array>;

  constructor(
    readonly after: number | null,
    readonly signal: AbortSignal,
    status: number,
  ) {
    const body = new ReadableStream<Uint8Array>({
      start: (writer) => {
        this.writer = writer;
      },
    });
    this.response = new Response(status === 200 ? body : null, { status });
    signal.addEventListener("abort", () => this.cut());
  }

  async say(text: string): Promise<void> {
    this.writer.enqueue(new TextEncoder().encode(text));
    await settled();
  }

  event(seq: number): Promise<void> {
    return this.say(`id: ${seq}\ndata: {}\n\n`);
  }

  cut(): void {
    try {
      this.writer.error(new Error("cut off"));
    } catch {
      // It has ended already.
    }
  }
}

const settled = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(0));
let connections: Connection[];
let status: number;

/** A tab: what it has heard, and how its stream ended. */
class Tab {
  heard = "";
  answered: number | null = null;
  failed: unknown = null;
  private readonly leaving = new AbortController();

  constructor(after: number | null = null, name = "events") {
    const open = sharedBetweenTabs(
      async (from, signal) => {
        const connection = new Connection(from, signal, status);
        connections.push(connection);
        return connection.response;
      },
      () => name,
    );
    open(after, this.leaving.signal).then(
      (response) => this.read(response),
      (reason) => {
        this.failed = reason;
      },
    );
  }

  get numbers(): number[] {
    return [...this.heard.matchAll(/^id: (\d+)$/gm)].map(([, number]) => Number(number));
  }

  leave(): Promise<void> {
    this.leaving.abort(new Error("left"));
    return settled();
  }

  private async read(response: Response): Promise<void> {
    this.answered = response.status;
    const reader = response.body?.getReader();
    const decoder = new TextDecoder();
    try {
      for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
        this.heard += decoder.decode(read.value);
      }
    } catch (reason) {
      this.failed = reason;
    }
  }
}

async function tab(after: number | null = null, name?: string): Promise<Tab> {
  const made = new Tab(after, name);
  await settled();
  return made;
}

const last = () => connections.at(-1) as Connection;

beforeEach(() => {
  vi.useFakeTimers();
  connections = [];
  status = 200;
  Channel.all = [];
  vi.stubGlobal("BroadcastChannel", Channel);
  const locks = new Map<string, Locks>();
  const request: Locks["request"] = (name, options, hold) => {
    if (!locks.has(name)) locks.set(name, new Locks());
    return (locks.get(name) as Locks).request(name, options, hold);
  };
  vi.stubGlobal("navigator", { ...window.navigator, locks: { request } });
});

afterEach(() => vi.restoreAllMocks());

test("eight tabs have one connection, and hear the same", async () => {
  const tabs = [];
  for (let number = 0; number < 8; number++) tabs.push(await tab());
  await last().event(1);
  await last().event(2);
  expect(connections).toHaveLength(1);
  expect(tabs.map(({ numbers }) => numbers)).toEqual(Array(8).fill([1, 2]));
});

test("when the tab that reads is closed, another one reads on where it was, and no event comes twice or not at all", async () => {
  const first = await tab();
  const others = [await tab(), await tab()];
  await last().event(7);
  await first.leave();
  expect(connections.map(({ after }) => after)).toEqual([null, 7]);
  await last().event(8);
  expect(others.map(({ numbers }) => numbers)).toEqual([
    [7, 8],
    [7, 8],
  ]);
  expect(connections[0]?.signal.aborted).toBe(true);
});

test("half a message goes to nobody: who reads on begins with a whole one", async () => {
  const first = await tab();
  const other = await tab();
  await last().say("id: 1\ndata: {}\n\nid: 2\nda");
  await first.leave();
  await last().event(2);
  expect(other.heard).toBe("id: 1\ndata: {}\n\nid: 2\ndata: {}\n\n");
});

test("a tab that comes later is told at once that there is a stream", async () => {
  await tab();
  const late = await tab();
  expect(late.answered).toBe(200);
});

test("when the server goes, every tab is told, and all that come again share one connection", async () => {
  const tabs = [await tab(), await tab(), await tab()];
  await last().event(4);
  last().cut();
  await settled();
  expect(tabs.map(({ failed }) => failed instanceof Error)).toEqual([true, true, true]);
  const again = [await tab(4), await tab(4), await tab(4)];
  expect(connections.map(({ after }) => after)).toEqual([null, 4]);
  await last().event(5);
  expect(again.map(({ numbers }) => numbers)).toEqual([[5], [5], [5]]);
});

test("a server that refuses is heard by who asked, as it said it", async () => {
  status = 401;
  expect((await tab()).answered).toBe(401);
});

test("a reading tab that the browser has put to sleep is not waited for, and is no longer needed when it wakes", async () => {
  await tab();
  const asleep = Channel.all[0] as Channel;
  const hears = asleep.onmessage;
  asleep.onmessage = null;
  const other = new Tab(3);
  await settled();
  expect(other.answered).toBeNull();
  await vi.advanceTimersByTimeAsync(5000);
  expect(connections.map(({ after }) => after)).toEqual([null, 3]);
  await last().event(4);
  expect(other.numbers).toEqual([4]);
  asleep.onmessage = hears;
  await connections[0]?.event(5);
  expect(other.numbers).toEqual([4, 5]);
  expect(last().signal.aborted).toBe(true);
});

test("tabs of different tenants have nothing to do with each other", async () => {
  const mine = await tab(null, "events of a");
  const theirs = await tab(null, "events of b");
  expect(connections).toHaveLength(2);
  await connections[0]?.event(1);
  expect([mine.numbers, theirs.numbers]).toEqual([[1], []]);
});

test("a browser without locks has a connection for each tab", async () => {
  vi.stubGlobal("navigator", {});
  await tab();
  await tab();
  expect(connections).toHaveLength(2);
});
