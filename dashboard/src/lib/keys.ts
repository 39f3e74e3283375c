/** Shortcuts: whoever is on the page declares them, and the help sheet lists what is declared. */
import { useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { tinykeys } from "tinykeys";

interface Shortcut {
  /** As tinykeys reads it: `g f`, `$mod+k`, `Shift+?`. */
  keys: string;
  label: string;
  run(): void;
  /** Holds in a text field as well. */
  isEverywhere?: boolean;
}

let declared: Shortcut[] = [];
const listeners = new Set<() => void>();

function declare(next: Shortcut[]): void {
  declared = next;
  for (const tell of listeners) tell();
}

/** For as long as the component is on the page. */
export function useShortcuts(shortcuts: Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const names = shortcuts.map(({ keys }) => keys).join();
  // Before it is painted: whoever sees the thing is heard.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names tell whether others are declared; what they do is always the latest.
  useLayoutEffect(() => {
    const mine = latest.current;
    declare([...declared, ...mine]);
    const bindings = mine.map((one, at) => [
      one.keys,
      (event: KeyboardEvent) => press(event, latest.current[at] ?? one),
    ]);
    const unbind = tinykeys(window, Object.fromEntries(bindings));
    return () => {
      unbind();
      declare(declared.filter((one) => !mine.includes(one)));
    };
  }, [names]);
}

export function useDeclaredShortcuts(): Shortcut[] {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => declared,
  );
}

/** How keys are written for people, one after the other: `⌘ K`, `g f`, `?`. */
export function keysForPeople(keys: string): string {
  const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
  return keys
    .replace(/\$mod\+(\w)/, (_, key) => `${isApple ? "⌘" : "Ctrl"} ${key.toUpperCase()}`)
    .replace("Shift+?", "?");
}

/** As long as tinykeys waits for the second key. */
const SEQUENCE_MS = 1000;
type Pressed = { key: string; atMs: number } | null;
let last: Pressed = null;
let beforeLast: Pressed = null;

window.addEventListener(
  "keydown",
  ({ key, timeStamp }) => {
    beforeLast = last;
    last = { key, atMs: timeStamp };
  },
  true,
);

function press(event: KeyboardEvent, shortcut: Shortcut): void {
  if (!shortcut.isEverywhere && isBusyElsewhere(event.target)) return;
  if (!shortcut.keys.includes(" ") && isSecondKey(event)) return;
  event.preventDefault();
  shortcut.run();
}

function isBusyElsewhere(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"][data-state="open"]')) return true;
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** The `a` of `g a` leads to a page, and does not do besides what `a` alone does where somebody is. */
function isSecondKey({ key, timeStamp }: KeyboardEvent): boolean {
  const first = beforeLast;
  if (first === null || timeStamp - first.atMs > SEQUENCE_MS) return false;
  return declared.some(({ keys }) => keys === `${first.key} ${key}`);
}
