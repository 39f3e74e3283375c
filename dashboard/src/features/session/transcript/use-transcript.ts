import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";
import { events, useDeltas, useLiveState } from "@/api/live";
import { runningTools, takeEndAhead, transcriptPage } from "@/api/transcript";
import type { Session } from "@/lib/session-tabs";
import { isFinal } from "@/lib/status";
import { type Part, TranscriptWindow } from "./window";
import { type Piece, Writing } from "./writing";

export interface Transcript {
  window: TranscriptWindow;
  writing: readonly Piece[];
  /** Tool calls that have begun; those that have ended since may still be among them. */
  running: readonly Part[];
  error: Error | null;
  retry(): void;
}

const NONE: readonly Part[] = [];
const TOOLS_RUN: readonly Session["status"][] = ["running", "waiting", "degraded"];

/** The window into one session's transcript, kept up to date by the event stream. */
export function useTranscript(session: Session, part: string | undefined): Transcript {
  const { id } = session;
  const window = useMemo(() => new TranscriptWindow((ask) => transcriptPage(id, ask)), [id]);
  useEffect(
    () =>
      events.onEvent((event) => {
        if (event.type === "transcript.part" && event.session_id === id) window.heard(String(event.data.part_id));
      }),
    [id, window],
  );
  const toolsRun = TOOLS_RUN.includes(session.status);
  const tail = useQuery({
    // News of a call may be here before the session that is at work again: then the key changes, and it is asked anew.
    queryKey: ["sessions", "transcript-tail", id, toolsRun],
    queryFn: async () => {
      // First what runs and then what has ended, so that a call which ends in between is in both and not in neither.
      const running = toolsRun ? await runningTools(id) : NONE;
      if (window.get().isLoaded) await window.catchUp();
      else if (part !== undefined) await window.openAt(part);
      else await openAtEnd(id, window);
      return running;
    },
    staleTime: 0,
    gcTime: 0,
    meta: { session: id, refreshedBy: ["transcript", "tool", "turn"] },
  });
  const running = toolsRun ? (tail.data ?? NONE) : NONE;
  return { window, writing: useWriting(session, window), running, error: tail.error, retry: () => void tail.refetch() };
}

/** What came since the end was asked for ahead was told to nobody, unless the stream is still to open: then all is read again. */
async function openAtEnd(id: string, window: TranscriptWindow): Promise<void> {
  const ahead = takeEndAhead(id);
  await window.openAtEnd(ahead);
  if (ahead && events.state === "live") await window.catchUp();
}

function useWriting(session: Session, window: TranscriptWindow): readonly Piece[] {
  const writing = useMemo(() => new Writing(), []);
  const live = useLiveState();
  useDeltas(
    session.id,
    useCallback((delta) => writing.add(delta), [writing]),
  );
  useEffect(() => {
    if (live !== "live") writing.interrupted();
  }, [live, writing]);
  useEffect(() => {
    const look = () => writing.finished(window.get().parts.map(({ part_id }) => part_id));
    return window.subscribe(look);
  }, [window, writing]);
  const isOver = isFinal(session.status) || ["paused", "queued", "pending", "orphaned"].includes(session.status);
  useEffect(() => {
    if (isOver) writing.end();
  }, [isOver, writing]);
  return useSyncExternalStore(writing.subscribe, writing.get);
}
