import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ComponentProps, type ReactNode, useState } from "react";
import { useWhyNot } from "@/api/me";
import type { Need } from "@/lib/permissions";
import { Button } from "@/ui/button";
import { Bar, Records } from "./records";

interface ListSectionProps<Row> extends Omit<ComponentProps<typeof Records<Row>>, "onOpen"> {
  /** What the rows are, in a line. */
  about: ReactNode;
  add: { label: string; icon: ReactNode; need: Need; form(close: () => void): ReactNode };
  /** The row that is open, beside the list. */
  opened(row: NoInfer<Row>, close: () => void): ReactNode;
}

/** A part of the administration that is a list: what it is, a form for one more, and a drawer for each. */
export function ListSection<Row>({ about, add, opened, ...list }: ListSectionProps<Row>) {
  const [isAdding, setAdding] = useState(false);
  const whyNot = useWhyNot(add.need);
  const [open, setOpen] = useOpenRow();
  const row = list.rows.find((one) => list.rowKey(one) === open);
  return (
    <>
      <Bar
        actions={
          <Button size="small" icon={add.icon} whyNot={whyNot} onClick={() => setAdding(true)}>
            {add.label}
          </Button>
        }
      >
        {about}
      </Bar>
      <Records {...list} onOpen={(one: Row) => setOpen(list.rowKey(one))} />
      {isAdding && add.form(() => setAdding(false))}
      {row !== undefined && opened(row, () => setOpen(undefined))}
    </>
  );
}

/** Which row is open stands in the address, so that it can be sent to somebody. */
function useOpenRow(): [string | undefined, (key: string | undefined) => void] {
  const { open } = useSearch({ strict: false });
  const navigate = useNavigate();
  const setOpen = (key: string | undefined) =>
    void navigate({ to: ".", search: (now: object) => ({ ...now, open: key }), replace: true });
  return [open, setOpen];
}
