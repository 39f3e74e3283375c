import { type ReactNode, useState } from "react";
import { Button } from "@/ui/button";
import { ConfirmDialog, Dialog } from "@/ui/dialog";
import { Facts } from "@/ui/panel";

/** What is asked about once more before it is done. */
export interface Deed {
  label: string;
  title: string;
  about: string;
  confirmLabel: string;
  isDangerous?: boolean;
  /** What there is to choose about it. */
  choice?: ReactNode;
  run(): Promise<unknown>;
}

interface RecordDrawerProps {
  title: string;
  facts: [name: string, value: ReactNode][];
  deeds: Deed[];
  /** The form in which it is changed, in place of the drawer. */
  change?: { whyNot?: string | null; form(close: () => void): ReactNode };
  /** Why nothing can be done to it. */
  whyNot: string | null;
  onClose(): void;
}

/** All that is known of a row, and what can be done to it. */
export function RecordDrawer({ title, facts, deeds, change, whyNot, onClose }: RecordDrawerProps) {
  const [asking, setAsking] = useState<Deed["label"] | null>(null);
  const [isChanging, setChanging] = useState(false);
  if (change && isChanging) return <>{change.form(onClose)}</>;
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      place="right"
      title={title}
      footer={
        <>
          {deeds.map(({ label, isDangerous }) => (
            <Button
              key={label}
              look={isDangerous ? "danger" : "plain"}
              whyNot={whyNot}
              onClick={() => setAsking(label)}
            >
              {label}…
            </Button>
          ))}
          {change && (
            <Button whyNot={whyNot ?? change.whyNot} onClick={() => setChanging(true)}>
              Change
            </Button>
          )}
        </>
      }
    >
      <Facts facts={facts} />
      {deeds.map(({ label, about, choice, run, ...deed }) => (
        <ConfirmDialog
          key={label}
          {...deed}
          isOpen={asking === label}
          onOpenChange={(isOpen) => !isOpen && setAsking(null)}
          description={about}
          onConfirm={run}
        >
          {choice}
        </ConfirmDialog>
      ))}
    </Dialog>
  );
}
