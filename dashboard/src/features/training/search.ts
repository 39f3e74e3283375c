/** Which part of the training pages is open lives in the address. */
import { oneOf } from "@/lib/search";

const TABS = ["datasets", "jobs", "models"] as const;
export type TrainingTab = (typeof TABS)[number];
const JOB_TABS = ["curve", "checkpoints", "log"] as const;
export type JobTab = (typeof JOB_TABS)[number];

const DATASET_TABS = ["stages", "rows", "used"] as const;
export type DatasetTab = (typeof DATASET_TABS)[number];

interface TrainingSearch {
  tab?: TrainingTab;
}

export function trainingSearch(raw: Record<string, unknown>): TrainingSearch {
  return { tab: oneOf(raw.tab, TABS) };
}

interface JobSearch {
  tab?: JobTab;
}

export function jobSearch(raw: Record<string, unknown>): JobSearch {
  return { tab: oneOf(raw.tab, JOB_TABS) };
}

interface DatasetSearch {
  tab?: DatasetTab;
}

export function datasetSearch(raw: Record<string, unknown>): DatasetSearch {
  return { tab: oneOf(raw.tab, DATASET_TABS) };
}
