import { Fragment } from "react";
import type { DatasetRow } from "@/api/datasets";
import { unhidden } from "@/lib/hidden";
import { sessionPath } from "@/lib/links";
import { exactly } from "@/lib/money";
import { Badge } from "@/ui/badge";
import { saidIn } from "./said-in";

const REDACTED = /(\[REDACTED:[^\]]*\])/;

/** One row as it is learnt: what was taken out of it is marked where it stood. */
export function RowOfDataset({ row }: { row: DatasetRow }) {
  return (
    <article className="border-b border-line px-4 py-2">
      <p className="flex flex-wrap items-center gap-2 text-xs">
        <span className="numbers">{`#${row.position}`}</span>
        <Badge>{row.kind === "preference" ? "pair" : "chat"}</Badge>
        <Badge tone={row.split === "heldout" ? "attention" : "muted"}>
          {row.split === "heldout" ? "held out" : "to train"}
        </Badge>
        <span className="numbers text-ink-faint">{`${exactly(row.tokens)} tokens`}</span>
        {Object.entries(row.redactions).map(([kind, times]) => (
          <Badge key={kind} tone="bad">{`${kind} taken out ${times}×`}</Badge>
        ))}
        {row.session_id && (
          <a href={sessionPath(row.session_id)} className="ml-auto underline">
            its session
          </a>
        )}
      </p>
      <dl className="mt-1 flex flex-col gap-1">
        {saidIn(row.content).map(({ who, text, isMasked }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what is said never changes its place.
          <div key={place} className={isMasked ? "opacity-60" : undefined}>
            <dt className="label-caps text-ink-faint">{isMasked ? `${who}, not learnt` : who}</dt>
            <dd className="numbers max-h-40 overflow-y-auto text-xs break-words whitespace-pre-wrap">
              <Marked text={text} />
            </dd>
          </div>
        ))}
      </dl>
    </article>
  );
}

function Marked({ text }: { text: string }) {
  return unhidden(text)
    .split(REDACTED)
    .map((part, place) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text that never changes.
      <Fragment key={place}>{REDACTED.test(part) ? <mark>{part}</mark> : part}</Fragment>
    ));
}
