import { useLastEvent } from "@/api/live";
import type { Session } from "@/api/queries";
import { RelativeTime } from "./amounts";

/** When something last happened in it: what this tab has heard since is newer than what it has read. */
export function LastActivity({ session }: { session: Session }) {
  const seen = useLastEvent(session.id);
  const known = session.last_activity_at;
  return <RelativeTime at={seen !== undefined && seen > known ? seen : known} />;
}
