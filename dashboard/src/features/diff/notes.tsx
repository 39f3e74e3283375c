/** What stands between the lines: the comment that is being written, those that are gathered, those that were sent. */
import { Pencil, Trash2 } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { turnNumber } from "@/lib/turns";
import { RelativeTime } from "@/ui/amounts";
import { Button } from "@/ui/button";
import { TextArea } from "@/ui/field";
import type { Note } from "./code";
import type { Draft } from "./kept";
import type { PatchLine } from "./patch-lines";
import { placeOf, type Range } from "./patch-lines";
import type { SentComment } from "./queries";

type ReviewNote = Note &
  ({ kind: "writing"; draft: Draft } | { kind: "draft"; draft: Draft } | { kind: "sent"; sent: SentComment });

export function linesInWords({ side, line, endLine }: Range): string {
  const lines = line === endLine ? `line ${line}` : `lines ${line} to ${endLine}`;
  return side === "old" ? `${lines} as before` : lines;
}

/** Each below its last line; above all lines when the patch does not show that one. */
export function notesOf(
  lines: readonly PatchLine[],
  path: string,
  { drafts, sent, writing }: { drafts: readonly Draft[]; sent: readonly SentComment[]; writing: Draft | null },
): ReviewNote[] {
  const place = (one: Range) => (placeOf(lines, one.side, one.endLine) >= 0 ? one.endLine : 0);
  const notes: ReviewNote[] = [];
  for (const one of sent) {
    if (one.path === path) notes.push({ kind: "sent", key: one.key, side: one.side, line: place(one), sent: one });
  }
  for (const draft of drafts) {
    if (draft.path !== path || draft.id === writing?.id) continue;
    notes.push({ kind: "draft", key: draft.id, side: draft.side, line: place(draft), draft });
  }
  if (writing?.path === path) {
    notes.push({
      kind: "writing",
      key: `writing ${writing.id}`,
      side: writing.side,
      line: place(writing),
      draft: writing,
    });
  }
  return notes;
}

interface NoteViewProps {
  note: ReviewNote;
  commit: string;
  onKeep(draft: Draft): void;
  onCancel(): void;
  onEdit(draft: Draft): void;
  onRemove(id: string): void;
}

export function NoteView({ note, commit, onKeep, onCancel, onEdit, onRemove }: NoteViewProps) {
  if (note.kind === "writing") return <Writing draft={note.draft} onKeep={onKeep} onCancel={onCancel} />;
  if (note.kind === "draft") {
    return (
      <NoteBox title={`Comment on ${linesInWords(note.draft)}, not sent yet`} tone="border-l-accent">
        <p className="whitespace-pre-wrap">{note.draft.body}</p>
        <div className="mt-1 flex gap-1">
          <Button size="small" look="quiet" icon={<Pencil />} onClick={() => onEdit(note.draft)}>
            Edit
          </Button>
          <Button size="small" look="quiet" icon={<Trash2 />} onClick={() => onRemove(note.draft.id)}>
            Delete
          </Button>
        </div>
      </NoteBox>
    );
  }
  const { sent } = note;
  return (
    <NoteBox title={`Sent comment on ${linesInWords(sent)}`} tone="border-l-line-strong">
      <p className="mb-1 flex flex-wrap gap-x-2 text-2xs text-ink-faint">
        <span>{`on ${linesInWords(sent)}`}</span>
        {sent.commit && sent.commit !== commit && <span>{`of the earlier commit ${sent.commit.slice(0, 8)}`}</span>}
        <span>{sent.turn === null ? "waits for the next turn" : `taken by turn ${turnNumber(sent.turn)}`}</span>
        <RelativeTime at={sent.at} />
      </p>
      <p className="whitespace-pre-wrap">{sent.body}</p>
    </NoteBox>
  );
}

function NoteBox({ title, tone, children }: { title: string; tone: string; children: React.ReactNode }) {
  return (
    <section
      aria-label={title}
      className={`m-2 max-w-2xl border border-l-4 border-line bg-raised p-2 font-sans text-sm ${tone}`}
    >
      {children}
    </section>
  );
}

function Writing({ draft, onKeep, onCancel }: { draft: Draft; onKeep(draft: Draft): void; onCancel(): void }) {
  const [body, setBody] = useState(draft.body);
  const keep = () => {
    if (body.trim() !== "") onKeep({ ...draft, body });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onCancel();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) keep();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <NoteBox title={`New comment on ${linesInWords(draft)}`} tone="border-l-accent">
      <p aria-hidden className="text-xs text-ink-soft">{`Comment on ${linesInWords(draft)}`}</p>
      <TextArea
        aria-label={`Comment on ${linesInWords(draft)}`}
        autoFocus
        className="mt-1"
        value={body}
        onChange={(event) => setBody(event.target.value)}
        onKeyDown={onKeyDown}
        placeholder="What should the agent change here?"
      />
      <div className="mt-1 flex items-center gap-2">
        <Button size="small" look="primary" onClick={keep} whyNot={body.trim() === "" ? "Say something first." : null}>
          Add to the review
        </Button>
        <Button size="small" look="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <span className="ml-auto text-2xs text-ink-faint">Ctrl Enter adds, Esc cancels</span>
      </div>
    </NoteBox>
  );
}
