import { useState } from "react";
import { refreshAdmin } from "@/api/admin";
import type { Tagged } from "@/api/client";
import { ApiError } from "@/api/errors";
import { Button } from "@/ui/button";
import { FormError } from "@/ui/form-dialog";

/** Writing over what was read, as long as nobody else has written since: what another writes meanwhile does not change it
 * under one's hands. `onNew`: what stands there now is to be begun with. */
export function useEdited<Value>(read: Tagged<Value>, onNew: () => void) {
  const [{ value, etag }] = useState(read);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const save = async (write: (etag: string) => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await write(etag);
      onNew();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  const isElsewhere = read.etag !== etag || (error instanceof ApiError && error.status === 412);
  const trouble = isElsewhere ? <ChangedMeanwhile onLoad={onNew} /> : error !== null && <FormError error={error} />;
  return { value, isBusy, save, trouble };
}

/** Somebody else wrote first: nothing of theirs is overwritten, and nothing of one's own is thrown away unasked. */
function ChangedMeanwhile({ onLoad }: { onLoad(): void }) {
  const load = async () => {
    await refreshAdmin();
    onLoad();
  };
  return (
    <div
      role="alert"
      className="flex flex-col items-start gap-2 border border-l-4 border-line-strong border-l-attention bg-attention-wash px-3 py-2"
    >
      <p>
        <span className="font-medium">Somebody else has changed this since you read it.</span> Nothing was written. What
        you made is still here: note what you need of it, then load what stands there now.
      </p>
      <Button size="small" onClick={() => void load()}>
        Load what stands there now
      </Button>
    </div>
  );
}
