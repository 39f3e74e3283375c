/** What stands where content is missing: nothing there yet, an error, or not loaded yet. */
import { AlertTriangle, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { toldOf } from "@/api/errors";
import { Button } from "./button";
import { CopyButton } from "./copy-button";

interface EmptyStateProps {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** Nothing else is on the page, so that this is its heading. */
  isPage?: boolean;
}

/** Says in a line why there is nothing, and what to do next. */
export function EmptyState({ title, children, action, isPage = false }: EmptyStateProps) {
  const Heading = isPage ? "h1" : "p";
  return (
    <div className="flex grow flex-col items-center justify-center gap-2 p-8 text-center">
      <Heading className="text-base font-semibold">{title}</Heading>
      {children && <div className="max-w-md text-ink-soft">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}

export function ErrorPanel({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { message, hint, code, requestId } = toldOf(error);
  return (
    <div
      role="alert"
      className="m-4 flex max-w-2xl gap-3 border border-l-4 border-line-strong border-l-bad bg-panel p-3"
    >
      <AlertTriangle aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="flex grow flex-col items-start gap-1">
        <p className="font-medium">{message}</p>
        {hint && <p className="text-ink-soft">{hint}</p>}
        <ErrorIds code={code} requestId={requestId} />
        {onRetry && (
          <Button size="small" className="mt-1" icon={<RotateCw />} onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}

/** What somebody else needs to find out more: the code is in the reference, the request in the log. */
export function ErrorIds({ code, requestId }: { code: string | null; requestId: string | null }) {
  return (
    <p className="numbers flex items-center gap-1 text-2xs text-ink-faint">
      {code}
      {requestId && (
        <>
          {" "}
          · request {requestId} <CopyButton text={requestId} label="Copy the request's id" />
        </>
      )}
    </p>
  );
}

interface LoadedProps<Data> {
  query: { data: Data | undefined; isError: boolean; error: unknown; refetch(): unknown };
  label: string;
  /** How many grey lines stand there until then. */
  rows?: number;
  children(data: NonNullable<Data>): ReactNode;
}

/** What is made of an answer, or what stands there until it has come. An answer stays when it could not be read anew: the
 * badge beside the navigation says that the server is away, and what was typed meanwhile is not thrown away. */
export function Loaded<Data>({ query, label, rows, children }: LoadedProps<Data>) {
  if (query.data !== undefined && query.data !== null) return <>{children(query.data)}</>;
  if (query.isError) return <ErrorPanel error={query.error} onRetry={() => query.refetch()} />;
  return <Skeleton label={`Loading ${label}`} rows={rows} />;
}

/** Grey lines in the shape of what is about to come. */
export function Skeleton({ rows = 8, label = "Loading" }: { rows?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col gap-px p-2">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never change places.
        <div key={row} className="blinking h-7 bg-raised" />
      ))}
    </div>
  );
}
