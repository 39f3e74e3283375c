/** What this browser keeps by itself, none of it a secret: for the tab until it is closed, or for good. */
import { useCallback, useMemo, useSyncExternalStore } from "react";

export type Where = "tab" | "browser";

const listeners = new Map<string, Set<() => void>>();
/** Where storage is forbidden or full, it holds until the page is left. */
const unstored = new Map<string, string>();

function storeOf(where: Where): Storage {
  return where === "tab" ? sessionStorage : localStorage;
}

function read(where: Where, name: string): string | null {
  const held = unstored.get(name);
  if (held !== undefined) return held;
  try {
    return storeOf(where).getItem(name);
  } catch {
    return null;
  }
}

function write(where: Where, name: string, text: string | null): void {
  unstored.delete(name);
  try {
    if (text === null) storeOf(where).removeItem(name);
    else storeOf(where).setItem(name, text);
  } catch {
    if (text !== null) unstored.set(name, text);
  }
  for (const tell of listeners.get(name) ?? []) tell();
}

/** What is kept for the tab, as when somebody else may sign in there next. */
export function forgetTab(): void {
  try {
    sessionStorage.clear();
  } catch {
    unstored.clear();
  }
}

function subscribe(name: string, listener: () => void): () => void {
  const own = listeners.get(name) ?? new Set();
  listeners.set(name, own.add(listener));
  // Another tab of the same browser may have written.
  const onStorage = (event: StorageEvent) => event.key === name && listener();
  window.addEventListener("storage", onStorage);
  return () => {
    own.delete(listener);
    window.removeEventListener("storage", onStorage);
  };
}

function parsed<Value>(text: string | null, empty: Value, isValid: (value: unknown) => value is Value): Value {
  if (text === null) return empty;
  try {
    const value: unknown = JSON.parse(text);
    return isValid(value) ? value : empty;
  } catch {
    return empty;
  }
}

interface Keeping<Value> {
  where: Where;
  name: string;
  /** One and the same object for all readings. */
  empty: Value;
  isValid(value: unknown): value is Value;
}

/** As useState, kept. `isValid` looks at what was stored, which another version may have written. */
export function useKept<Value>({
  where,
  name,
  empty,
  isValid,
}: Keeping<Value>): [Value, (change: (before: Value) => Value) => void] {
  const text = useSyncExternalStore(
    useCallback((tell) => subscribe(name, tell), [name]),
    () => read(where, name),
  );
  const value = useMemo(() => parsed(text, empty, isValid), [text, empty, isValid]);
  const change = useCallback(
    (next: (before: Value) => Value) => {
      const after = next(parsed(read(where, name), empty, isValid));
      write(where, name, after === empty ? null : JSON.stringify(after));
    },
    [where, name, empty, isValid],
  );
  return [value, change];
}
