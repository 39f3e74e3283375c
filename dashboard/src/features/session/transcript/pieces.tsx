import { ChevronRight, Link2 } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "@/lib/cx";
import { exactly } from "@/lib/money";
import { clock, moment } from "@/lib/time";
import { Button, IconButton } from "@/ui/button";
import { toast, toastError } from "@/ui/toast";
import { beginningOf } from "./tool";

/** The frame of every row: a mark of who speaks at its left, and at its right when, and the way to link to it. */
export function Row({
  partId,
  at,
  mark,
  isMarked,
  children,
}: {
  partId?: string;
  at?: string;
  mark: string;
  isMarked?: boolean;
  children: ReactNode;
}) {
  return (
    <article
      className={cx(
        "group flex gap-2 border-l-[3px] py-1.5 pr-2 pl-3",
        mark,
        isMarked && "bg-accent-wash outline outline-1 -outline-offset-1 outline-accent",
      )}
    >
      <div className="min-w-0 grow">{children}</div>
      <div className="flex h-5 shrink-0 items-center gap-1">
        {at && (
          <time dateTime={at} title={moment(at)} className="numbers hidden text-2xs text-ink-faint sm:block">
            {clock(at)}
          </time>
        )}
        {partId && <LinkButton partId={partId} />}
      </div>
    </article>
  );
}

function LinkButton({ partId }: { partId: string }) {
  const copy = () =>
    navigator.clipboard.writeText(linkTo(partId)).then(() => toast("The link to this part is copied."), toastError);
  return (
    <IconButton
      label="Copy a link to this part"
      size="small"
      className="w-6! opacity-0 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100"
      onClick={copy}
    >
      <Link2 />
    </IconButton>
  );
}

function linkTo(partId: string): string {
  const url = new URL(window.location.href);
  for (const name of ["q", "tab"]) url.searchParams.delete(name);
  url.searchParams.set("part", partId);
  url.hash = "";
  return url.href;
}

/** What is folded to one line until somebody wants to see it. */
export function Fold({
  isOpen,
  onToggle,
  line,
  children,
}: {
  isOpen: boolean;
  onToggle(): void;
  line: ReactNode;
  children: ReactNode;
}) {
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className="flex w-full min-w-0 items-center gap-2 text-left hover:text-ink"
      >
        <ChevronRight aria-hidden className={cx("size-3.5 shrink-0 text-ink-faint", isOpen && "rotate-90")} />
        {line}
      </button>
      {isOpen && <div className="mt-1.5 flex flex-col gap-2 pl-5.5">{children}</div>}
    </>
  );
}

/** A text of any length: its beginning, until all of it is asked for. */
export function Long({
  text,
  isWhole,
  onWhole,
  render,
}: {
  text: string;
  isWhole: boolean;
  onWhole(): void;
  render(text: string): ReactNode;
}) {
  const beginning = isWhole ? text : beginningOf(text);
  return (
    <>
      {render(beginning)}
      {beginning.length < text.length && (
        <Button size="small" look="quiet" className="mt-1 self-start" onClick={onWhole}>
          {`Show all ${exactly(text.length)} characters`}
        </Button>
      )}
    </>
  );
}
