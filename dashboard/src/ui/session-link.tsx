import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { unhiddenName } from "@/lib/hidden";
import { sessionPath } from "@/lib/links";

interface SessionLinkProps {
  id: string;
  /** Which of the page's tabs is open there. */
  tab?: string;
  children: ReactNode;
  className?: string;
}

/** Leads to a session from wherever it is spoken of, mostly by its title. */
export function SessionLink({ id, tab, children, className }: SessionLinkProps) {
  return (
    <Link to={sessionPath(id) as string} search={{ tab } as object} className={className ?? "hover:underline"}>
      {typeof children === "string" ? unhiddenName(children) : children}
    </Link>
  );
}
