/** Times, money and tokens, in the one way they are written everywhere; the title has every digit. */
import { useSyncExternalStore } from "react";
import { count, exactly, money } from "@/lib/money";
import { ago, moment, until } from "@/lib/time";

const TICK_MS = 1000;
let nowMs = Date.now();
let ticking: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** One clock for all, so that a list of a hundred times has one timer and one paint. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  nowMs = Date.now();
  ticking ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

function tick(): void {
  nowMs = Date.now();
  for (const tell of listeners) tell();
}

/** "3m" ago, or "in 4m" when it is still to come. */
export function RelativeTime({ at, isAhead = false }: { at: string; isAhead?: boolean }) {
  const text = useSyncExternalStore(subscribe, () => (isAhead ? until(at, nowMs) : ago(at, nowMs)));
  return (
    <time dateTime={at} title={moment(at)} className="numbers">
      {text}
    </time>
  );
}

export function Money({ microUsd }: { microUsd: number }) {
  return (
    <span className="numbers" title={`${exactly(microUsd)} micro-USD`}>
      {money(microUsd)}
    </span>
  );
}

export function Tokens({ input, output }: { input: number; output: number }) {
  return (
    <span className="numbers" title={`${exactly(input)} tokens in, ${exactly(output)} out`}>
      {count(input + output)}
    </span>
  );
}
