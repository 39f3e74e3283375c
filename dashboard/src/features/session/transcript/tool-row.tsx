import { Bot, CheckCircle2, LoaderCircle, Wrench, XCircle } from "lucide-react";
import { cx } from "@/lib/cx";
import { unhidden } from "@/lib/hidden";
import { duration } from "@/lib/time";
import { useNow } from "@/ui/amounts";
import { MarkdownText } from "@/ui/markdown";
import { TerminalText } from "@/ui/terminal";
import { Fold, Long, Row } from "./pieces";
import { type ToolCall, text, toolCallOf } from "./tool";
import type { Part } from "./window";

export interface RowProps {
  part: Part;
  isMarked: boolean;
  isOpen: boolean;
  onToggle(key: string): void;
  isWhole: boolean;
}

/** The key under which "show all" of a part is remembered. */
export function wholeKey(partId: string): string {
  return `${partId} whole`;
}

export function ToolRow({ part, isMarked, isOpen, onToggle, isWhole }: RowProps) {
  const call = toolCallOf(part);
  return (
    <Row
      partId={part.part_id}
      at={part.created_at}
      isMarked={isMarked}
      mark={call.runsSinceMs !== null ? "border-busy" : call.isError ? "border-bad" : "border-line"}
    >
      <Fold isOpen={isOpen} onToggle={() => onToggle(part.part_id)} line={<ToolLine call={call} />}>
        <Input call={call} />
        {call.runsSinceMs === null ? (
          <Output call={call} isWhole={isWhole} onWhole={() => onToggle(wholeKey(part.part_id))} />
        ) : (
          <p className="text-ink-faint">It runs; what it prints is shown when it has ended.</p>
        )}
      </Fold>
    </Row>
  );
}

function Output({ call, isWhole, onWhole }: { call: ToolCall; isWhole: boolean; onWhole(): void }) {
  const render = (output: string) =>
    call.subagent ? (
      <MarkdownText text={output} />
    ) : (
      <Box label="Output">
        <TerminalText text={output} />
      </Box>
    );
  return (
    <div>
      <p className="label-caps text-ink-faint">{call.isError ? "Error" : "Output"}</p>
      {call.output ? (
        <Long text={call.output} isWhole={isWhole} onWhole={onWhole} render={render} />
      ) : (
        <p className="text-ink-faint">It printed nothing.</p>
      )}
    </div>
  );
}

function ToolLine({ call }: { call: ToolCall }) {
  const Icon = call.subagent ? Bot : Wrench;
  return (
    <>
      <Icon aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
      <span className="numbers shrink-0 text-xs font-medium">
        {call.subagent ? `sub-agent ${call.subagent}` : call.name}
      </span>
      <span className="numbers min-w-0 grow truncate text-xs text-ink-soft" title={call.line}>
        {call.line}
      </span>
      {call.runsSinceMs === null ? <Ended call={call} /> : <Runs sinceMs={call.runsSinceMs} />}
    </>
  );
}

function Runs({ sinceMs }: { sinceMs: number }) {
  const seconds = Math.max(0, Math.floor((useNow() - sinceMs) / 1000));
  return (
    <>
      <span className="numbers shrink-0 text-2xs text-busy">{duration(seconds)}</span>
      <LoaderCircle role="img" aria-label="running" className="size-3.5 shrink-0 motion-safe:animate-spin text-busy" />
    </>
  );
}

function Ended({ call: { isError, seconds } }: { call: ToolCall }) {
  const Outcome = isError ? XCircle : CheckCircle2;
  return (
    <>
      {seconds !== null && <span className="numbers shrink-0 text-2xs text-ink-faint">{duration(seconds)}</span>}
      <Outcome
        role="img"
        aria-label={isError ? "failed" : "done"}
        className={cx("size-3.5 shrink-0", isError ? "text-bad" : "text-good")}
      />
    </>
  );
}

function Input({ call }: { call: ToolCall }) {
  const { name, input } = call;
  if (Object.keys(input).length === 0) return null;
  return (
    <div>
      <p className="label-caps text-ink-faint">{call.subagent ? "Task" : "Input"}</p>
      {call.subagent ? (
        <MarkdownText text={text(input.prompt) || call.line} />
      ) : (
        <Box label="Input">{inputOf(name, input)}</Box>
      )}
    </div>
  );
}

function inputOf(name: string, input: Record<string, unknown>) {
  if (name === "bash") return <Plain text={text(input.command)} />;
  if (name === "write") return <Plain text={`${text(input.filePath)}\n\n${text(input.content)}`} />;
  if (name === "edit") return <Edit input={input} />;
  return <Plain text={JSON.stringify(input, null, 2)} />;
}

function Edit({ input }: { input: Record<string, unknown> }) {
  return (
    <>
      <Plain text={text(input.filePath)} />
      <Lines text={text(input.oldString)} sign="−" className="bg-bad-wash text-bad" />
      <Lines text={text(input.newString)} sign="+" className="bg-good-wash text-good" />
    </>
  );
}

function Lines({ text: lines, sign, className }: { text: string; sign: string; className: string }) {
  if (!lines) return null;
  const signed = lines.split("\n").map((line) => `${sign} ${line}`);
  return (
    <pre className={cx("numbers text-xs break-words whitespace-pre-wrap", className)}>
      {unhidden(signed.join("\n"))}
    </pre>
  );
}

function Plain({ text: words }: { text: string }) {
  return <pre className="numbers text-xs break-words whitespace-pre-wrap">{unhidden(words)}</pre>;
}

/** It scrolls by itself, so it can be reached by keyboard. */
function Box({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no pointer scrolls it by keys.
      tabIndex={0}
      className="mt-0.5 max-h-[32rem] overflow-auto border border-line bg-ground p-2"
    >
      {children}
    </section>
  );
}
