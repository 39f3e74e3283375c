import { useEffect } from "react";

let page = "";
let needsMe = 0;

function write(): void {
  document.title = `${needsMe > 0 ? `(${needsMe}) ` : ""}${page ? `${page} · ` : ""}Orchestrator`;
}

/** The page's name in the title of the window, while the component is on the page. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    page = title;
    write();
    return () => {
      page = "";
      write();
    };
  }, [title]);
}

/** How many things wait for the reader, ahead of the title. */
export function useTitleCount(count: number): void {
  useEffect(() => {
    needsMe = count;
    write();
  }, [count]);
}
