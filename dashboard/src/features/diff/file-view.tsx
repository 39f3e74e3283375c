import { useQuery } from "@tanstack/react-query";
import { Columns2, Eye, EyeOff, Rows2 } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { unhiddenName } from "@/lib/hidden";
import { useShortcuts } from "@/lib/keys";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { EmptyState, ErrorPanel, Skeleton } from "@/ui/panels";
import { Code, type CodeHandle } from "./code";
import { Counts } from "./files";
import type { Draft } from "./kept";
import { linesInWords, NoteView, notesOf } from "./notes";
import { hunkFrom, linesOf, placeOf, type Range, rangeBetween } from "./patch-lines";
import { type Changed, diffQueries, FIRST_BYTES, MOST_BYTES, type SentComment } from "./queries";
import type { ChangedFile } from "./tree";

interface FileViewProps {
  changed: Changed;
  commit: string;
  file: ChangedFile;
  isSplit: boolean;
  onSplit(isSplit: boolean): void;
  isViewed: boolean;
  onViewed(): void;
  drafts: readonly Draft[];
  sent: readonly SentComment[];
  /** The comment that is being written, wherever it is. */
  writing: Draft | null;
  /** Nobody listens to comments where it is missing. */
  onWrite?(draft: Draft | null): void;
  onKeep(draft: Draft): void;
  onRemove(id: string): void;
  /** Lines to show; another object each time that they are asked for. */
  target: Range | null;
}

/** One file: who it is in a line, then its changes. Give it its path as key. */
export function FileView(props: FileViewProps) {
  const { changed, commit, file, isSplit, onSplit, isViewed, onViewed } = props;
  const [mostBytes, setMostBytes] = useState(FIRST_BYTES);
  const [isUnfolded, setUnfolded] = useState(!file.generated);
  const patch = useQuery({ ...diffQueries.file(changed, commit, file.path, mostBytes), enabled: isUnfolded });
  return (
    <section aria-label={file.path} className="flex min-h-0 min-w-0 grow flex-col max-lg:min-h-96">
      <header className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-2 border-b border-line bg-panel px-3">
        <h2 className="min-w-0 truncate font-mono text-xs" title={file.path}>
          {file.old_path && <span className="text-ink-faint">{`${unhiddenName(file.old_path)} → `}</span>}
          {unhiddenName(file.path)}
        </h2>
        <CopyButton text={file.path} label="Copy the path" />
        <Counts file={file} />
        {file.status !== "modified" && <Badge>{file.status.replace("_", " ")}</Badge>}
        {file.generated && <Badge tone="muted">generated</Badge>}
        {file.protected && <Badge tone="attention">{`protected: ${file.protected}`}</Badge>}
        <span className="ml-auto flex items-center">
          <IconButton
            label={isSplit ? "Show in one column" : "Show side by side"}
            hint="s"
            aria-pressed={isSplit}
            onClick={() => onSplit(!isSplit)}
          >
            {isSplit ? <Rows2 /> : <Columns2 />}
          </IconButton>
          <Button
            size="small"
            look={isViewed ? "plain" : "quiet"}
            icon={isViewed ? <Eye /> : <EyeOff />}
            aria-pressed={isViewed}
            onClick={onViewed}
          >
            Viewed
          </Button>
        </span>
      </header>
      {!isUnfolded && (
        <EmptyState
          title="A program wrote this file"
          action={<Button onClick={() => setUnfolded(true)}>Show it</Button>}
        >
          {`Its ${file.additions + file.deletions} changed lines are folded.`}
        </EmptyState>
      )}
      {isUnfolded && patch.isPending && <Skeleton rows={12} label="Loading the changes" />}
      {isUnfolded && patch.isError && <ErrorPanel error={patch.error} onRetry={() => patch.refetch()} />}
      {isUnfolded && patch.data && !hasLines(patch.data.patch) && <NoLines file={file} patch={patch.data.patch} />}
      {isUnfolded && patch.data && hasLines(patch.data.patch) && <Changes {...props} patch={patch.data.patch} />}
      {patch.data?.truncated && hasLines(patch.data.patch) && (
        <p
          role="status"
          className="flex flex-wrap items-center gap-2 border-t border-line bg-attention-wash px-3 py-1.5 text-xs"
        >
          {`The patch is longer than ${patch.data.most_bytes / 1024} KiB: the rest of it is left out here.`}
          {mostBytes < MOST_BYTES && (
            <Button size="small" onClick={() => setMostBytes(MOST_BYTES)}>
              {`Load up to ${MOST_BYTES / 1024 / 1024} MiB`}
            </Button>
          )}
        </p>
      )}
    </section>
  );
}

