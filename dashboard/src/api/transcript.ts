/** Reads the conversation of a session, and the whole of it for a file. */
import { saveAs } from "@/lib/save";
import { api, bodyOf } from "./client";
import type { components, paths } from "./schema";

type TranscriptQuery = NonNullable<paths["/api/v1/sessions/{session_id}/transcript"]["get"]["parameters"]["query"]>;

export function transcriptPage(
  sessionId: string,
  query: TranscriptQuery,
  signal?: AbortSignal,
): Promise<components["schemas"]["Page_TranscriptItem_"]> {
  const path = { session_id: sessionId };
  return bodyOf(api.GET("/api/v1/sessions/{session_id}/transcript", { params: { path, query }, signal }));
}

/** The tool calls that run at this moment, as parts that have no output yet. */
export async function runningTools(sessionId: string): Promise<components["schemas"]["TranscriptItem"][]> {
  const params = { path: { session_id: sessionId } };
  return (await bodyOf(api.GET("/api/v1/sessions/{session_id}/transcript/running", { params }))).items;
}

export const PAGE_PARTS = 60;
const AHEAD_MS = 5000;

type Page = components["schemas"]["Page_TranscriptItem_"];
let ahead: { sessionId: string; page: Promise<Page>; atMs: number } | undefined;

/** Asks for the end of a transcript while the code that shows it is still on its way. */
export function readEndAhead(sessionId: string): void {
  const page = transcriptPage(sessionId, { order: "newest", limit: PAGE_PARTS });
  page.catch(() => {}); // Whoever takes it is told.
  ahead = { sessionId, page, atMs: Date.now() };
}

/** What was asked for ahead, once, as long as it is not old. */
export function takeEndAhead(sessionId: string): Promise<Page> | undefined {
  const taken = ahead;
  ahead = undefined;
  return taken?.sessionId === sessionId && Date.now() - taken.atMs < AHEAD_MS ? taken.page : undefined;
}

type RawForm = "jsonl" | "text";

/** Asked for with the headers of every other request, which a link could not send. */
export async function saveTranscript(sessionId: string, form: RawForm): Promise<void> {
  const params = { path: { session_id: sessionId }, query: { format: form } };
  const { data } = await api.GET("/api/v1/sessions/{session_id}/transcript/raw", { params, parseAs: "blob" });
  saveAs(data as unknown as Blob, `${sessionId}.${form === "text" ? "txt" : "jsonl"}`);
}
