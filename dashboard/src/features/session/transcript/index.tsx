import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback, useRef } from "react";
import { sessionQueries } from "@/api/session-queries";
import type { Session } from "@/lib/session-tabs";
import { Approvals } from "./approvals";
import { useFoundWords } from "./highlight";
import { useHits } from "./hits";
import { Parts } from "./parts";
import { SearchBar } from "./search-bar";
import { Steer } from "./steer";
import { useTranscript } from "./use-transcript";

const route = getRouteApi("/shell/sessions/$id");

export default function TranscriptTab({ session }: { session: Session }) {
  const { q = "", part } = route.useSearch();
  const navigate = useNavigate({ from: "/sessions/$id" });
  const body = useRef<HTMLDivElement>(null);
  const transcript = useTranscript(session, part);
  const turns = useQuery(sessionQueries.turns(session.id));
  const showPart = useCallback(
    (next: string | undefined) => void navigate({ search: (now) => ({ ...now, part: next }), replace: true }),
    [navigate],
  );
  const search = useCallback(
    (words: string) =>
      void navigate({ search: (now) => ({ ...now, q: words || undefined, part: undefined }), replace: true }),
    [navigate],
  );
  const hits = useHits(session.id, q, part, showPart);
  useFoundWords(body, q);
  return (
    <div ref={body} className="flex min-h-0 grow flex-col">
      <SearchBar sessionId={session.id} words={q} hits={hits} onSearch={search} />
      <Parts
        session={session}
        transcript={transcript}
        turns={turns.data?.items ?? []}
        part={part}
        isSearch={q !== ""}
        onPart={showPart}
      />
      <Approvals session={session} />
      <Steer session={session} turns={turns.data?.items ?? []} />
    </div>
  );
}
