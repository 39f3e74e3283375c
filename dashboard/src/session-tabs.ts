/** Which tabs a session's page has, in their order, and the search parameters that they keep in the address. */
import { diffSearch } from "@/features/diff/search";
import { evidenceSearch } from "@/features/evidence/search";
import { sessionSearch } from "@/features/session/search";
import { timelineSearch } from "@/features/timeline/search";
import { loadable } from "@/lib/loadable";
import { declareSessionTabs } from "@/lib/session-tabs";

declareSessionTabs([
  { name: "transcript", label: "Transcript", content: loadable(() => import("@/features/session/transcript")) },
  {
    name: "diff",
    label: "Diff",
    content: loadable(() => import("@/features/diff/tab")),
    countOf: ({ changes }) => changes?.files,
  },
  { name: "evidence", label: "Evidence", content: loadable(() => import("@/features/evidence/tab")) },
  { name: "timeline", label: "Timeline", content: loadable(() => import("@/features/timeline/tab")) },
  { name: "checkpoints", label: "Checkpoints", content: loadable(() => import("@/features/checkpoints/tab")) },
  { name: "cost", label: "Cost", content: loadable(() => import("@/features/session-cost/tab")) },
]);

export function sessionPageSearch(raw: Record<string, unknown>) {
  return { ...sessionSearch(raw), ...diffSearch(raw), ...evidenceSearch(raw), ...timelineSearch(raw) };
}
