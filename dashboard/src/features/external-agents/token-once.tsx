import type { MadeEnrolment } from "@/api/external";
import { RelativeTime } from "@/ui/amounts";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { Dialog } from "@/ui/dialog";
import { byCommand, byPython } from "./commands";

/** The only time that anybody sees the token, with what is done with it. */
export function TokenOnce({ made, onClose }: { made: MadeEnrolment; onClose(): void }) {
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={made.agent_name ? `The token to join ${made.agent_name}` : "The token to join with"}
      description="Copy it now: it is shown this once, and lets one agent join."
      footer={
        <Button look="primary" onClick={onClose}>
          I have it
        </Button>
      }
    >
      {made.token ? (
        <Ways made={made} token={made.token} />
      ) : (
        <p>It was shown in an earlier answer: make another one.</p>
      )}
    </Dialog>
  );
}

function Ways({ made, token }: { made: MadeEnrolment; token: string }) {
  const joining = { url: window.location.origin, token, name: made.agent_name, capabilities: made.capabilities };
  return (
    <div className="flex flex-col gap-3">
      <Copied title="Token" text={token} testId="shown-once" />
      <Copied title="Any program, by the command line" text={byCommand(joining)} />
      <Copied title="In Python" text={byPython(joining)} />
      <p className="text-xs text-ink-faint">
        It ends <RelativeTime at={made.expires_at} isAhead />. Name and command are yours to change.
      </p>
    </div>
  );
}

function Copied({ title, text, testId }: { title: string; text: string; testId?: string }) {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-1">
      <h3 className="label-caps text-ink-faint">{title}</h3>
      <div className="flex min-w-0 items-start gap-2 border border-line-strong bg-ground p-2">
        <code data-testid={testId} className="numbers min-w-0 grow text-xs break-all whitespace-pre-wrap select-all">
          {text}
        </code>
        <CopyButton text={text} label={`Copy: ${title}`} />
      </div>
    </section>
  );
}
