import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { InboxItem } from "@/api/inbox";
import { unhidden } from "@/lib/hidden";
import { planPage } from "@/lib/links";
import { RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { SessionLink } from "@/ui/session-link";
import { BudgetDetail } from "./budget";
import { atDeadline, KINDS, RISKS, titleOf } from "./kinds";
import type { DetailProps } from "./parts";
import { PermissionDetail } from "./permission";
import { PlanDetail } from "./plan";
import { QuestionDetail } from "./question";
import { ResultDetail } from "./result";
import { StuckDetail } from "./stuck";

/** Everything there is to know for a decision, and the decision. */
export function Detail({ item, onDone, onBack }: DetailProps & { onBack?: () => void }) {
  const { label, icon } = KINDS[item.kind];
  const risk = RISKS[item.risk.level];
  const work = item.session ?? item.plan;
  return (
    <article aria-label={`${label}: ${titleOf(item)}`} className="flex min-h-0 min-w-0 grow flex-col bg-ground">
      <header className="flex shrink-0 flex-col gap-1.5 border-b border-line bg-panel px-4 py-3">
        <div className="flex flex-wrap items-center gap-2">
          {onBack && (
            <Button look="quiet" size="small" className="-ml-2 h-9!" icon={<ArrowLeft />} onClick={onBack}>
              Inbox
            </Button>
          )}
          <Badge icon={icon}>{label}</Badge>
          <Badge tone={risk.tone} icon={risk.icon}>
            {risk.label}
          </Badge>
          <span className="ml-auto text-xs text-ink-faint">
            {item.since && (
              <>
                for <RelativeTime at={item.since} />
              </>
            )}
          </span>
        </div>
        <h2 className="text-base font-semibold break-words">
          <Title item={item} />
        </h2>
        {work && (
          <p className="numbers text-xs break-all text-ink-faint">
            {work.repository ?? "no repository"} · {work.owner_name ?? work.owner}
            {item.mine && " (you)"}
          </p>
        )}
        {item.risk.reasons.length > 0 && (
          <ul className="text-xs text-ink-soft">
            {item.risk.reasons.map((reason) => (
              <li key={reason}>– {unhidden(reason)}</li>
            ))}
          </ul>
        )}
        {item.deadline_at && (
          <p className="text-xs text-attention">
            {atDeadline(item.default_action)} <RelativeTime at={item.deadline_at} isAhead /> unless somebody decides.
          </p>
        )}
      </header>
      <Body item={item} onDone={onDone} />
    </article>
  );
}

function Title({ item }: { item: InboxItem }) {
  if (item.session) return <SessionLink id={item.session.id}>{item.session.title}</SessionLink>;
  if (!item.plan) return titleOf(item);
  return (
    <Link {...planPage(item.plan.id)} className="hover:underline">
      {titleOf(item)}
    </Link>
  );
}

function Body({ item, onDone }: DetailProps) {
  const { session, plan, approval } = item;
  if (approval) {
    const Asked = item.kind === "question" ? QuestionDetail : PermissionDetail;
    return <Asked item={item} approvalId={approval.id} onDone={onDone} />;
  }
  if (plan) return <PlanDetail item={item} plan={plan} onDone={onDone} />;
  if (!session) return <BudgetDetail item={item} />;
  const Of = session.status === "paused" || item.kind === "stuck" ? StuckDetail : ResultDetail;
  return <Of item={item} sessionId={session.id} onDone={onDone} />;
}
