import { useSyncExternalStore } from "react";

/** As Tailwind's `lg`: from here on there is room for two things side by side. */
const WIDE = "(min-width: 64rem)";

export function useIsWide(): boolean {
  return useSyncExternalStore(
    (tell) => {
      const query = matchMedia(WIDE);
      query.addEventListener("change", tell);
      return () => query.removeEventListener("change", tell);
    },
    () => matchMedia(WIDE).matches,
  );
}
