import { memo } from "react";
import type { components } from "@/api/schema";
import { unhidden } from "@/lib/hidden";
import { turnNumber } from "@/lib/turns";
import { Badge } from "@/ui/badge";
import { MarkdownText } from "@/ui/markdown";
import { Fold, Long, Row } from "./pieces";
import { text } from "./tool";
import { type RowProps, ToolRow, wholeKey } from "./tool-row";
import type { Part } from "./window";

export type Turn = components["schemas"]["TurnRead"];

/** One part as its kind is shown. A row is drawn again only when something of it has changed. */
export const PartRow = memo(function PartRow({ turn, ...rest }: RowProps & { turn?: Turn }) {
  if (rest.part.type === "tool") return <ToolRow {...rest} />;
  if (rest.part.type === "reasoning") return <ReasoningRow {...rest} />;
  if (rest.part.role === "user" || rest.part.role === "opencode") return <SaidRow turn={turn} {...rest} />;
  return <AnswerRow {...rest} />;
});

const SAID: Record<Turn["kind"], { label: string; mark: string; tone: "neutral" | "attention" | "busy" }> = {
  prompt: { label: "Prompt", mark: "border-accent bg-panel", tone: "neutral" },
  message: { label: "Message", mark: "border-accent bg-panel", tone: "neutral" },
  feedback: { label: "Checks failed", mark: "border-attention bg-panel", tone: "attention" },
  nudge: { label: "Nudge", mark: "border-attention bg-panel", tone: "attention" },
  conflict: { label: "Conflict", mark: "border-attention bg-panel", tone: "attention" },
};

/** What the agent was told, by a person or by the orchestrator: which of them, is the first thing to see. */
function SaidRow({ part, turn, isMarked, isWhole, onToggle }: RowProps & { turn?: Turn }) {
  const said = turn
    ? SAID[turn.kind]
    : {
        label: part.role === "opencode" ? "By OpenCode itself" : "Said before",
        mark: "border-line-strong bg-panel",
        tone: "neutral" as const,
      };
  const isMachine = turn !== undefined && turn.author === "orchestrator";
  return (
    <Row partId={part.part_id} at={part.created_at} isMarked={isMarked} mark={said.mark}>
      <p className="mb-1 flex flex-wrap items-center gap-2">
        <Badge tone={said.tone}>{said.label}</Badge>
        {turn && <span className="text-xs text-ink-soft">{isMachine ? "by the orchestrator" : byOf(turn)}</span>}
        {turn && <span className="numbers text-2xs text-ink-faint">{`turn ${turnNumber(turn.number)}`}</span>}
      </p>
      <Text part={part} isWhole={isWhole} onToggle={onToggle} />
    </Row>
  );
}

function byOf({ author, author_name }: Turn): string {
  return `by ${author_name ?? author}`;
}

function AnswerRow({ part, isMarked, isWhole, onToggle }: RowProps) {
  return (
    <Row partId={part.part_id} at={part.created_at} isMarked={isMarked} mark="border-busy/60">
      <Text part={part} isWhole={isWhole} onToggle={onToggle} />
    </Row>
  );
}

function Text({ part, isWhole, onToggle }: Pick<RowProps, "part" | "isWhole" | "onToggle">) {
  return (
    <Long
      text={text(part.data.text)}
      isWhole={isWhole}
      onWhole={() => onToggle(wholeKey(part.part_id))}
      render={(words) => <MarkdownText text={words} />}
    />
  );
}

function ReasoningRow({ part, isMarked, isOpen, isWhole, onToggle }: RowProps) {
  const words = text(part.data.text);
  const line = (
    <>
      <span className="label-caps shrink-0 text-ink-faint">Reasoning</span>
      <span className="min-w-0 grow truncate text-xs text-ink-faint italic">
        {unhidden(words.trim().split("\n", 1)[0] ?? "")}
      </span>
    </>
  );
  return (
    <Row partId={part.part_id} at={part.created_at} isMarked={isMarked} mark="border-line">
      <Fold isOpen={isOpen} onToggle={() => onToggle(part.part_id)} line={line}>
        <div className="text-ink-soft">
          <Long
            text={words}
            isWhole={isWhole}
            onWhole={() => onToggle(wholeKey(part.part_id))}
            render={(shown) => <MarkdownText text={shown} />}
          />
        </div>
      </Fold>
    </Row>
  );
}

/** Text that is being written at this moment; it is shown as it comes, and in its form when it is finished. */
export function WritingRow({ text: words }: { text: string }) {
  return (
    <Row mark="border-busy">
      <p className="break-words whitespace-pre-wrap">
        {unhidden(words)}
        <span aria-hidden className="blinking ml-0.5 inline-block h-3.5 w-1.5 bg-busy align-text-bottom" />
      </p>
    </Row>
  );
}

export function heightOf(row: { type?: string; data?: Part["data"] }): number {
  if (row.type === "tool" || row.type === "reasoning") return 34;
  return 44 + Math.min(20, Math.ceil(text(row.data?.text).length / 110)) * 20;
}
