import { ChevronDown, ChevronRight, Eye, Search } from "lucide-react";
import { useMemo, useState } from "react";
import { cx } from "@/lib/cx";
import { unhiddenName } from "@/lib/hidden";
import { counted } from "@/lib/words";
import { TextInput } from "@/ui/field";
import { VirtualList } from "@/ui/virtual-list";
import type { Viewed } from "./kept";
import { type ChangedFile, type TreeRow, treeOf } from "./tree";

interface FilesProps {
  /** Those that the filter leaves. */
  files: readonly ChangedFile[];
  total: number;
  filter: string;
  onFilter(filter: string): void;
  open: string | undefined;
  onOpen(path: string): void;
  viewed: Viewed;
  commentsOf(path: string): number;
}

const KINDS: Record<string, { letter: string; tone: string }> = {
  added: { letter: "A", tone: "text-good" },
  modified: { letter: "M", tone: "text-attention" },
  deleted: { letter: "D", tone: "text-bad" },
  renamed: { letter: "R", tone: "text-busy" },
  copied: { letter: "C", tone: "text-busy" },
  type_changed: { letter: "T", tone: "text-attention" },
};

export function Files({ files, total, filter, onFilter, open, onOpen, viewed, commentsOf }: FilesProps) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => treeOf(files, closed), [files, closed]);
  const fold = (path: string) =>
    setClosed((now) => {
      const next = new Set(now);
      if (!next.delete(path)) next.add(path);
      return next;
    });
  const viewedCount = files.filter((file) => viewed.has(file)).length;
  return (
    <nav
      aria-label="Changed files"
      className="flex h-56 shrink-0 flex-col border-line max-lg:border-b lg:h-auto lg:w-72 lg:border-r"
    >
      <div className="flex shrink-0 flex-col gap-1 border-b border-line p-2">
        <div className="relative">
          <Search aria-hidden className="absolute top-2 left-2 size-3.5 text-ink-faint" />
          <TextInput
            className="pl-7"
            aria-label="Filter files by name"
            placeholder="Filter by name"
            value={filter}
            onChange={(event) => onFilter(event.target.value)}
          />
        </div>
        <p className="numbers flex justify-between text-2xs text-ink-faint">
          <span>
            {files.length === total ? counted(total, "file") : `${files.length} of ${counted(total, "file")}`}
          </span>
          <span>{`${viewedCount} viewed`}</span>
        </p>
      </div>
      {rows.length === 0 ? (
        <p className="p-3 text-ink-soft">No file has that in its name.</p>
      ) : (
        <VirtualList
          label="Files"
          rows={rows}
          rowKey={({ kind, path }) => `${kind} ${path}`}
          estimatedHeight={28}
          render={(row) =>
            row.kind === "folder" ? (
              <FolderRow row={row} onFold={() => fold(row.path)} />
            ) : (
              <FileRow
                row={row}
                isOpen={row.path === open}
                isViewed={viewed.has(row.file)}
                comments={commentsOf(row.path)}
                onOpen={() => onOpen(row.path)}
              />
            )
          }
        />
      )}
    </nav>
  );
}

const ROW = "flex h-7 w-full min-w-0 items-center gap-1.5 pr-2 text-left hover:bg-raised pointer-coarse:h-10";

function indented(depth: number) {
  return { paddingLeft: `${0.5 + Math.min(depth, 8) * 0.75}rem` };
}

function FolderRow({ row, onFold }: { row: Extract<TreeRow, { kind: "folder" }>; onFold(): void }) {
  const Chevron = row.isOpen ? ChevronDown : ChevronRight;
  return (
    <button type="button" aria-expanded={row.isOpen} className={ROW} style={indented(row.depth)} onClick={onFold}>
      <Chevron aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
      <span className="grow truncate text-ink-soft" title={unhiddenName(row.path)}>
        {unhiddenName(row.name)}
      </span>
      {!row.isOpen && <span className="numbers text-2xs text-ink-faint">{row.files}</span>}
    </button>
  );
}

interface FileRowProps {
  row: Extract<TreeRow, { kind: "file" }>;
  isOpen: boolean;
  isViewed: boolean;
  comments: number;
  onOpen(): void;
}

function FileRow({ row, isOpen, isViewed, comments, onOpen }: FileRowProps) {
  const { file } = row;
  const kind = KINDS[file.status] ?? { letter: "?", tone: "text-ink-soft" };
  const was = file.old_path ? `, was ${unhiddenName(file.old_path)}` : "";
  return (
    <button
      type="button"
      aria-current={isOpen || undefined}
      className={cx(ROW, isOpen && "bg-accent-wash!")}
      style={indented(row.depth)}
      onClick={onOpen}
      title={`${unhiddenName(file.path)} (${file.status.replace("_", " ")}${was})${file.protected ? `: ${file.protected}` : ""}`}
    >
      <span className={cx("w-3.5 shrink-0 text-center font-mono text-2xs font-medium", kind.tone)}>
        <span aria-hidden>{kind.letter}</span>
        <span className="sr-only">{file.status.replace("_", " ")} </span>
      </span>
      <span className={cx("min-w-0 grow truncate", isViewed && "text-ink-faint")}>{unhiddenName(row.name)}</span>
      {file.protected && <span className="text-2xs text-attention">protected</span>}
      {file.generated && <span className="text-2xs text-ink-faint">generated</span>}
      {comments > 0 && (
        <span className="numbers shrink-0 bg-accent px-1 text-2xs text-on-accent">
          {comments}
          <span className="sr-only"> comments</span>
        </span>
      )}
      <Counts file={file} />
      {isViewed && <Eye aria-label="viewed" className="size-3 shrink-0 text-ink-faint" />}
    </button>
  );
}

export function Counts({ file }: { file: Pick<ChangedFile, "additions" | "deletions" | "binary"> }) {
  if (file.binary) return <span className="shrink-0 text-2xs text-ink-faint">binary</span>;
  return (
    <span className="numbers flex shrink-0 gap-1 text-2xs">
      <span className="text-good">+{file.additions}</span>
      <span className="text-bad">−{file.deletions}</span>
    </span>
  );
}
