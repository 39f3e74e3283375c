import { ArrowDownToLine } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useShortcuts } from "@/lib/keys";
import type { Session } from "@/lib/session-tabs";
import { Button } from "@/ui/button";
import { EmptyState, ErrorPanel, Skeleton } from "@/ui/panels";
import { toast, toastError } from "@/ui/toast";
import { VirtualList, type VirtualListHandle } from "@/ui/virtual-list";
import { heightOf, PartRow, type Turn, WritingRow } from "./rows";
import { type AnyRow, rowsOf } from "./shown-rows";
import { wholeKey } from "./tool-row";
import type { Transcript } from "./use-transcript";

interface PartsProps {
  session: Session;
  transcript: Transcript;
  turns: readonly Turn[];
  /** The part that the address names: it is shown, marked and unfolded. */
  part: string | undefined;
  isSearch: boolean;
  onPart(part: string | undefined): void;
}

export function Parts({ session, transcript, turns, part, isSearch, onPart }: PartsProps) {
  const { window, writing, running, error, retry } = transcript;
  const { parts, hasOlder, hasNewer, isLoaded } = useSyncExternalStore(window.subscribe, window.get);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [isAtEnd, setAtEnd] = useState(true);
  const list = useRef<VirtualListHandle>(null);
  const byMessage = useMemo(() => new Map(turns.map((turn) => [turn.message_id, turn])), [turns]);
  const rows = useMemo(() => (hasNewer ? parts : rowsOf(parts, running, writing)), [parts, running, writing, hasNewer]);

  const toggle = useCallback((key: string) => {
    list.current?.holdKey(key.split(" ", 1)[0] ?? key);
    setToggled((now) => without(now, key) ?? new Set([...now, key]));
  }, []);
  const older = useCallback(() => void window.loadOlder().catch(toastError), [window]);
  const newer = useCallback(() => void window.loadNewer().catch(toastError), [window]);
  const jump = useCallback(async () => {
    onPart(undefined);
    if (window.get().hasNewer) await window.openAtEnd().catch(toastError);
    requestAnimationFrame(() => list.current?.scrollToEnd());
  }, [window, onPart]);
  useShownPart(part, transcript, isLoaded, list, setToggled);
  useRowKeys(rows, list, toggle);
  useShortcuts([{ keys: "Shift+G", label: "Jump to the latest", run: () => void jump() }]);

  if (!isLoaded)
    return error ? <ErrorPanel error={error} onRetry={retry} /> : <Skeleton label="Loading the transcript" />;
  if (rows.length === 0) return <NothingSaid session={session} />;
  return (
    <div className="relative flex min-h-0 grow flex-col">
      <VirtualList
        handle={list}
        label="Transcript"
        role="log"
        followsEnd
        rows={rows}
        rowKey={keyOf}
        estimatedHeight={heightOf}
        onStart={hasOlder ? older : undefined}
        onEnd={hasNewer ? newer : undefined}
        onIsAtEnd={setAtEnd}
        render={(row) =>
          row.type === undefined ? (
            <WritingRow text={row.text} />
          ) : (
            <PartRow
              part={row}
              turn={row.role === "user" ? byMessage.get(row.message_id) : undefined}
              isMarked={row.part_id === part}
              isOpen={toggled.has(row.part_id)}
              isWhole={toggled.has(wholeKey(row.part_id)) || (isSearch && row.part_id === part)}
              onToggle={toggle}
            />
          )
        }
      />
      {(hasNewer || !isAtEnd) && (
        <Button
          className="absolute right-4 bottom-3 shadow-none"
          size="small"
          icon={<ArrowDownToLine />}
          onClick={() => void jump()}
        >
          Jump to latest
        </Button>
      )}
    </div>
  );
}

/** Scrolls to the part that the address names, once for each that it names, and unfolds it. */
function useShownPart(
  part: string | undefined,
  { window }: Transcript,
  isLoaded: boolean,
  list: React.RefObject<VirtualListHandle | null>,
  unfold: (change: (now: ReadonlySet<string>) => ReadonlySet<string>) => void,
): void {
  const shown = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (!isLoaded || part === shown.current) return;
    shown.current = part;
    if (part === undefined) return;
    const show = (isThere: boolean) => {
      if (!isThere)
        return toast("This part is not in the transcript.", "The link may be of an attempt that was run again.");
      unfold((now) => new Set([...now, part]));
      requestAnimationFrame(() => list.current?.scrollToKey(part));
    };
    window.openAt(part).then(show, toastError);
  }, [part, window, isLoaded, list, unfold]);
}

/** j and k go from part to part, o and Enter unfold. */
function useRowKeys(
  rows: readonly AnyRow[],
  list: React.RefObject<VirtualListHandle | null>,
  toggle: (key: string) => void,
): void {
  const active = useRef<string | null>(null);
  const move = (step: number) => {
    const from = rows.findIndex((row) => row.part_id === active.current);
    const to = rows[from < 0 ? rows.length - 1 : Math.max(0, Math.min(rows.length - 1, from + step))];
    if (!to) return;
    active.current = to.part_id;
    list.current?.scrollToKey(to.part_id, "auto");
    requestAnimationFrame(() => list.current?.focusKey(to.part_id));
  };
  useShortcuts([
    { keys: "j", label: "Next part", run: () => move(1) },
    { keys: "k", label: "Previous part", run: () => move(-1) },
    { keys: "o", label: "Unfold the part", run: () => active.current && toggle(active.current) },
  ]);
}

function NothingSaid({ session }: { session: Session }) {
  return (
    <EmptyState title="Nothing was said yet">
      {session.status === "pending"
        ? "Start the session; its agent is told:"
        : "When a node has taken it, its agent is told:"}
      <span className="mt-2 line-clamp-6 block border border-line bg-panel p-2 text-left whitespace-pre-wrap text-ink">
        {session.prompt}
      </span>
    </EmptyState>
  );
}

function without(keys: ReadonlySet<string>, key: string): ReadonlySet<string> | null {
  if (!keys.has(key)) return null;
  const rest = new Set(keys);
  rest.delete(key);
  return rest;
}

function keyOf(row: AnyRow): string {
  return row.part_id;
}
