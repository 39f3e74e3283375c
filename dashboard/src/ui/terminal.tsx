import { type Colour, type Run, runsOf } from "@/lib/ansi";
import { cx } from "@/lib/cx";

const COLOURS: Record<Colour, string> = {
  red: "text-bad",
  green: "text-good",
  yellow: "text-attention",
  blue: "text-busy",
  faint: "text-ink-faint",
};

/** What a command printed, in its colours. */
export function TerminalText({ text }: { text: string }) {
  return (
    <pre className="numbers text-xs break-words whitespace-pre-wrap">
      <TerminalRuns runs={runsOf(text)} />
    </pre>
  );
}

/** A part of it, such as one of its lines. */
export function TerminalRuns({ runs }: { runs: readonly Run[] }) {
  return runs.map(({ text, colour, isBold }, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the runs of one text never change places.
    <span key={at} className={cx(colour && COLOURS[colour], isBold && "font-medium")}>
      {text}
    </span>
  ));
}
