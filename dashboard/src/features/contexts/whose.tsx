import { Link } from "@tanstack/react-router";
import { Bot, Globe, type LucideIcon, Network, Rows3 } from "lucide-react";
import type { ContextItem, Scope } from "@/api/contexts";
import { agentPage, planPage } from "@/lib/links";
import { Badge } from "@/ui/badge";
import { SessionLink } from "@/ui/session-link";

export const SCOPE_WORDS: Record<Scope, { label: string; whose: string; icon: LucideIcon }> = {
  GLOBAL: { label: "Global", whose: "the whole tenant's", icon: Globe },
  SESSION: { label: "Session", whose: "one session's", icon: Rows3 },
  AGENT: { label: "Agent", whose: "one agent's, over all of its sessions", icon: Bot },
  TEMPORARY: { label: "Plan", whose: "one plan's, as long as that lasts", icon: Network },
};

type Scoped = Pick<ContextItem, "scope" | "scope_id">;

/** Whose entry it is, and the way to the session, the agent or the plan. */
export function Whose({ of: { scope, scope_id } }: { of: Scoped }) {
  const { label, icon } = SCOPE_WORDS[scope];
  return (
    <span className="inline-flex items-center gap-2">
      <Badge icon={icon}>{label}</Badge>
      {scope_id && <Owner scope={scope} id={scope_id} />}
    </span>
  );
}

function Owner({ scope, id }: { scope: Scope; id: string }) {
  const short = id.slice(-8);
  const look = "numbers text-xs underline";
  if (scope === "SESSION") {
    return (
      <SessionLink id={id} className={look}>
        {short}
      </SessionLink>
    );
  }
  return (
    <Link {...(scope === "AGENT" ? agentPage(id) : planPage(id))} className={look}>
      {short}
    </Link>
  );
}
