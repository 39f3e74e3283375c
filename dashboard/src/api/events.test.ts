import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type AppEvent, type Delta, EventStream } from "./events";

/** A server's side of one connection: what is said here arrives there. */
class Connection {
  readonly after: number | null;
  readonly signal: AbortSignal;
  readonly response: Response;
  private writer!: ReadableStreamDefaultController<Uint8Array>;

  constructor(after: number | null, signal: AbortSignal, status = 200) {
    this.after = after;
    this.signal = signal;
    const body = new ReadableStream<Uint8Array>({
      start: (writer) => {
        this.writer = writer;
      },
    });
    this.response = new Response(status === 200 ? body : null, { status });
    signal.addEventListener("abort", () => this.fail());
  }

  async say(text: string): Promise<void> {
    this.writer.enqueue(new TextEncoder().encode(text));
    await settled();
  }

  event(seq: number, type = "session.status"): Promise<void> {
    const told = { seq, type, session_id: "s1", actor: "a", data: {}, created_at: "2026-01-01T00:00:00Z" };
    return this.say(`id: ${seq}\nevent: ${type}\ndata: ${JSON.stringify(told)}\n\n`);
  }

  async end(): Promise<void> {
    this.writer.close();
    await settled();
  }

  async fail(): Promise<void> {
    try {
      this.writer.error(new Error("cut off"));
    } catch {
      // It has ended already.
    }
    await settled();
  }
}

let connections: Connection[];
let answers: (number | "unreachable")[];
let stream: EventStream;
const onReopened = vi.fn();
const onPoll = vi.fn();
const onSignedOut = vi.fn();
const seen: number[] = [];

const last = (): Connection => connections.at(-1) as Connection;
const settled = () => vi.advanceTimersByTimeAsync(0);

function see(state: "visible" | "hidden"): void {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(async () => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  connections = [];
  answers = [];
  seen.length = 0;
  see("visible");
  stream = new EventStream({
    open: async (after, signal) => {
      const answer = answers.shift() ?? 200;
      const connection = new Connection(after, signal, answer === "unreachable" ? 200 : answer);
      connections.push(connection);
      if (answer === "unreachable") throw new TypeError("Failed to fetch");
      return connection.response;
    },
    onReopened,
    onPoll,
    onSignedOut,
  });
  stream.onEvent(({ seq }: AppEvent) => seen.push(seq));
  stream.start();
  await settled();
});

afterEach(() => {
  stream.stop();
  vi.restoreAllMocks();
  vi.clearAllMocks();
});

test("begins at the newest, is live, and has what is shown read again once", () => {
  expect(connections.map(({ after }) => after)).toEqual([null]);
  expect(stream.state).toBe("live");
  expect(onReopened).toHaveBeenCalledTimes(1);
});

test("resumes after the last number when the connection breaks, and drops what comes twice", async () => {
  await last().event(7);
  await last().event(8);
  await last().fail();
  expect(stream.state).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(500);
  expect(last().after).toBe(8);
  await last().event(8);
  await last().event(9);
  expect(seen).toEqual([7, 8, 9]);
  expect(stream.state).toBe("live");
});

test("an event that is cut in two by the network arrives whole", async () => {
  const data = JSON.stringify({ seq: 4, type: "x.y", session_id: null, actor: "a", data: { t: "ü" }, created_at: "" });
  const bytes = new TextEncoder().encode(`id: 4\nevent: x.y\ndata: ${data}\n\n`);
  const cut = bytes.indexOf(0xc3) + 1;
  const writer = (last() as unknown as { writer: ReadableStreamDefaultController<Uint8Array> }).writer;
  writer.enqueue(bytes.slice(0, cut));
  writer.enqueue(bytes.slice(cut));
  await settled();
  expect(seen).toEqual([4]);
});

test("a gap in the numbers has everything read again", async () => {
  await last().event(1);
  await last().event(5);
  expect(seen).toEqual([1, 5]);
  expect(onReopened).toHaveBeenCalledTimes(2);
});

test("connects again when the server asks for it, without counting that as a failure", async () => {
  for (let round = 1; round <= 4; round++) {
    await last().event(round);
    await last().say('event: reconnect\ndata: {"error":{}}\n\n');
    expect(stream.state).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(500);
    expect(last().after).toBe(round);
  }
  expect(connections).toHaveLength(5);
  expect(onPoll).not.toHaveBeenCalled();
});

test("waits longer each time, is offline after three failures and then polls, until the server is back", async () => {
  answers = ["unreachable", 503, "unreachable"];
  await last().fail();
  await vi.advanceTimersByTimeAsync(500);
  expect(connections).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(999);
  expect(connections).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(connections).toHaveLength(3);
  expect(stream.state).toBe("offline");
  answers = Array(20).fill("unreachable");
  await vi.advanceTimersByTimeAsync(31_000);
  expect(onPoll).toHaveBeenCalledTimes(2);
  answers = [];
  await vi.advanceTimersByTimeAsync(30_000);
  expect(stream.state).toBe("live");
  onPoll.mockClear();
  const alive = setInterval(() => void last().say(": heartbeat\n\n"), 10_000);
  await vi.advanceTimersByTimeAsync(60_000);
  clearInterval(alive);
  expect(onPoll).not.toHaveBeenCalled();
});

test("a stream that says nothing, not even that it lives, is given up", async () => {
  await vi.advanceTimersByTimeAsync(20_000);
  await last().say(": heartbeat\n\n");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(connections).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(connections[0]?.signal.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(500);
  expect(connections).toHaveLength(2);
});

test("closes half a minute after the tab is hidden; on return it resumes by number and reads again once", async () => {
  await last().event(3);
  see("hidden");
  await vi.advanceTimersByTimeAsync(20_000);
  await last().event(4);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(last().signal.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(connections).toHaveLength(1);
  onReopened.mockClear();
  see("visible");
  await settled();
  expect(last().after).toBe(4);
  expect(onReopened).toHaveBeenCalledTimes(1);
});

test("a short look at another tab changes nothing", async () => {
  see("hidden");
  await vi.advanceTimersByTimeAsync(10_000);
  await last().say(": heartbeat\n\n");
  see("visible");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(connections).toHaveLength(1);
});

test("text that is being written goes to who follows that session alone, and moves no number", async () => {
  const texts: string[] = [];
  const stopListening = stream.onDelta("s1", ({ text }: Delta) => texts.push(text));
  stream.onDelta("s2", () => texts.push("wrong session"));
  await last().say('event: delta\ndata: {"session_id":"s1","part_id":"p","text":"Hel"}\n\n');
  await last().say('event: delta\ndata: {"session_id":"s1","part_id":"p","text":"lo"}\n\n');
  stopListening();
  await last().say('event: delta\ndata: {"session_id":"s1","part_id":"p","text":"!"}\n\n');
  expect(texts).toEqual(["Hel", "lo"]);
  expect(seen).toEqual([]);
});

test("ends when nobody is signed in any more", async () => {
  answers = [401];
  await last().fail();
  await vi.advanceTimersByTimeAsync(500);
  expect(onSignedOut).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(connections).toHaveLength(2);
});