function hasLines(patch: string): boolean {
  return /^@@ /m.test(patch);
}

function NoLines({ file, patch }: { file: ChangedFile; patch: string }) {
  if (file.binary) return <EmptyState title="A binary file">It has no lines to show.</EmptyState>;
  if (patch.includes("\nnew mode ")) return <EmptyState title="Only its mode has changed">{patch}</EmptyState>;
  return <EmptyState title="No line has changed">It was {file.status.replace("_", " ")} as a whole.</EmptyState>;
}

function Changes(props: FileViewProps & { patch: string }) {
  const { file, commit, patch, isSplit, onSplit, drafts, sent, writing, onWrite, onKeep, onRemove, target } = props;
  const lines = useMemo(() => linesOf(patch), [patch]);
  const notes = useMemo(
    () => notesOf(lines, file.path, { drafts, sent, writing }),
    [lines, file.path, drafts, sent, writing],
  );
  const code = useRef<CodeHandle>(null);
  const [selected, setSelected] = useState<Range | null>(null);
  /** Where a selection began, and where the keys are now, as places among the lines. */
  const anchor = useRef(-1);
  const cursor = useRef(-1);

  const select = useCallback(
    (range: Range | null) => {
      setSelected(range);
      cursor.current = range ? placeOf(lines, range.side, range.endLine) : -1;
      anchor.current = cursor.current;
    },
    [lines],
  );
  useEffect(() => {
    if (!target) return;
    select(target);
    code.current?.show(target.side, target.endLine);
  }, [target, select]);

  const go = (to: number, isExtending = false) => {
    const next = Math.max(0, Math.min(lines.length - 1, to));
    const line = lines[next];
    if (!line) return;
    if (!isExtending || anchor.current < 0) anchor.current = next;
    cursor.current = next;
    setSelected(rangeBetween(lines, anchor.current, next));
    code.current?.show(line.side, line.line);
  };
  const goToHunk = (step: 1 | -1) => {
    go(hunkFrom(lines, cursor.current, step));
    code.current?.focus();
  };
  const comment = (range: Range | null = selected) => {
    const line = lines[Math.max(0, cursor.current)];
    const on = range ?? (line && { side: line.side, line: line.line, endLine: line.line });
    if (on) onWrite?.({ id: crypto.randomUUID(), path: file.path, body: "", ...on });
  };
  useShortcuts([
    { keys: "n", label: "Next hunk", run: () => goToHunk(1) },
    { keys: "p", label: "Previous hunk", run: () => goToHunk(-1) },
    ...(onWrite ? [{ keys: "c", label: "Comment on the chosen lines", run: () => comment() }] : []),
    { keys: "s", label: "One column or side by side", run: () => onSplit(!isSplit) },
  ]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof Element && event.target.closest("textarea, input, button")) return;
    if (event.key === "ArrowDown") go(cursor.current + 1, event.shiftKey);
    else if (event.key === "ArrowUp") go(cursor.current - 1, event.shiftKey);
    else if (event.key === "Escape") select(null);
    else return;
    event.preventDefault();
  };
  const close = (act: () => void) => {
    act();
    setSelected(null);
    code.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it takes the keys of the lines inside, which have no elements of their own to focus.
    <div className="flex min-h-0 grow flex-col" onKeyDown={onKeyDown}>
      <Code
        handle={code}
        path={file.path}
        patch={patch}
        isSplit={isSplit}
        notes={notes}
        selected={selected}
        onSelect={select}
        onComment={onWrite && comment}
        render={(note) => (
          <NoteView
            note={note}
            commit={commit}
            onKeep={(draft) => close(() => onKeep(draft))}
            onCancel={() => close(() => onWrite?.(null))}
            onEdit={(draft) => onWrite?.(draft)}
            onRemove={onRemove}
          />
        )}
      />
      <p aria-live="polite" className="sr-only">
        {selected ? `Chosen: ${linesInWords(selected)}` : ""}
      </p>
    </div>
  );
}
