import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type ContextItem, contextQueries, contexts } from "@/api/contexts";
import { useWhyNot } from "@/api/me";
import { bytes } from "@/lib/bytes";
import { unhidden } from "@/lib/hidden";
import { useRows } from "@/lib/pages";
import { moment } from "@/lib/time";
import { RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { ConfirmDialog, Dialog } from "@/ui/dialog";
import { Literal, Part } from "@/ui/literal";
import { Mono } from "@/ui/mono";
import { Facts } from "@/ui/panel";
import { Loaded } from "@/ui/panels";
import { toast } from "@/ui/toast";
import { shown } from "./values";
import { Whose } from "./whose";
import { WriteForm } from "./write-form";

interface EntryDrawerProps {
  id: string;
  /** As the list has it, where it is in there. One that was deleted is told by nothing else. */
  listed: ContextItem | undefined;
  onClose(): void;
}

/** An entry with its value, its history, and what can be done with it. */
export function EntryDrawer({ id, listed, onClose }: EntryDrawerProps) {
  const isDeleted = listed?.deleted ?? false;
  const entry = useQuery({ ...contextQueries.one(id), enabled: !isDeleted });
  const [isWriting, setWriting] = useState(false);
  const known = isDeleted ? listed : entry.data;
  if (isWriting && known) return <WriteForm entry={known} onClose={() => setWriting(false)} />;
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      place="right"
      title={known?.key ?? "Entry"}
      footer={known && <Deeds entry={known} onWrite={() => setWriting(true)} onGone={onClose} />}
    >
      <Loaded query={{ ...entry, data: known }} label="the entry">
        {(one) => (
          <div className="flex flex-col gap-4">
            <Facts facts={factsOf(one)} />
            {"value" in one && <Value title="Value" value={one.value} />}
            <History entry={one} />
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}

function factsOf(entry: ContextItem): [string, ReactNode][] {
  return [
    ["Whose", <Whose key="whose" of={entry} />],
    [
      "Version",
      <span key="version" className="numbers">
        {entry.version}
      </span>,
    ],
    ["Written by", <Mono key="author" text={entry.author} isBroken />],
    ["Written", moment(entry.updated_at)],
    ["First written", moment(entry.created_at)],
    ["Size", bytes(entry.size_bytes)],
    [
      "When writes collide",
      entry.policy === "conflict" ? "the later one is kept as a conflict" : "the last one counts",
    ],
  ];
}

function Value({ title, value }: { title: string; value: unknown }) {
  const text = shown(value);
  return (
    <Part title={title}>
      <div className="relative">
        <Literal isLong>{text}</Literal>
        <span className="absolute top-1 right-1">
          <CopyButton text={text} label={`Copy the ${title.toLowerCase()}`} />
        </span>
      </div>
    </Part>
  );
}

/** Versions never change; one is shown when it is chosen. */
function History({ entry }: { entry: ContextItem }) {
  const list = useInfiniteQuery(contextQueries.versions(entry.id));
  const rows = useRows(list);
  const [open, setOpen] = useState<number | null>(null);
  return (
    <Part title="History">
      <Loaded query={{ ...list, data: rows }} label="the history" rows={2}>
        {(versions) => (
          <ol aria-label="Versions" className="border border-line">
            {versions.map(({ number, deleted, merged_from, preview, author, created_at }) => (
              <li key={number} className="border-b border-line last:border-b-0">
                <button
                  type="button"
                  aria-expanded={open === number}
                  onClick={() => setOpen(open === number ? null : number)}
                  className="flex w-full min-w-0 items-center gap-2 px-2.5 py-1.5 text-left text-xs hover:bg-raised"
                >
                  <span className="numbers shrink-0 font-medium">v{number}</span>
                  {deleted && <Badge tone="muted">deleted</Badge>}
                  {merged_from !== null && <Badge tone="busy">{`merged from v${merged_from}`}</Badge>}
                  <span className="numbers min-w-0 grow truncate text-ink-soft">{unhidden(preview)}</span>
                  <span className="hidden shrink-0 sm:inline">
                    <Mono text={author} />
                  </span>
                  <RelativeTime at={created_at} />
                </button>
                {open === number && !deleted && <OldValue id={entry.id} number={number} />}
              </li>
            ))}
          </ol>
        )}
      </Loaded>
      {list.hasNextPage && (
        <Button size="small" className="self-start" onClick={() => void list.fetchNextPage()}>
          Older ones
        </Button>
      )}
    </Part>
  );
}

function OldValue({ id, number }: { id: string; number: number }) {
  const version = useQuery(contextQueries.version(id, number));
  return (
    <div className="border-t border-line p-2.5">
      <Loaded query={version} label="the version" rows={2}>
        {({ value }) => <Value title={`Version ${number}`} value={value} />}
      </Loaded>
    </div>
  );
}

interface DeedsProps {
  entry: ContextItem;
  onWrite(): void;
  onGone(): void;
}

function Deeds({ entry, onWrite, onGone }: DeedsProps) {
  const whyNot = useWhyNot("contexts:write");
  const [isAsking, setAsking] = useState(false);
  const remove = async () => {
    await contexts.remove(entry.id, entry.version);
    toast(`${entry.key} is deleted; its history stays.`);
    onGone();
  };
  return (
    <>
      <Button
        look="danger"
        whyNot={whyNot ?? (entry.deleted ? "It is deleted already." : null)}
        onClick={() => setAsking(true)}
      >
        Delete…
      </Button>
      <Button look="primary" whyNot={whyNot} onClick={onWrite}>
        {entry.deleted ? "Write it anew" : "Change"}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={`Delete ${entry.key}`}
        description="It leaves the lists and no agent finds it any more. Its history stays, and its name can be written again."
        confirmLabel="Delete the entry"
        isDangerous
        onConfirm={remove}
      />
    </>
  );
}
