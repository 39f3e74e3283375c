import { type RefObject, useEffect } from "react";

/** Marks the words in what is shown, without touching the page's elements; a browser that cannot do it shows none. */
export function useFoundWords(root: RefObject<HTMLElement | null>, words: string): void {
  useEffect(() => {
    const element = root.current;
    if (!element || words === "" || !("highlights" in CSS)) return;
    let frame = 0;
    const mark = () => CSS.highlights.set("found", new Highlight(...rangesOf(element, words)));
    const later = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(mark);
    };
    const observer = new MutationObserver(later);
    observer.observe(element, { childList: true, characterData: true, subtree: true });
    later();
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      CSS.highlights.delete("found");
    };
  }, [root, words]);
}

function rangesOf(element: HTMLElement, words: string): Range[] {
  const wanted = words.toLowerCase();
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = (node.nodeValue ?? "").toLowerCase();
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      ranges.push(range);
    }
  }
  return ranges;
}
