/** The one stream of events of this tab: resumed by number, never doubled, closed while nobody looks. */
import type { components } from "./schema";
import { type ServerEvent, serverEvents } from "./sse";

export type AppEvent = components["schemas"]["EventRead"];
/** Text that an agent writes at this moment; it has no number and is not repeated: the finished part is in the transcript. */
export interface Delta {
  session_id: string;
  part_id: string;
  text: string;
}
export type LiveState = "live" | "reconnecting" | "offline";

interface EventStreamOptions {
  /** Opens the stream after the number, or at the newest; rejects when there is none to be had. */
  open(after: number | null, signal: AbortSignal): Promise<Response>;
  /** Once after each opening, and when numbers are missing: whatever is shown may be old. */
  onReopened(): void;
  /** While there is no stream, in place of news. */
  onPoll(): void;
  /** Nobody is signed in any more; the stream ends. */
  onSignedOut(): void;
}

const HIDDEN_MS = 30_000;
/** The server gives a sign of life every ten seconds. */
const SILENCE_MS = 25_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
const OFFLINE_AFTER_FAILURES = 3;
const POLL_MS = 15_000;

type Timer = ReturnType<typeof setTimeout>;

export class EventStream {
  private readonly options: EventStreamOptions;
  private after: number | null = null;
  private failures = 0;
  private connection: AbortController | null = null;
  private retry: Timer | undefined;
  private silence: Timer | undefined;
  private hiding: Timer | undefined;
  private poll: ReturnType<typeof setInterval> | undefined;
  private running = false;
  private current: LiveState = "reconnecting";
  private readonly stateListeners = new Set<() => void>();
  private readonly eventListeners = new Set<(event: AppEvent) => void>();
  private readonly deltaListeners = new Map<string, Set<(delta: Delta) => void>>();

  constructor(options: EventStreamOptions) {
    this.options = options;
  }

  get state(): LiveState {
    return this.current;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    document.addEventListener("visibilitychange", this.onVisibility);
    window.addEventListener("online", this.onOnline);
    if (document.visibilityState === "visible") this.connect();
  }

  stop(): void {
    this.running = false;
    document.removeEventListener("visibilitychange", this.onVisibility);
    window.removeEventListener("online", this.onOnline);
    clearTimeout(this.hiding);
    this.disconnect();
    this.become("reconnecting");
  }

  onState = (listener: () => void): (() => void) => add(this.stateListeners, listener);

  onEvent(listener: (event: AppEvent) => void): () => void {
    return add(this.eventListeners, listener);
  }

  onDelta(sessionId: string, listener: (delta: Delta) => void): () => void {
    const listeners = this.deltaListeners.get(sessionId) ?? new Set();
    this.deltaListeners.set(sessionId, listeners);
    return add(listeners, listener);
  }

  private readonly onVisibility = (): void => {
    clearTimeout(this.hiding);
    if (document.visibilityState === "hidden") this.hiding = setTimeout(() => this.disconnect(), HIDDEN_MS);
    else if (!this.connection) this.connectAnew();
  };

  private readonly onOnline = (): void => {
    if (this.current !== "live" && document.visibilityState === "visible") this.connectAnew();
  };

  private connectAnew(): void {
    this.failures = 0;
    this.connect();
  }

  private connect(): void {
    this.disconnect();
    const connection = new AbortController();
    this.connection = connection;
    this.listenForSilence(connection);
    this.follow(connection).then(
      (isAsked) => this.lost(connection, isAsked),
      () => this.lost(connection, false),
    );
  }

  private disconnect(): void {
    this.connection?.abort();
    this.connection = null;
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    if (!this.running || document.visibilityState === "hidden") this.stopPolling();
  }

  /** Until the stream ends; true when the server asked to connect again. */
  private async follow(connection: AbortController): Promise<boolean> {
    const response = await this.options.open(this.after, connection.signal);
    if (connection.signal.aborted) return false;
    if (response.status === 401) {
      this.stop();
      this.options.onSignedOut();
      return false;
    }
    if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
    this.opened();
    for await (const event of serverEvents(response.body)) {
      if (connection.signal.aborted) return false;
      this.listenForSilence(connection);
      if (event?.type === "reconnect") return true;
      if (event) this.take(event);
    }
    return false;
  }

  private opened(): void {
    this.failures = 0;
    this.stopPolling();
    this.become("live");
    this.options.onReopened();
  }

  private take(event: ServerEvent): void {
    if (event.type === "delta") {
      const delta: Delta = JSON.parse(event.data);
      for (const tell of this.deltaListeners.get(delta.session_id) ?? []) tell(delta);
      return;
    }
    const number = event.id === null ? Number.NaN : Number(event.id);
    if (!Number.isSafeInteger(number) || (this.after !== null && number <= this.after)) return;
    const isGap = this.after !== null && number > this.after + 1;
    this.after = number;
    if (isGap) this.options.onReopened();
    const told: AppEvent = JSON.parse(event.data);
    for (const tell of this.eventListeners) tell(told);
  }

  private listenForSilence(connection: AbortController): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      connection.abort();
      this.lost(connection, false);
    }, SILENCE_MS);
  }

  private lost(connection: AbortController, isAsked: boolean): void {
    if (this.connection !== connection) return;
    this.disconnect();
    if (!this.running || document.visibilityState === "hidden") return;
    if (!isAsked) this.failures += 1;
    const isOffline = this.failures >= OFFLINE_AFTER_FAILURES;
    this.become(isOffline ? "offline" : "reconnecting");
    if (isOffline && this.poll === undefined) this.poll = setInterval(() => this.options.onPoll(), POLL_MS);
    this.retry = setTimeout(() => this.connect(), retryMs(this.failures));
  }

  private stopPolling(): void {
    clearInterval(this.poll);
    this.poll = undefined;
  }

  private become(state: LiveState): void {
    if (state === this.current) return;
    this.current = state;
    for (const tell of this.stateListeners) tell();
  }
}

/** Doubling up to ten seconds, with some chance in it: a server that restarts is not to be met by all tabs at once. */
function retryMs(failures: number): number {
  const whole = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, failures - 1));
  return whole / 2 + Math.random() * (whole / 2);
}

function add<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
