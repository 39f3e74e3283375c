import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { sessionQueries } from "@/api/session-queries";
import { useShortcuts } from "@/lib/keys";
import type { Session } from "@/lib/session-tabs";
import { EmptyState } from "@/ui/panels";
import { FileView } from "./file-view";
import { Files } from "./files";
import { type Draft, useDrafts, useViewed } from "./kept";
import type { Range } from "./patch-lines";
import { type Changed, sentComments } from "./queries";
import { Review } from "./review";
import { useDiffSearch } from "./search";
import { type ChangedFile, matchesFilter, treeOf } from "./tree";

const NONE_CLOSED: ReadonlySet<string> = new Set();

interface ChangesProps {
  changed: Changed;
  /** Whose review it is; of a plan nobody is told anything. */
  session?: Session;
  all: ChangedFile[];
  commit: string;
}

/** Files, and the changes of one of them; of a session the review beside them. */
export function Changes({ changed, session, all, commit }: ChangesProps) {
  const [search, change] = useDiffSearch();
  const drafts = useDrafts(changed.id);
  const viewed = useViewed(changed.id);
  const messages = useQuery({ ...sessionQueries.messages(changed.id), enabled: session !== undefined });
  const sent = useMemo(() => sentComments(messages.data?.items ?? []), [messages.data]);
  const [writing, setWriting] = useState<Draft | null>(null);
  const [target, setTarget] = useState<Range | null>(null);
  const filter = search.filter ?? "";
  const files = useMemo(() => (filter ? all.filter((file) => matchesFilter(file, filter)) : all), [all, filter]);
  const inOrder = useMemo(
    () => treeOf(files, NONE_CLOSED).flatMap((row) => (row.kind === "file" ? [row.file] : [])),
    [files],
  );
  const file = all.find(({ path }) => path === search.file) ?? inOrder[0];

  const open = useCallback(
    (path: string) => {
      setTarget(null);
      change({ file: path }, true);
    },
    [change],
  );
  const step = (by: 1 | -1) => {
    const next = inOrder[file ? inOrder.indexOf(file) + by : 0];
    if (next) open(next.path);
  };
  const show = (draft: Draft) => {
    change({ file: draft.path }, true);
    setTarget({ side: draft.side, line: draft.line, endLine: draft.endLine });
  };
  const edit = (draft: Draft) => {
    show(draft);
    setWriting(draft);
  };
  const keep = (draft: Draft) => {
    drafts.put(draft);
    setWriting(null);
  };
  useShortcuts([
    { keys: "j", label: "Next file", run: () => step(1) },
    { keys: "k", label: "Previous file", run: () => step(-1) },
    { keys: "v", label: "File was viewed", run: () => file && viewed.toggle(file) },
  ]);
  const review = session && (
    <Review session={session} drafts={drafts} onShow={show} onEdit={edit} onSent={() => void messages.refetch()} />
  );
  return (
    <div className="flex min-h-0 grow flex-col overflow-y-auto lg:flex-row lg:overflow-visible">
      {all.length > 0 && (
        <Files
          files={files}
          total={all.length}
          filter={filter}
          onFilter={(text) => change({ filter: text || undefined })}
          open={file?.path}
          onOpen={open}
          viewed={viewed}
          commentsOf={(path) => countOf(path, drafts.comments) + countOf(path, sent)}
        />
      )}
      {file ? (
        <FileView
          key={file.path}
          changed={changed}
          commit={commit}
          file={file}
          isSplit={search.split === "1"}
          onSplit={(isSplit) => change({ split: isSplit ? "1" : undefined })}
          isViewed={viewed.has(file)}
          onViewed={() => viewed.toggle(file)}
          drafts={drafts.comments}
          sent={sent}
          writing={writing}
          onWrite={session && setWriting}
          onKeep={keep}
          onRemove={drafts.remove}
          target={target}
        />
      ) : (
        <EmptyState title={all.length === 0 ? "Nothing was changed" : "No file matches"}>
          {all.length === 0 ? "Every file is as it was." : "Take the filter away to see all files."}
        </EmptyState>
      )}
      {review}
    </div>
  );
}

function countOf(path: string, comments: readonly { path: string }[]): number {
  return comments.filter((one) => one.path === path).length;
}
