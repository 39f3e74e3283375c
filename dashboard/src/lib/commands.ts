/** What the palette offers besides pages and sessions: the page that is open declares its own deeds. */
import { useEffect, useSyncExternalStore } from "react";

export interface Command {
  id: string;
  label: string;
  /** Why it cannot be done; it is listed all the same. */
  whyNot?: string | null;
  run(): void;
}

let declared: readonly Command[] = [];
const listeners = new Set<() => void>();

function declare(next: readonly Command[]): void {
  declared = next;
  for (const tell of listeners) tell();
}

/** For as long as the component is on the page. `commands` has to be kept between renderings, as by useMemo. */
export function useCommands(commands: readonly Command[]): void {
  useEffect(() => {
    declare([...declared, ...commands]);
    return () => declare(declared.filter((one) => !commands.includes(one)));
  }, [commands]);
}

export function useDeclaredCommands(): readonly Command[] {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => declared,
  );
}
