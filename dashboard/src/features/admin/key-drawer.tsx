import { useState } from "react";
import { type ApiKey, admin, type MadeKey } from "@/api/admin";
import { type Me, useMe, useWhyNot } from "@/api/me";
import { ROLES } from "@/lib/permissions";
import { moment, momentOr } from "@/lib/time";
import { SelectField } from "@/ui/fields";
import { Mono } from "@/ui/mono";
import { toast } from "@/ui/toast";
import { KeyState } from "./key-state";
import { type Deed, RecordDrawer } from "./record-drawer";

/** By seconds. */
const GRACES = [
  ["0", "It ends at once"],
  ["3600", "It works for one more hour"],
  ["86400", "It works for one more day"],
  ["604800", "It works for one more week"],
] as const;
const USUAL_SECONDS: string = "86400";

interface KeyDrawerProps {
  apiKey: ApiKey;
  onRotated(made: MadeKey): void;
  onClose(): void;
}

/** All that is known of a key, and its two deeds. */
export function KeyDrawer({ apiKey, onRotated, onClose }: KeyDrawerProps) {
  const [graceSeconds, setGraceSeconds] = useState(USUAL_SECONDS);
  const rotate: Deed = {
    label: "Rotate",
    title: `Rotate ${apiKey.name}`,
    about: "The key gets another secret, which is shown once. Name, role and expiry stay.",
    confirmLabel: "Rotate the key",
    choice: (
      <SelectField label="The secret from before" options={GRACES} value={graceSeconds} onChange={setGraceSeconds} />
    ),
    run: async () => {
      const made = await admin.rotateKey(apiKey.id, Number(graceSeconds));
      onClose();
      onRotated(made);
    },
  };
  const revoke: Deed = {
    label: "Revoke",
    title: `Revoke ${apiKey.name}`,
    about: "It ends on every process at once, with the windows that were signed in with it. This cannot be taken back.",
    confirmLabel: "Revoke the key",
    isDangerous: true,
    run: async () => {
      await admin.revokeKey(apiKey.id);
      toast(`The key ${apiKey.name} is revoked.`);
    },
  };
  return (
    <RecordDrawer
      title={apiKey.name}
      facts={factsOf(apiKey)}
      deeds={[revoke, rotate]}
      whyNot={useWhyNotChange(apiKey)}
      onClose={onClose}
    />
  );
}

function useWhyNotChange(key: ApiKey): string | null {
  const me = useMe();
  const whyNotOthers = useWhyNot("keys:write");
  if (key.revoked_at) return "It is revoked, and stays so.";
  if (me.role === null || ROLES.indexOf(key.role) < ROLES.indexOf(me.role))
    return `It has the role ${key.role}; yours here is ${me.role ?? "none"}.`;
  if (key.operator && !me.is_operator) return "It is an operator's: operators change it.";
  return isOwn(me, key) ? null : whyNotOthers;
}

/** As the server sees it: those of the same person, the key that asks, and what it made for nobody. */
function isOwn({ principal: { id, user_id } }: Me, key: ApiKey): boolean {
  if (key.user_id !== null) return key.user_id === user_id || key.id === id;
  return key.id === id || key.created_by === `key:${id}`;
}

function factsOf(key: ApiKey): [string, React.ReactNode][] {
  return [
    ["State", <KeyState key="state" apiKey={key} />],
    ["Begins with", <Mono key="prefix" text={key.prefix} />],
    ["Role", key.role],
    ["Keeps the platform", key.operator ? "yes, as an operator" : "no"],
    ["Belongs to", key.user_id ? <Mono key="user" text={`user:${key.user_id}`} isBroken /> : "no person"],
    ["Made", moment(key.created_at)],
    ["Made by", <Mono key="by" text={key.created_by ?? "–"} isBroken />],
    ["Last used", momentOr(key.last_used_at, "never")],
    ["Expires", momentOr(key.expires_at, "never")],
    ["Secret from before works until", momentOr(key.previous_until, "–")],
    ["Revoked", momentOr(key.revoked_at, "–")],
  ];
}
