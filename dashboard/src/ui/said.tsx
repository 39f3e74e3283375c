import { unhidden } from "@/lib/hidden";

const LONG_CHARS = 1_000;

/** An agent's own words about its work, which prove nothing. */
export function Said({ text }: { text: string }) {
  const isLong = text.length > LONG_CHARS;
  return (
    <figure aria-label="What the agent says of its work" className="border-l-2 border-line-strong pl-3 text-xs">
      <blockquote
        tabIndex={isLong ? 0 : undefined}
        className={`break-words whitespace-pre-wrap ${isLong ? "max-h-48 overflow-y-auto" : ""}`}
      >
        {unhidden(text)}
      </blockquote>
      <figcaption className="text-ink-faint">the agent's own words, which are no evidence</figcaption>
    </figure>
  );
}
