import { useState } from "react";
import { type Install, type InstallPreview, market } from "@/api/market";
import { useWhyNot } from "@/api/me";
import { unhidden } from "@/lib/hidden";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/dialog";
import { Checkbox } from "@/ui/field";
import { TextField } from "@/ui/fields";
import { FormDialog } from "@/ui/form-dialog";
import { Mono } from "@/ui/mono";
import { Facts } from "@/ui/panel";
import { toast } from "@/ui/toast";
import { useDeed } from "@/ui/use-deed";
import { AsksFacts } from "./asks";

interface InstallProps {
  preview: InstallPreview;
  /** Of this listing, also when it was uninstalled. */
  install: Install | undefined;
}

/** What can be done with the shown version here: install it, update to it, uninstall it. */
export function InstallActions({ preview, install }: InstallProps) {
  const [isAsking, setAsking] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  const [isBusy, run] = useDeed();
  const whyNot = useWhyNot("market:install");
  const isInstalled = install?.status === "installed";
  const isOther = preview.installed !== preview.version;
  const needsConsent = !isInstalled || preview.beyond.length > 0;
  const update = () =>
    run(
      () => market.update((install as Install).id, { version: preview.version, digest: preview.digest }),
      `${preview.listing} is ${preview.version} now.`,
    );
  return (
    <>
      {isInstalled && (
        <Button whyNot={whyNot} onClick={() => setLeaving(true)}>
          Uninstall
        </Button>
      )}
      {isOther && (
        <Button
          look="primary"
          isBusy={isBusy}
          whyNot={whyNot ?? refusalOf(preview)}
          onClick={() => (needsConsent ? setAsking(true) : void update())}
        >
          {isInstalled ? `Update to ${preview.version}` : "Install"}
        </Button>
      )}
      {isAsking && <Consent preview={preview} install={install} onClose={() => setAsking(false)} />}
      {isLeaving && install && (
        <ConfirmDialog
          isOpen
          onOpenChange={setLeaving}
          title={`Uninstall ${preview.listing}?`}
          description="Its agent takes no new work. Sessions under way go on, and all that it did stays."
          confirmLabel="Uninstall"
          isDangerous
          onConfirm={() => market.uninstall(install.id)}
        />
      )}
    </>
  );
}

/** Why nobody can install it, whatever their role. */
function refusalOf({ kind, problem, status, reason, secrets_missing }: InstallPreview): string | null {
  if (problem !== null) return `It cannot be trusted: ${problem}.`;
  if (status === "deleted") return `It is deleted: ${reason}`;
  if (kind === "external") return "An external agent joins by enrolment: have a LEAD make a token for whoever runs it.";
  const [missing] = secrets_missing;
  return missing === undefined ? null : `Keep its secret first: orchestrator agents secrets set ${missing}`;
}

/** Shows all that it asks for, and sends back exactly that. */
function Consent({ preview, install, onClose }: InstallProps & { onClose(): void }) {
  const isUpdate = install?.status === "installed";
  const [name, setName] = useState("");
  const [isAgreed, setAgreed] = useState(false);
  const { listing, version, digest, asks } = preview;
  const submit = async () => {
    if (isUpdate && install) await market.update(install.id, { version, digest, consent: asks });
    else await market.install({ listing, version, digest, consent: asks, agent_name: name.trim() || undefined });
    toast(`${listing} ${version} is installed.`);
  };
  return (
    <FormDialog
      title={isUpdate ? `Update ${listing} to ${version}?` : `Install ${listing} ${version}?`}
      description="Its agent works in your tenant, within the tenant's policy and network."
      submitLabel={isUpdate ? "Update" : "Install"}
      whyNot={isAgreed ? null : "Read what it asks for, and agree to it."}
      onSubmit={submit}
      onClose={onClose}
      fieldOfCode={{ agent_name_taken: "agent_name", agent_name_reserved: "agent_name" }}
    >
      {(errorAt) => (
        <>
          {preview.status === "deprecated" && <p className="text-attention">{`Deprecated: ${preview.reason}`}</p>}
          {preview.other_key && <p className="text-attention">It is signed by another key than what you have.</p>}
          {preview.beyond.length > 0 && (
            <section aria-label="More than before">
              <p className="font-medium">More than you agreed to before:</p>
              <ul className="numbers list-inside list-disc text-xs">
                {preview.beyond.map((line) => (
                  <li key={line}>{unhidden(line)}</li>
                ))}
              </ul>
            </section>
          )}
          <section aria-label="What it asks for">
            <AsksFacts asks={asks} />
          </section>
          <Facts
            facts={[
              ["Digest", <Mono key="digest" text={digest} isBroken />],
              ["Signed by", <Mono key="key" text={preview.fingerprint} isBroken />],
            ]}
          />
          {!install && (
            <TextField
              label="Name of the agent"
              hint={preview.agent_name_taken ? "Its own name is taken here." : `Empty: ${listing.split("/")[1]}`}
              value={name}
              onChange={setName}
              error={errorAt("agent_name")}
            />
          )}
          <Checkbox
            label="I agree to exactly this"
            checked={isAgreed}
            onChange={({ target }) => setAgreed(target.checked)}
          />
        </>
      )}
    </FormDialog>
  );
}
