import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { externalQueries } from "@/api/external";
import { externalAgentPage } from "@/lib/links";
import type { Session } from "@/lib/session-tabs";
import { turnNumber } from "@/lib/turns";
import { AssignmentBadge } from "@/ui/assignment-badge";
import { Fact } from "@/ui/panel";

/** Which external agent does its turn, or did the last one; nothing for an agent that runs here. */
export function ExternalFact({ session }: { session: Session }) {
  // An agent without a version is one that OpenCode itself brings.
  const { data } = useQuery({ ...externalQueries.ofSession(session.id), enabled: session.agent_version !== null });
  if (!data) return null;
  const { external_agent_id, status, attempt, turn } = data;
  return (
    <Fact name="External agent">
      {external_agent_id ? (
        <Link {...externalAgentPage(external_agent_id, data.id)} className="underline">
          {external_agent_id.slice(-8)}
        </Link>
      ) : (
        "nobody yet"
      )}
      <AssignmentBadge status={status} />
      {`turn ${turnNumber(turn)}, attempt ${attempt}`}
    </Fact>
  );
}
