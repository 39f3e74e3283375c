import { Link } from "@tanstack/react-router";
import { usePageTitle } from "@/lib/title";
import { EmptyState } from "./panels";

/** The same for what does not exist and for what is another tenant's: which of the two it is, nobody learns. */
export function NotFound() {
  usePageTitle("Not found");
  return (
    <EmptyState
      title="Not found"
      isPage
      action={
        <Link to="/" className="text-accent-ink underline">
          Go to the first page
        </Link>
      }
    >
      There is nothing at this address, or it belongs to another tenant.
    </EmptyState>
  );
}
