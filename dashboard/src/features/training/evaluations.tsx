import { CheckCircle2, Clock, PlayCircle, ShieldX, XCircle } from "lucide-react";
import type { ModelDetail } from "@/api/training";
import { unhidden } from "@/lib/hidden";
import { RelativeTime } from "@/ui/amounts";
import { type State, StateBadge } from "@/ui/badge";
import { Panel } from "@/ui/panel";

type Evaluation = ModelDetail["evaluations"][number];

const STATES: Record<Evaluation["status"], State> = {
  queued: { label: "queued", tone: "neutral", icon: Clock },
  running: { label: "running", tone: "busy", icon: PlayCircle },
  passed: { label: "passed", tone: "good", icon: CheckCircle2 },
  refused: { label: "refused", tone: "bad", icon: ShieldX },
  failed: { label: "no verdict", tone: "attention", icon: XCircle },
};

/** What the gate found: base and tuned at the same tasks. */
export function Evaluations({ evaluations }: { evaluations: readonly Evaluation[] }) {
  return (
    <Panel title="Gate" note="base and tuned at the same held-out tasks">
      <div className="flex flex-col gap-3 p-3">
        {evaluations.length === 0 && <p className="text-ink-faint">It was not tried yet, so nothing can promote it.</p>}
        {evaluations.map((one) => (
          <article key={one.id} className="border-b border-line pb-2 last:border-b-0">
            <p className="flex flex-wrap items-center gap-2">
              <StateBadge state={STATES[one.status]} />
              <span className="text-xs text-ink-faint">
                {unhidden(one.created_by)}, <RelativeTime at={one.created_at} /> ago
              </span>
            </p>
            <Words title="Refused, because" words={textsOf(one.verdict?.refusals)} />
            <Words title="What was found" words={textsOf(one.verdict?.words)} />
            <Words title="It could not be carried out" words={textsOf([one.problem?.message, one.problem?.hint])} />
          </article>
        ))}
      </div>
    </Panel>
  );
}

function Words({ title, words }: { title: string; words: string[] }) {
  if (words.length === 0) return null;
  return (
    <>
      <h3 className="label-caps mt-2 text-ink-faint">{title}</h3>
      <ul className="list-disc pl-5">
        {words.map((one) => (
          <li key={one}>{unhidden(one)}</li>
        ))}
      </ul>
    </>
  );
}

function textsOf(told: unknown): string[] {
  return Array.isArray(told) ? told.filter((one): one is string => typeof one === "string") : [];
}
