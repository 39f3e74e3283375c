import { Link } from "@tanstack/react-router";
import { agentPage } from "@/lib/links";

export function AgentLink({ id, name }: { id: string; name: string }) {
  return (
    <Link {...agentPage(id)} className="font-medium hover:underline">
      {name}
    </Link>
  );
}
