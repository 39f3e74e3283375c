import { type UseQueryResult, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useCallback, useRef } from "react";
import { type InboxItem, inboxQueries } from "@/api/inbox";
import { useWhyNot } from "@/api/me";
import { useShortcuts } from "@/lib/keys";
import { useMore, useRows } from "@/lib/pages";
import { useWidth } from "@/lib/width";
import { counted } from "@/lib/words";
import { Button } from "@/ui/button";
import { Page } from "@/ui/page";
import { EmptyState, ErrorPanel, Skeleton } from "@/ui/panels";
import { VirtualList } from "@/ui/virtual-list";
import { Detail } from "./detail";
import { Filters } from "./filters";
import { NotifyButton } from "./notify-button";
import { itemAfter, repositoriesOf, useLastKnownOrder } from "./order";
import { ItemRow } from "./row";
import { filtersOf, isNarrowed } from "./search";

const route = getRouteApi("/shell/inbox");

/** From this width on, the list and the open item stand side by side. */
const BOTH_FROM_PX = 860;
/** One and the same while nothing is loaded. */
const NONE: InboxItem[] = [];

function Inbox() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const room = useRef<HTMLDivElement>(null);
  const width = useWidth(room);
  const isWide = width >= BOTH_FROM_PX;
  const list = useInfiniteQuery(inboxQueries.list(filtersOf(search)));
  const items = useRows(list) ?? NONE;
  const newest = list.data?.pages.at(-1);
  const openId = search.item ?? (isWide ? items[0]?.id : undefined);
  const listed = items.find(({ id }) => id === openId);
  const isElsewhere = search.item !== undefined && listed === undefined && !list.isPending;
  const named = useQuery({ ...inboxQueries.item(search.item ?? ""), enabled: isElsewhere });
  const open = listed ?? (isElsewhere ? (named.data ?? undefined) : undefined);
  const order = useLastKnownOrder(items, openId);

  const show = useCallback(
    (id: string | undefined, isNewPlace = false) =>
      void navigate({ to: "/inbox", search: (now) => ({ ...now, item: id }), replace: !isNewPlace }),
    [navigate],
  );
  const choose = useCallback((item: InboxItem) => show(item.id, !isWide), [show, isWide]);
  const goOn = () => show(isWide && openId ? itemAfter(openId, order, items) : undefined);
  const step = (by: number) => {
    const at = items.findIndex(({ id }) => id === openId);
    const next = items[Math.max(0, Math.min(items.length - 1, at + by))];
    if (next) show(next.id);
  };
  useShortcuts([
    { keys: "j", label: "Next item", run: () => step(1) },
    { keys: "k", label: "Previous item", run: () => step(-1) },
  ]);
  const more = useMore(list);

  const content = () => {
    if (list.isPending) return <Skeleton rows={10} label="Loading the inbox" />;
    if (list.isError && items.length === 0) return <ErrorPanel error={list.error} onRetry={() => list.refetch()} />;
    const shown = open ? (
      <Detail key={open.id} item={open} onDone={goOn} onBack={isWide ? undefined : () => show(undefined)} />
    ) : (
      isElsewhere && <NotListed query={named} onNext={goOn} hasNext={items.length > 0} />
    );
    if (items.length === 0 && !search.item) {
      return <Empty isNarrowed={isNarrowed(search)} onWiden={() => void navigate({ to: "/inbox" })} />;
    }
    if (!isWide && shown) return shown;
    return (
      <div className="flex min-h-0 grow">
        <div className={isWide ? "flex w-96 shrink-0 flex-col border-r border-line" : "flex min-w-0 grow flex-col"}>
          <VirtualList
            label="What needs you"
            rows={items}
            rowKey={({ id }) => id}
            estimatedHeight={96}
            choice={{ chosen: openId ?? null, onChoose: choose }}
            onEnd={list.hasNextPage ? more : undefined}
            render={(item) => <ItemRow item={item} isChosen={item.id === openId} />}
          />
        </div>
        {isWide && shown}
      </div>
    );
  };
  return (
    <Page
      title="Inbox"
      note={newest && <span className="numbers">{counted(newest.total, "needs a person", "need a person")}</span>}
      actions={<NotifyButton />}
    >
      {(isWide || !open) && (
        <Filters
          search={search}
          counts={newest?.counts ?? {}}
          total={newest?.total ?? 0}
          repositories={repositoriesOf(items)}
        />
      )}
      <div ref={room} className="flex min-h-0 grow flex-col">
        {content()}
      </div>
    </Page>
  );
}

interface NotListedProps {
  query: UseQueryResult<InboxItem | null>;
  onNext(): void;
  hasNext: boolean;
}

/** What an address names and the loaded part of the list has not: it is looked for by itself. */
function NotListed({ query, onNext, hasNext }: NotListedProps) {
  if (query.isPending) return <Skeleton rows={6} label="Looking for the item" />;
  if (query.isError && query.data === undefined)
    return <ErrorPanel error={query.error} onRetry={() => query.refetch()} />;
  return <Gone onNext={onNext} hasNext={hasNext} />;
}

function Gone({ onNext, hasNext }: { onNext(): void; hasNext: boolean }) {
  return (
    <EmptyState
      title="This needs nobody any more"
      action={<Button onClick={onNext}>{hasNext ? "Go on" : "Back to the inbox"}</Button>}
    >
      It was decided, its deadline has passed, or it went on by itself.
    </EmptyState>
  );
}

function Empty({ isNarrowed, onWiden }: { isNarrowed: boolean; onWiden(): void }) {
  const whyNotNew = useWhyNot("sessions:write");
  if (isNarrowed) {
    return (
      <EmptyState title="Nothing of that needs you" action={<Button onClick={onWiden}>Show all</Button>}>
        Take one of the filters away, or look at everything.
      </EmptyState>
    );
  }
  const link = "text-accent-ink underline";
  return (
    <EmptyState
      title="Nothing needs you"
      action={
        <span className="flex flex-wrap justify-center gap-4">
          {whyNotNew === null && (
            <Link to="/new" className={link}>
              Hand in new work
            </Link>
          )}
          <Link to="/fleet" className={link}>
            See what is at work
          </Link>
        </span>
      }
    >
      Results to review, questions and permissions of agents, failed checks, budgets that run low, stuck sessions and
      plans appear here by themselves.
    </EmptyState>
  );
}

export const page = createLazyRoute("/shell/inbox")({ component: Inbox });
