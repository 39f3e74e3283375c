import { CirclePause, Play } from "lucide-react";
import { useState } from "react";
import { useWhyNot } from "@/api/me";
import { type Job, type JobStatus, training } from "@/api/training";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/dialog";
import { useDeed } from "@/ui/use-deed";

const PAUSABLE: readonly JobStatus[] = ["pending", "queued", "running"];
const RESUMABLE: readonly JobStatus[] = ["paused", "failed"];

/** What can be asked of a job as it stands. */
export function JobDeeds({ job }: { job: Job }) {
  const [isAsking, setAsking] = useState(false);
  const [isBusy, run] = useDeed();
  const whyNotRole = useWhyNot("training:write");
  const whyNot = whyNotRole ?? (job.requested ? `It was asked to ${job.requested} already.` : null);
  const isOpen = PAUSABLE.includes(job.status);
  return (
    <>
      {isOpen && (
        <Button
          icon={<CirclePause />}
          isBusy={isBusy}
          whyNot={whyNot}
          onClick={() => void run(() => training.pause(job.id), "It keeps a checkpoint and pauses.")}
        >
          Pause
        </Button>
      )}
      {RESUMABLE.includes(job.status) && (
        <Button
          icon={<Play />}
          isBusy={isBusy}
          whyNot={whyNot}
          onClick={() => void run(() => training.resume(job.id), "It goes on from its newest checkpoint.")}
        >
          Resume
        </Button>
      )}
      {(isOpen || job.status === "paused") && (
        <Button look="danger" whyNot={whyNot} onClick={() => setAsking(true)}>
          Cancel…
        </Button>
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={`Cancel ${job.name}`}
        description="No version comes of it, and it cannot be taken up again."
        confirmLabel="Cancel the job"
        isDangerous
        onConfirm={() => training.cancel(job.id)}
      />
    </>
  );
}
