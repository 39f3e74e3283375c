import { type CodeViewItem, parsePatchFiles, type SelectedLineRange } from "@pierre/diffs";
import { CodeView, type CodeViewHandle } from "@pierre/diffs/react";
import { type ReactNode, type Ref, useCallback, useEffect, useImperativeHandle, useMemo, useRef } from "react";
import { unhidden } from "@/lib/hidden";
import { useTheme } from "@/lib/theme";
import "./code.css";
import type { Range, Side } from "./patch-lines";

/** Something that is shown below a line. Below line 0: above all lines. */
export interface Note {
  key: string;
  side: Side;
  line: number;
}

export interface CodeHandle {
  /** So that the line can be seen. */
  show(side: Side, line: number): void;
  focus(): void;
}

interface CodeProps<OneNote extends Note> {
  /** Other contents need another key. */
  patch: string;
  path: string;
  isSplit: boolean;
  notes: readonly OneNote[];
  render(note: OneNote): ReactNode;
  selected: Range | null;
  onSelect(range: Range | null): void;
  /** Someone wants to say something about these lines; nobody can where it is missing. */
  onComment?(range: Range): void;
  handle: Ref<CodeHandle>;
}

/** One item, whose id never changes: the whole component does with its file. */
const ITEM = "file";

/** Those of enough contrast on a changed line too. */
const THEMES = { dark: "github-dark-high-contrast", light: "github-light-high-contrast" };

const ofSide = { old: "deletions", new: "additions" } as const;
const toSide = { deletions: "old", additions: "new" } as const;

/** The changes of one file, coloured; of a long one, only what can be seen is in the page. */
export function Code<OneNote extends Note>(props: CodeProps<OneNote>) {
  const { patch, path, isSplit, notes, render, selected, onSelect, onComment, handle } = props;
  const themeType = useTheme();
  const view = useRef<CodeViewHandle<OneNote, undefined>>(null);
  const scroller = useRef<HTMLDivElement | null>(null);
  const version = useVersion(notes);
  useImperativeHandle(handle, () => ({
    show: (side, line) =>
      view.current?.scrollTo({
        type: "line",
        id: ITEM,
        lineNumber: line,
        side: ofSide[side],
        align: "nearest",
        offset: 24,
      }),
    focus: () => scroller.current?.focus({ preventScroll: true }),
  }));
  const containerRef = useCallback(
    (element: HTMLDivElement | null) => {
      scroller.current = element;
      if (!element) return;
      element.tabIndex = 0;
      element.setAttribute("role", "group");
      element.setAttribute("aria-label", `Changes of ${path}`);
    },
    [path],
  );
  const fileDiff = useMemo(() => parsePatchFiles(unhidden(patch))[0]?.files[0], [patch]);
  const items = useMemo((): CodeViewItem<OneNote>[] => {
    const annotations = notes.map((note) => ({ side: ofSide[note.side], lineNumber: note.line, metadata: note }));
    return fileDiff ? [{ id: ITEM, type: "diff", fileDiff, version, annotations: annotations as never }] : [];
  }, [fileDiff, notes, version]);
  const canComment = onComment !== undefined;
  const latest = useRef({ onSelect, onComment });
  latest.current = { onSelect, onComment };
  const options = useMemo(
    () => ({
      theme: THEMES,
      themeType,
      diffStyle: isSplit ? ("split" as const) : ("unified" as const),
      diffIndicators: "classic" as const,
      disableFileHeader: true,
      hunkSeparators: "line-info-basic" as const,
      overflow: "scroll" as const,
      enableLineSelection: true,
      enableGutterUtility: canComment,
      lineHoverHighlight: "both" as const,
      layout: { paddingTop: 0, paddingBottom: 48, gap: 0 },
      onLineEnter: () => nameButton(scroller.current),
      onPostRender: () => nameButton(scroller.current),
      onGutterUtilityClick: (range: SelectedLineRange) => latest.current.onComment?.(rangeOf(range)),
    }),
    [themeType, isSplit, canComment],
  );
  // A selection by keys moves the button too.
  useEffect(() => nameButton(scroller.current));
  return (
    <CodeView<OneNote, undefined>
      ref={view}
      items={items}
      options={options}
      className="min-h-0 grow overflow-auto bg-panel"
      containerRef={containerRef}
      disableWorkerPool
      selectedLines={selected && { id: ITEM, range: lineRangeOf(selected) }}
      onSelectedLinesChange={(next) => latest.current.onSelect(next && rangeOf(next.range))}
      renderAnnotation={(...[{ metadata }]) => render(metadata as OneNote)}
    />
  );
}

/** The package's button beside a line has an icon alone. */
function nameButton(scroller: HTMLElement | null): void {
  const root = scroller?.querySelector("diffs-container")?.shadowRoot;
  root?.querySelector("[data-utility-button]")?.setAttribute("aria-label", "Comment on this line");
}

/** A selection over both sides counts as one of the side where it ends. */
function rangeOf({ start, end, side = "additions", endSide = side }: SelectedLineRange): Range {
  const first = side === endSide ? start : end;
  return { side: toSide[endSide], line: Math.min(first, end), endLine: Math.max(first, end) };
}

function lineRangeOf({ side, line, endLine }: Range): SelectedLineRange {
  return { start: line, end: endLine, side: ofSide[side], endSide: ofSide[side] };
}

/** Counts how often the notes have changed. */
function useVersion(notes: readonly Note[]): number {
  const seen = useRef({ notes, version: 0 });
  if (seen.current.notes !== notes) seen.current = { notes, version: seen.current.version + 1 };
  return seen.current.version;
}
