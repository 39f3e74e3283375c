import { useInfiniteQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { type ApiKey, adminQueries, type MadeKey } from "@/api/admin";
import { RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import type { Column } from "@/ui/data-table";
import { EmptyState } from "@/ui/panels";
import { agoColumn, monoColumn, nameColumn } from "./columns";
import { KeyDrawer } from "./key-drawer";
import { KeyState } from "./key-state";
import { ListSection } from "./list-section";
import { MakeKey, ShownOnce } from "./make-key";
import { Card } from "./records";

const COLUMNS: Column<ApiKey>[] = [
  { id: "state", header: "State", width: "6.5rem", cell: (row) => <KeyState apiKey={row} /> },
  nameColumn(),
  monoColumn("Begins with", ({ prefix }) => prefix, { from: 700 }),
  { id: "role", header: "Role", width: "6rem", cell: ({ role }) => <Badge>{role}</Badge> },
  {
    id: "operator",
    header: "Platform",
    width: "6rem",
    from: 1000,
    cell: ({ operator }) => (operator ? "operator" : "–"),
  },
  agoColumn("Made", ({ created_at }) => created_at, { from: 800 }),
  agoColumn("Last used", ({ last_used_at }) => last_used_at),
  {
    id: "expires",
    header: "Expires",
    width: "7rem",
    align: "right",
    cell: ({ expires_at }) =>
      expires_at ? <RelativeTime at={expires_at} isAhead /> : <span className="text-ink-faint">never</span>,
  },
];

const ABOUT = {
  all: "Keys of people and programs.",
  mine: "For your own programs and command line, each with your role at most.",
};

/** All keys of the tenant, or only those of whoever reads it. */
export function Keys({ whose = "all" }: { whose?: keyof typeof ABOUT }) {
  const query = useInfiniteQuery(adminQueries.keys(whose === "mine"));
  const [made, setMade] = useState<MadeKey | null>(null);
  return (
    <>
      <ListSection
        label="API keys"
        about={`${ABOUT[whose]} The text of a key is shown once, when it is made or rotated, and stored nowhere.`}
        add={{
          label: "Make a key",
          icon: <KeyRound />,
          need: "keys:own",
          form: (close) => <MakeKey onMade={setMade} onClose={close} />,
        }}
        query={query}
        rows={query.data?.pages.flatMap(({ items }) => items) ?? []}
        rowKey={({ id }) => id}
        columns={COLUMNS}
        card={(row) => (
          <Card
            head={
              <>
                <KeyState apiKey={row} /> <span className="truncate">{row.name}</span>
              </>
            }
            tail={`${row.role} · ${row.prefix}`}
          />
        )}
        empty={<EmptyState title="No keys">Make one for a program, or for your command line.</EmptyState>}
        opened={(row, close) => <KeyDrawer apiKey={row} onRotated={setMade} onClose={close} />}
      />
      {made && <ShownOnce made={made} onClose={() => setMade(null)} />}
    </>
  );
}
