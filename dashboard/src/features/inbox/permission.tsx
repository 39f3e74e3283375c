import { useQuery } from "@tanstack/react-query";
import { Check, CheckCheck, X } from "lucide-react";
import { useState } from "react";
import { type Approval, allow, approvalQueries, deny, type Remember } from "@/api/approvals";
import { useShortcuts } from "@/lib/keys";
import { AskedFor, canBeRemembered } from "@/ui/asked";
import { Button } from "@/ui/button";
import { Checkbox } from "@/ui/field";
import { Loaded } from "@/ui/panels";
import { type DetailProps, Parts } from "./parts";
import { ReasonForm } from "./reason-form";
import { useDeeds, useWhyNotDo } from "./use-deed";

export function PermissionDetail({ approvalId, ...rest }: DetailProps & { approvalId: string }) {
  const asked = useQuery(approvalQueries.one(approvalId));
  const [isDenying, setDenying] = useState(false);
  const whyNotDeny = useWhyNotDo(rest.item)("deny");
  // Heard while what is asked is still on the way.
  useShortcuts([{ keys: "d", label: "Deny, with a reason", run: () => whyNotDeny === null && setDenying(true) }]);
  return (
    <Loaded query={asked} label="what is asked">
      {(approval) => <Asked approval={approval} isDenying={isDenying} setDenying={setDenying} {...rest} />}
    </Loaded>
  );
}

interface AskedProps extends DetailProps {
  approval: Approval;
  isDenying: boolean;
  setDenying(isDenying: boolean): void;
}

function Asked({ item, approval, isDenying, setDenying, onDone }: AskedProps) {
  const { isBusy, isSending, run, send } = useDeeds(onDone);
  const whyNot = useWhyNotDo(item);
  const may = { allow: whyNot("allow"), deny: whyNot("deny") };
  const canRemember = canBeRemembered(approval);
  const doAllow = (remember: Remember) =>
    run(`allow ${remember}`, () => allow(approval.id, remember), "Allowed. The agent goes on.");
  const doDeny = (reason: string, remember: Remember) =>
    send("deny", () => deny(approval.id, remember, reason), "Denied. The agent is told and goes on without.");
  useShortcuts([{ keys: "a", label: "Allow once", run: () => may.allow === null && doAllow("once") }]);
  const deeds = isDenying ? (
    <Denial canRemember={canRemember} isBusy={isSending} onDeny={doDeny} onCancel={() => setDenying(false)} />
  ) : (
    <div className="grid grid-cols-2 gap-2 sm:flex">
      <Button look="primary" icon={<Check />} whyNot={may.allow} isBusy={isBusy} onClick={() => doAllow("once")}>
        Allow once
      </Button>
      <Button
        look="danger"
        icon={<X />}
        className="sm:order-last"
        whyNot={may.deny}
        isBusy={isBusy}
        onClick={() => setDenying(true)}
      >
        Deny…
      </Button>
      {canRemember && (
        <Button
          className="col-span-2"
          icon={<CheckCheck />}
          whyNot={may.allow}
          isBusy={isBusy}
          onClick={() => doAllow("always")}
        >
          Allow for this session
        </Button>
      )}
    </div>
  );
  return (
    <Parts
      keys={[
        ["a", "allow once"],
        ["d", "deny"],
      ]}
      deeds={deeds}
    >
      <p>
        The agent <b className="numbers font-medium">{approval.asker}</b> asks to use{" "}
        <b className="numbers font-medium">{approval.tool}</b> and stands still until it is answered.
      </p>
      <AskedFor approval={approval} />
    </Parts>
  );
}

interface DenialProps {
  canRemember: boolean;
  isBusy: boolean;
  onDeny(reason: string, remember: Remember): void;
  onCancel(): void;
}

function Denial({ canRemember, isBusy, onDeny, onCancel }: DenialProps) {
  const [isForGood, setForGood] = useState(false);
  return (
    <>
      {canRemember && (
        <Checkbox
          label="Also deny it for the rest of this session"
          checked={isForGood}
          onChange={(event) => setForGood(event.target.checked)}
        />
      )}
      <ReasonForm
        label="Why not"
        hint="The agent reads it, so say what it should do instead. May be left empty."
        confirmLabel="Deny"
        look="danger"
        isBusy={isBusy}
        onSend={(reason) => onDeny(reason, isForGood ? "always" : "once")}
        onCancel={onCancel}
      />
    </>
  );
}
