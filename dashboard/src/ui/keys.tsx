/** Keys to press, one after the other: `g i`, `⌘ K`. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-0.5">
      {keys.split(" ").map((key) => (
        <kbd key={key} className="numbers border border-line-strong px-1 text-2xs leading-4 text-ink-faint">
          {key}
        </kbd>
      ))}
    </span>
  );
}
