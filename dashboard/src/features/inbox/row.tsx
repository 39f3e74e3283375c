import type { InboxItem } from "@/api/inbox";
import { cx } from "@/lib/cx";
import { unhiddenName } from "@/lib/hidden";
import { repositoryName } from "@/lib/repository";
import { RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { atDeadline, KINDS, RISKS, titleOf } from "./kinds";

/** One item in three lines: what it is and how urgent, whose it is, what it is about. */
export function ItemRow({ item, isChosen }: { item: InboxItem; isChosen: boolean }) {
  const { label, icon: Icon } = KINDS[item.kind];
  const risk = RISKS[item.risk.level];
  return (
    <div
      className={cx(
        "flex flex-col gap-1 border-b border-l-2 border-b-line py-2 pr-3 pl-3.5 pointer-coarse:py-3",
        isChosen ? "border-l-accent bg-raised" : "border-l-transparent bg-panel hover:bg-raised",
      )}
    >
      <span className="flex items-center gap-2">
        <span className="label-caps flex items-center gap-1.5 text-ink-soft">
          <Icon aria-hidden className="size-3.5" />
          {label}
        </span>
        {item.risk.level !== "low" && (
          <Badge tone={risk.tone} icon={risk.icon}>
            {risk.label}
          </Badge>
        )}
        <span className="ml-auto text-2xs text-ink-faint">{item.since && <RelativeTime at={item.since} />}</span>
      </span>
      <span className="truncate font-medium">{titleOf(item)}</span>
      <span className="truncate text-xs text-ink-soft">{unhiddenName(item.summary)}</span>
      <span className="flex items-center gap-2 text-2xs text-ink-faint">
        <span className="numbers truncate">{whoseOf(item)}</span>
        {item.deadline_at && (
          <span className="ml-auto shrink-0 text-attention">
            {atDeadline(item.default_action)} <RelativeTime at={item.deadline_at} isAhead />
          </span>
        )}
      </span>
    </div>
  );
}

function whoseOf({ session, plan, budget, mine }: InboxItem): string {
  const work = session ?? plan;
  if (!work) return budget ? budget.scope : "";
  const repository = work.repository === null ? "no repository" : repositoryName(work.repository);
  return `${repository} · ${mine ? "you" : (work.owner_name ?? work.owner)}`;
}
