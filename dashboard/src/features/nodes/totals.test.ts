import { expect, test } from "vitest";
import type { Node } from "@/api/nodes";
import { capacityOf, capacityTold, versionsOf } from "./totals";

const node = (change: Partial<Node>) => ({ state: "live", slots: 4, sessions: 1, disk_full: false, ...change }) as Node;

test("only nodes that are given sessions count", () => {
  const nodes = [node({}), node({ sessions: 3 }), node({ state: "draining" }), node({ state: "dead" })];
  expect(capacityOf(nodes)).toEqual({ live: 2, slots: 8, used: 4 });
});

test("a full disk takes the node's slots away", () => {
  expect(capacityOf([node({ disk_full: true })])).toEqual({ live: 0, slots: 0, used: 0 });
});

test("why nothing starts is told as the nodes are", () => {
  const drained = node({ state: "draining" });
  expect(capacityTold([node({ state: "dead" })])).toBe("No node is connected.");
  expect(capacityTold([drained])).toBe("The only node is being drained.");
  expect(capacityTold([drained, drained])).toBe("All 2 nodes are being drained.");
  expect(capacityTold([drained, node({ disk_full: true })])).toBe(
    "1 node is being drained, the others' disks are full.",
  );
  expect(capacityTold([node({ sessions: 4 })])).toBe("All slots of the nodes that take sessions are taken.");
  expect(capacityTold([node({ sessions: 4 }), drained])).toContain("; 1 node is being drained.");
});

test("an upgrade that is not over shows", () => {
  const nodes = [node({ version: "0.2.0" }), node({ version: "0.1.0" }), node({ version: "0.0.1", state: "dead" })];
  expect(versionsOf(nodes)).toEqual(["0.1.0", "0.2.0"]);
});
