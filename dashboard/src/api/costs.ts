/** What was spent, on what and by whom, and the budgets of users and repositories. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { queryClient } from "./queries";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type UsageItem = Schemas["UsageItem"];
export type Budget = Schemas["BudgetRead"];
export type NewBudget = Schemas["BudgetPut"];
export type Account = Schemas["AccountRead"];

export interface Range {
  from: string;
  to: string;
}

export type Costs = Schemas["CostsRead"];
export type Month = Schemas["MonthRead"];
export type OutcomeCost = Schemas["OutcomeRead"];

const COSTS = ["costs"] as const;
const BUDGETS = [...COSTS, "budgets"] as const;
const NEWS = ["session", "turn", "budget", "quota"];

export const costQueries = {
  overview: (range: Range) =>
    queryOptions({
      queryKey: [...COSTS, "overview", range],
      queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/overview/costs", { params: { query: range }, signal })),
      placeholderData: keepPreviousData,
      meta: { refreshedBy: NEWS },
    }),

  budgets: () =>
    queryOptions({
      queryKey: BUDGETS,
      queryFn: async ({ signal }) => (await bodyOf(api.GET("/api/v1/budgets", { signal }))).items,
      meta: { refreshedBy: ["budget"] },
    }),

  accounts: () =>
    queryOptions({
      queryKey: [...COSTS, "accounts"],
      queryFn: async ({ signal }) => (await bodyOf(api.GET("/api/v1/budgets/accounts", { signal }))).items,
      meta: { refreshedBy: NEWS },
    }),
};

export async function setBudget(body: NewBudget): Promise<Budget> {
  const budget = await bodyOf(api.PUT("/api/v1/budgets", { body }));
  await queryClient.invalidateQueries({ queryKey: COSTS });
  return budget;
}

export async function removeBudget(id: string): Promise<void> {
  await api.DELETE("/api/v1/budgets/{budget_id}", { params: { path: { budget_id: id } } });
  await queryClient.invalidateQueries({ queryKey: COSTS });
}
