import { useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, Link } from "@tanstack/react-router";
import { isNotFound } from "@/api/errors";
import { type ModelDetail, type ModelVersion, trainingQueries } from "@/api/training";
import { bytes } from "@/lib/bytes";
import { unhidden } from "@/lib/hidden";
import { jobPage, modelPage } from "@/lib/links";
import { RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { Mono } from "@/ui/mono";
import { NotFound } from "@/ui/not-found";
import { Page } from "@/ui/page";
import { Fact, Facts, Panel } from "@/ui/panel";
import { Loaded } from "@/ui/panels";
import { Evaluations } from "./evaluations";
import { measured } from "./numbers";
import { StageBadge } from "./states";

const route = getRouteApi("/shell/training/models/$name/$version");

function ModelPage() {
  const name = route.useParams();
  const model = useQuery(trainingQueries.model(name));
  if (isNotFound(model.error)) return <NotFound />;
  return (
    <Loaded query={model} label="the model" rows={14}>
      {(one) => <Opened key={one.id} model={one} />}
    </Loaded>
  );
}

function Opened({ model }: { model: ModelDetail }) {
  return (
    <Page title={model.label} note={`trained upon ${unhidden(model.base_model)}`}>
      <section aria-label="About this model" className="shrink-0 border-b border-line bg-panel px-4 py-2">
        <dl className="flex flex-wrap items-center gap-x-5 gap-y-1 text-xs">
          <StageBadge stage={model.stage} />
          {Object.entries(model.metrics)
            .filter(([, value]) => typeof value === "number")
            .map(([name, value]) => (
              <Fact key={name} name={name.replaceAll("_", " ")}>
                {measured(value)}
              </Fact>
            ))}
          <Fact name="Made">
            <RelativeTime at={model.created_at} /> ago by {unhidden(model.created_by)}
          </Fact>
        </dl>
      </section>
      <section
        aria-label="All of this model"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
        tabIndex={0}
        className="grid min-h-0 grow auto-rows-min gap-3 overflow-y-auto p-3 lg:grid-cols-2"
      >
        <Lineage model={model} />
        <Artifacts model={model} />
        <Evaluations evaluations={model.evaluations} />
        <Steps model={model} />
      </section>
    </Page>
  );
}

/** Where it came from, and what came of it. */
function Lineage({ model }: { model: ModelDetail }) {
  const data = model.dataset_id ?? model.training_file_id;
  return (
    <Panel title="Lineage" note="from the data to what was trained on it">
      <div className="p-3">
        <Facts
          facts={[
            [
              "Data",
              data ? <Mono key="data" text={`${model.dataset_id ? "dataset" : "file"} ${data}`} isBroken /> : "–",
            ],
            ["Base", model.parent ? <VersionLink key="base" model={model.parent} /> : unhidden(model.base_model)],
            ["Base's digest", <Mono key="digest" text={model.base_digest} isBroken />],
            ["Job", <JobLink key="job" model={model} />],
            ["Code", <Mono key="code" text={model.code_version} isBroken />],
            ["Trained on it", <Children key="children" versions={model.children} />],
          ]}
        />
      </div>
    </Panel>
  );
}

function JobLink({ model: { job } }: { model: ModelDetail }) {
  if (job === null) return "–";
  return (
    <Link {...jobPage(job.id)} className="underline">
      {`${unhidden(job.name)}, ${job.method}, ${job.adaptation}`}
    </Link>
  );
}

function Children({ versions }: { versions: readonly ModelVersion[] }) {
  if (versions.length === 0) return "nothing yet";
  return (
    <span className="flex flex-wrap gap-2">
      {versions.map((one) => (
        <VersionLink key={one.id} model={one} />
      ))}
    </span>
  );
}

function VersionLink({ model }: { model: ModelVersion }) {
  return (
    <Link {...modelPage(model)} className="numbers underline">
      {model.label}
    </Link>
  );
}

function Artifacts({ model }: { model: ModelDetail }) {
  return (
    <Panel title="Artifacts" note="verified at every download">
      <div className="p-3">
        <Facts
          facts={Object.entries(model.artifacts).map(([kind, artifact]) => [
            kind,
            <span key={kind} className="flex flex-wrap items-center gap-x-3">
              <a
                href={`/api/v1/models/versions/${model.name}/${model.version}/artifacts/${kind}`}
                download
                className="underline"
              >
                {bytes(artifact.bytes)}
              </a>
              <Mono text={artifact.sha256} isBroken />
            </span>,
          ])}
        />
      </div>
    </Panel>
  );
}

/** Which stages it went through, who had it go there, and on what evidence. */
function Steps({ model }: { model: ModelDetail }) {
  return (
    <Panel title="Stages" note="who or which gate, and why">
      <ol className="flex flex-col gap-2 p-3">
        {model.steps.length === 0 && <li className="text-ink-faint">It is a candidate since it was made.</li>}
        {model.steps.map((step) => (
          <li key={step.taken_at} className="flex flex-wrap items-center gap-2">
            <StageBadge stage={step.from_stage} />→<StageBadge stage={step.to_stage} />
            {step.overridden && <Badge tone="attention">without the gate</Badge>}
            <span className="text-ink-soft">{unhidden(step.reason)}</span>
            <span className="text-xs text-ink-faint">
              {unhidden(step.taken_by)}, <RelativeTime at={step.taken_at} /> ago
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

export const page = createLazyRoute("/shell/training/models/$name/$version")({ component: ModelPage });
