import { useQuery } from "@tanstack/react-query";
import { contextQueries } from "@/api/contexts";
import { Said } from "@/ui/said";

/** What the agent said of its work at the end. Nothing is shown of a session whose agent said nothing. */
export function Summary({ sessionId }: { sessionId: string }) {
  const { data } = useQuery(contextQueries.summary(sessionId));
  if (!data) return null;
  return (
    <div className="border-b border-line px-4 py-2">
      <Said text={data} />
    </div>
  );
}
