import { useQuery } from "@tanstack/react-query";
import { useMe } from "@/api/me";
import { queries } from "@/api/queries";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { EmptyState } from "@/ui/panels";
import { UserMenu } from "./user-menu";

/** For a person who logged in and whom nobody has added to a tenant yet: there is nothing else to show. */
export function NoMembership() {
  const { principal } = useMe();
  const { isFetching, refetch } = useQuery(queries.me());
  return (
    <main className="flex h-full flex-col">
      <header className="flex justify-end border-b border-line bg-panel p-2">
        <div className="w-52">
          <UserMenu />
        </div>
      </header>
      <EmptyState
        title="You belong to no tenant yet"
        isPage
        action={
          <Button look="primary" isBusy={isFetching} onClick={() => void refetch()}>
            Look again
          </Button>
        }
      >
        <p>You are logged in as {principal.name}. Give an ADMIN of your team this user id, and ask to be added:</p>
        <p className="mt-2 inline-flex items-center gap-1 border border-line-strong bg-panel px-2">
          <code className="numbers text-xs text-ink">{principal.id}</code>
          <CopyButton text={principal.id} label="Copy your user id" />
        </p>
      </EmptyState>
    </main>
  );
}
