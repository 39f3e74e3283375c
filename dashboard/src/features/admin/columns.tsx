/** Columns that several lists have. */
import type { ReactNode } from "react";
import { RelativeTime } from "@/ui/amounts";
import type { Column } from "@/ui/data-table";
import { Mono } from "@/ui/mono";

export function nameColumn<Row extends { name: string }>(): Column<Row> {
  return {
    id: "name",
    header: "Name",
    width: "minmax(9rem, 2fr)",
    cell: ({ name }) => <span className="font-medium">{name}</span>,
  };
}

export function monoColumn<Row>(
  header: string,
  textOf: (row: Row) => string,
  look: Partial<Column<Row>> = {},
): Column<Row> {
  const cell = (row: Row): ReactNode => <Mono text={textOf(row)} />;
  return { id: header, header, width: "minmax(9rem, 1fr)", cell, ...look };
}

/** How long ago something was. */
export function agoColumn<Row>(
  header: string,
  timeOf: (row: Row) => string | null,
  look: Partial<Column<Row>> = {},
): Column<Row> {
  const cell = (row: Row): ReactNode => <Ago at={timeOf(row)} />;
  return { id: header, header, width: "7rem", align: "right", cell, ...look };
}

function Ago({ at }: { at: string | null }) {
  return at === null ? <span className="text-ink-faint">never</span> : <RelativeTime at={at} />;
}
