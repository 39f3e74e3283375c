/** Dark or light. src/theme-first.js sets it before the first paint. */
import { useSyncExternalStore } from "react";

type Theme = "dark" | "light";

export function theme(): Theme {
  return document.documentElement.dataset.theme === "light" ? "light" : "dark";
}

export function setTheme(next: Theme): void {
  document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem("theme", next);
  } catch {
    // Where storage is forbidden the choice holds until the page is left.
  }
}

/** Whoever changes it: what is shown by `data-theme` is what holds. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, theme);
}

function subscribe(tell: () => void): () => void {
  const observer = new MutationObserver(tell);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}
