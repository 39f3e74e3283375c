import { Bell, BellRing } from "lucide-react";
import { askForNotifications, useNotificationsAllowed } from "@/lib/notifications";
import { Button } from "@/ui/button";
import { toastError } from "@/ui/toast";

/** Asks the browser, only when it is pressed; once that is decided, says how. */
export function NotifyButton() {
  const allowed = useNotificationsAllowed();
  if (allowed === "granted") {
    return (
      <span className="flex items-center gap-1.5 text-xs text-ink-faint" title="The browser's site settings end it.">
        <BellRing aria-hidden className="size-3.5" /> Notifications on
      </span>
    );
  }
  const whyNot = {
    default: null,
    denied: "The browser blocks notifications of this page; its site settings allow them again.",
    unsupported: "This browser shows notifications only over HTTPS or on localhost.",
  }[allowed];
  return (
    <Button look="quiet" icon={<Bell />} whyNot={whyNot} onClick={() => askForNotifications().catch(toastError)}>
      Notify me
    </Button>
  );
}
