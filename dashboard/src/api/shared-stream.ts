/** One stream of events for all tabs of a browser that work in the same tenant. Over HTTP/1.1 a browser has six connections
 * to a host: with a stream for each tab, the seventh would wait for ever. The tab that holds the lock reads the stream and
 * passes it on, and when it goes another one reads on where it was. */

type Open = (after: number | null, signal: AbortSignal) => Promise<Response>;

/** `open`: there is a stream; `lost`: it ended, by the server's doing; `hello`: who asks whether there is one. */
type Passed = "open" | "lost" | "hello" | { blocks: string };

/** A tab that the browser has put to sleep holds its lock and says nothing. */
const SILENT_MS = 5000;

export function sharedBetweenTabs(open: Open, name: () => string): Open {
  return (after, signal) =>
    "locks" in navigator ? new SharedStream(open, name(), after, signal).response : open(after, signal);
}

class SharedStream {
  readonly response: Promise<Response>;
  private readonly open: Open;
  private readonly channel: BroadcastChannel;
  private readonly left = new AbortController();
  private readonly silence: ReturnType<typeof setTimeout>;
  private after: number | null;
  private own: AbortController | null = null;
  private holdsLock = false;
  private isOpen = false;
  private writer!: ReadableStreamDefaultController<Uint8Array>;
  private answer!: (response: Response) => void;
  private refuse!: (reason: unknown) => void;
  private readonly body: ReadableStream<Uint8Array>;

  constructor(open: Open, name: string, after: number | null, signal: AbortSignal) {
    this.open = open;
    this.after = after;
    this.response = new Promise((answer, refuse) => {
      this.answer = answer;
      this.refuse = refuse;
    });
    this.body = new ReadableStream({
      start: (writer) => {
        this.writer = writer;
      },
      cancel: () => this.leave(),
    });
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }: MessageEvent<Passed>) => this.hear(data);
    this.silence = setTimeout(() => this.read(), SILENT_MS);
    signal.addEventListener("abort", () => this.fail(signal.reason));
    this.pass("hello");
    navigator.locks.request(name, { signal: this.left.signal }, () => this.lead()).catch(() => this.leave());
  }

  /** For as long as this tab reads, and at least until it has left. */
  private lead(): Promise<void> {
    this.holdsLock = true;
    if (this.own) this.pass("open");
    else this.read();
    return new Promise((release) => this.left.signal.addEventListener("abort", () => release()));
  }

  private hear(passed: Passed): void {
    if (passed === "hello") {
      if (this.own && this.holdsLock) this.pass("open");
      return;
    }
    if (this.holdsLock) return;
    if (passed === "lost") {
      if (!this.own) this.fail(new Error("the stream ended"));
      return;
    }
    // Somebody reads for all again.
    this.own?.abort();
    this.own = null;
    this.opened();
    if (passed !== "open") this.take(passed.blocks);
  }

  private read(): void {
    if (this.left.signal.aborted || this.own) return;
    const own = new AbortController();
    this.own = own;
    this.pump(own).then(
      () => this.end(own),
      (reason: unknown) => this.end(own, reason),
    );
  }

  private async pump(own: AbortController): Promise<void> {
    const response = await this.open(this.after, AbortSignal.any([own.signal, this.left.signal]));
    if (!response.ok || !response.body) return this.answer(response);
    this.opened();
    if (this.holdsLock) this.pass("open");
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      rest += read.value;
      // Whole blocks alone, so that whoever reads on begins with a new one.
      const end = rest.lastIndexOf("\n\n") + 2;
      if (end < 2 || own.signal.aborted) continue;
      const blocks = rest.slice(0, end);
      rest = rest.slice(end);
      if (this.holdsLock) this.pass({ blocks });
      this.take(blocks);
    }
  }

  private end(own: AbortController, reason?: unknown): void {
    if (own.signal.aborted || this.left.signal.aborted) return;
    if (this.holdsLock) this.pass("lost");
    this.fail(reason ?? new Error("the stream ended"));
  }

  private opened(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    clearTimeout(this.silence);
    this.answer(new Response(this.body));
  }

  private take(blocks: string): void {
    if (this.left.signal.aborted) return;
    const last = [...blocks.matchAll(/^id: (\d+)$/gm)].at(-1);
    if (last) this.after = Math.max(this.after ?? 0, Number(last[1]));
    this.writer.enqueue(new TextEncoder().encode(blocks));
  }

  private fail(reason: unknown): void {
    if (this.left.signal.aborted) return;
    this.leave();
    this.refuse(reason);
    this.writer.error(reason);
  }

  private leave(): void {
    if (this.left.signal.aborted) return;
    clearTimeout(this.silence);
    this.left.abort();
    this.channel.close();
  }

  private pass(passed: Passed): void {
    if (!this.left.signal.aborted) this.channel.postMessage(passed);
  }
}
