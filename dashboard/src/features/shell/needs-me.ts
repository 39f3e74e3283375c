/** How much needs a person: in the title, in the navigation and, if that was allowed, as a notification. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { type InboxItem, type InboxKind, inboxPage } from "@/api/inbox";
import { queries } from "@/api/queries";
import { unhidden, unhiddenName } from "@/lib/hidden";
import { joinTabs, useNotificationsAllowed } from "@/lib/notifications";

/** Nothing happens when a session falls silent, so no event tells it; and a tab that nobody sees has no stream. */
const UNTOLD_MS = 60_000;
/** The newest of what is new is among so many. */
const MOST_READ = 200;

type Counts = Partial<Record<InboxKind, number>>;

export function useNeedsMe(): number {
  const mayNotify = useNotificationsAllowed() === "granted";
  const { data } = useQuery({
    ...queries.inboxCount(),
    refetchInterval: UNTOLD_MS,
    refetchIntervalInBackground: mayNotify,
  });
  useNotifier(mayNotify, data?.counts);
  return data?.total ?? 0;
}

function useNotifier(mayNotify: boolean, counts: Counts | undefined): void {
  const navigate = useNavigate();
  const tabs = useRef<ReturnType<typeof joinTabs>>(undefined);
  const before = useRef<Counts>(undefined);
  useEffect(() => {
    if (!mayNotify) return;
    const joined = joinTabs();
    tabs.current = joined;
    return () => joined.leave();
  }, [mayNotify]);
  useEffect(() => {
    const known = before.current;
    before.current = counts;
    if (!mayNotify || !known || !counts) return;
    const grown = grownKinds(known, counts);
    if (grown.kinds.length === 0) return;
    const open = (item: InboxItem) => void navigate({ to: "/inbox", search: { item: item.id } });
    tabs.current
      ?.isMine()
      .then((isMine) => (isMine ? notify(grown, open) : undefined))
      // It is told on the page all the same; there is nobody here to read why it was not told twice.
      .catch(() => {});
  }, [mayNotify, counts, navigate]);
}

interface Grown {
  kinds: InboxKind[];
  by: number;
}

function grownKinds(before: Counts, now: Counts): Grown {
  const kinds = (Object.keys(now) as InboxKind[]).filter((kind) => (now[kind] ?? 0) > (before[kind] ?? 0));
  return { kinds, by: kinds.reduce((sum, kind) => sum + (now[kind] ?? 0) - (before[kind] ?? 0), 0) };
}

async function notify({ kinds, by }: Grown, open: (item: InboxItem) => void): Promise<void> {
  const { items } = await inboxPage({ kind: kinds }, MOST_READ);
  const newest = items.toSorted((one, other) => (other.since ?? "").localeCompare(one.since ?? ""))[0];
  if (!newest) return;
  const title =
    by === 1 ? unhiddenName(newest.session?.title ?? newest.plan?.goal ?? "A budget needs you") : `${by} more need you`;
  const told = new Notification(title, { body: unhidden(newest.summary), tag: "inbox" });
  told.addEventListener("click", () => {
    window.focus();
    open(newest);
    told.close();
  });
}
