import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { type EvidenceItem as Item, sessionQueries } from "@/api/session-queries";
import { linesOf, type Run, textOf } from "@/lib/ansi";
import { unhidden } from "@/lib/hidden";
import type { Session } from "@/lib/session-tabs";
import { duration } from "@/lib/time";
import { turnNumber } from "@/lib/turns";
import { counted } from "@/lib/words";
import { Badge, VerificationBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { TextInput } from "@/ui/field";
import { EmptyState, ErrorPanel, Skeleton } from "@/ui/panels";
import { TerminalRuns } from "@/ui/terminal";
import { VirtualList } from "@/ui/virtual-list";

/** What the orchestrator's own verification ran, and what it makes of it. */
export default function Evidence({ session }: { session: Session }) {
  const found = useQuery(sessionQueries.evidence(session.id));
  const { find } = useSearch({ strict: false }) as { find?: string };
  const navigate = useNavigate();
  if (found.isPending) return <Skeleton label="Loading the evidence" />;
  if (found.isError && !found.data) return <ErrorPanel error={found.error} onRetry={() => found.refetch()} />;
  const rounds = roundsOf(found.data.items);
  return (
    <div className="min-h-0 grow overflow-y-auto p-4" tabIndex={-1}>
      <Verdict session={session} />
      {rounds.length === 0 ? (
        <EmptyState title="No verification has run">
          {session.verify?.length === 0 || session.verify === null
            ? "No command judges this session. Name some when a session is handed in, or in .orchestrator.yml."
            : "Its commands run when the agent's turn is over."}
        </EmptyState>
      ) : (
        <>
          <div className="relative my-3 max-w-sm">
            <Search aria-hidden className="absolute top-2 left-2 size-3.5 text-ink-faint" />
            <TextInput
              className="pl-7"
              aria-label="Find in the output"
              placeholder="Find in the output"
              value={find ?? ""}
              onChange={(event) => {
                const text = event.target.value || undefined;
                void navigate({ to: ".", search: (now: object) => ({ ...now, find: text }), replace: true } as never);
              }}
            />
          </div>
          {rounds.map(({ key, title, items }, at) => (
            <section key={key} aria-label={title} className="mb-4">
              <h2 className="mb-1 flex items-center gap-2 font-semibold">
                {title}
                <span className="numbers text-2xs font-normal text-ink-faint">
                  {`${items.filter(({ exit_code }) => exit_code === 0).length} of ${items.length} pass`}
                </span>
              </h2>
              {items.map((item) => (
                <Ran key={item.command} item={item} isNewest={at === 0} find={find ?? ""} />
              ))}
            </section>
          ))}
        </>
      )}
    </div>
  );
}

/** The newest round first; it is the one that counts. */
function roundsOf(items: readonly Item[]): { key: string; title: string; items: Item[] }[] {
  const rounds = new Map<string, { key: string; title: string; items: Item[] }>();
  for (const item of items) {
    const key = `${item.attempt} ${item.round}`;
    const round = rounds.get(key) ?? {
      key,
      title: `Attempt ${item.attempt}, after turn ${turnNumber(item.round)}`,
      items: [],
    };
    round.items.push(item);
    rounds.set(key, round);
  }
  return [...rounds.values()].reverse();
}

function Verdict({ session }: { session: Session }) {
  const doubts = session.verification_reason?.split(/;\s+/) ?? [];
  return (
    <section aria-label="Verdict" className="max-w-3xl border border-line bg-panel p-3">
      <p className="flex items-center gap-2">
        <span className="font-semibold">Verdict</span>
        {session.verification ? (
          <VerificationBadge verification={session.verification} />
        ) : (
          <span className="text-ink-faint">none yet</span>
        )}
      </p>
      {doubts.length > 0 && (
        <ul aria-label="Reasons" className="mt-1 list-disc pl-5 text-ink-soft">
          {doubts.map((doubt) => (
            <li key={doubt}>{unhidden(doubt)}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What failed in the newest round is open: that is what has to be mended. */
function Ran({ item, isNewest, find }: { item: Item; isNewest: boolean; find: string }) {
  const isPassed = item.exit_code === 0 && !item.timed_out;
  const [isOpen, setOpen] = useState(isNewest && !isPassed);
  const lines = useMemo(() => linesOf(item.output), [item.output]);
  const id = useId();
  const hits = find === "" ? null : lines.filter((line) => textOf(line).toLowerCase().includes(find.toLowerCase()));
  return (
    <article className="mb-px border border-line bg-panel">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
        <Badge tone={isPassed ? "good" : "bad"}>
          {item.timed_out ? "timed out" : isPassed ? "passed" : `exit ${item.exit_code}`}
        </Badge>
        <code className="min-w-0 grow truncate font-mono text-xs" title={item.command}>
          {unhidden(item.command)}
        </code>
        {item.flaky && <Badge tone="attention">flaky: passed and failed on this commit</Badge>}
        {item.pre_existing && (
          <Badge tone="muted">{isPassed ? "failed before the change" : "failed before the change too"}</Badge>
        )}
        <span className="numbers text-xs text-ink-soft">{duration(item.duration_ms / 1000)}</span>
        <span className="numbers text-xs text-ink-faint" title={item.commit}>
          {item.commit.slice(0, 10)}
        </span>
        <CopyButton text={item.output} label="Copy the output" />
        <Button size="small" look="quiet" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Fold" : `Show ${counted(lines.length, "line")}`}
        </Button>
      </header>
      {(isOpen || hits !== null) && (
        <Output id={id} lines={hits ?? lines} isFound={hits !== null} command={item.command} />
      )}
    </article>
  );
}

/** So many lines stand as they are; of more, those that can be seen are in the page. */
const MOST_LINES = 60;
const LINE_PX = 18;

interface OutputProps {
  id: string;
  lines: Run[][];
  isFound: boolean;
  command: string;
}

function Output({ id, lines, isFound, command }: OutputProps) {
  const numbered = useMemo(() => lines.map((runs, at) => ({ runs, key: String(at) })), [lines]);
  if (isFound && lines.length === 0) return null;
  const look = "px-3 py-2 font-mono text-xs whitespace-pre-wrap";
  return (
    <section id={id} aria-label={`Output of ${command}`} className="border-t border-line">
      {lines.length > MOST_LINES ? (
        <div className="flex h-96 flex-col">
          <VirtualList
            label={counted(lines.length, "line")}
            rows={numbered}
            rowKey={({ key }) => key}
            estimatedHeight={LINE_PX}
            // What a command came to stands at its end; what was found is read from its beginning.
            followsEnd={!isFound}
            className={look}
            render={({ runs }) => <Line runs={runs} />}
          />
        </div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys.
        <div tabIndex={0} className={`max-h-96 overflow-auto ${look}`}>
          {numbered.map(({ key, runs }) => (
            <Line key={key} runs={runs} />
          ))}
        </div>
      )}
    </section>
  );
}

function Line({ runs }: { runs: Run[] }) {
  return (
    <span className="block min-h-4.5 break-words">
      <TerminalRuns runs={runs} />
    </span>
  );
}
