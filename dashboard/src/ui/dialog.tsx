import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "@/lib/cx";
import { Button, IconButton } from "./button";
import { useDeed } from "./use-deed";

const PLACES = {
  middle: "top-[12vh] left-1/2 max-h-[80vh] w-[min(36rem,calc(100vw-1.5rem))] -translate-x-1/2",
  left: "inset-y-0 left-0 w-72 border-y-0 border-l-0",
  right: "inset-y-0 right-0 w-[min(40rem,100vw)] border-y-0 border-r-0",
};

interface DialogProps {
  isOpen: boolean;
  onOpenChange(isOpen: boolean): void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  place?: keyof typeof PLACES;
}

export function Dialog({ isOpen, onOpenChange, title, description, children, footer, place = "middle" }: DialogProps) {
  return (
    <Radix.Root open={isOpen} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[#000a]" />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={focusContent}
          className={cx("fixed z-40 outline-none flex flex-col border border-line-strong bg-panel", PLACES[place])}
        >
          <header className="flex items-center gap-2 border-b border-line py-1.5 pr-1.5 pl-4">
            <Radix.Title className="grow text-sm font-semibold">{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label="Close">
                <X />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="min-h-0 grow overflow-y-auto p-4">
            {description && <Radix.Description className="mb-3 text-ink-soft">{description}</Radix.Description>}
            {children}
          </div>
          {footer && <footer className="flex justify-end gap-2 border-t border-line px-4 py-2.5">{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The first thing to fill in, else the dialog itself: not its button "Close", which would show its tooltip at once. */
function focusContent(event: Event): void {
  event.preventDefault();
  const dialog = event.currentTarget as HTMLElement;
  (dialog.querySelector<HTMLElement>("input, textarea, select, [data-autofocus]") ?? dialog).focus();
}

interface ConfirmProps extends Omit<DialogProps, "footer"> {
  confirmLabel: string;
  /** The dialog closes when it is done; what it throws is shown. */
  onConfirm(): Promise<unknown>;
  isDangerous?: boolean;
  whyNot?: string | null;
}

/** Asks once more before something that cannot be taken back. */
export function ConfirmDialog({ confirmLabel, onConfirm, isDangerous, whyNot, ...rest }: ConfirmProps) {
  const [isBusy, run] = useDeed();
  const confirm = () =>
    run(async () => {
      await onConfirm();
      rest.onOpenChange(false);
    });
  const footer = (
    <>
      <Button onClick={() => rest.onOpenChange(false)}>Cancel</Button>
      <Button look={isDangerous ? "danger" : "primary"} isBusy={isBusy} whyNot={whyNot} onClick={confirm}>
        {confirmLabel}
      </Button>
    </>
  );
  return <Dialog {...rest} footer={footer} />;
}
