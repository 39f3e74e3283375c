/** Where the tasks stand in the picture, from left to right. It takes seconds for a thousand of them: see layout.worker.ts. */
import { Graph, layout } from "@dagrejs/dagre";
import { NODE, type Place, type Places, type Shape } from "./shape";

const BETWEEN = { rankdir: "LR", nodesep: 14, ranksep: 56 } as const;

/** The upper left corners, by key. */
export function placesOf({ keys, edges }: Shape): Places {
  const graph = new Graph().setGraph({ ...BETWEEN }).setDefaultEdgeLabel(() => ({}));
  for (const key of keys) graph.setNode(key, { ...NODE });
  for (const [before, after] of edges) graph.setEdge(before, after);
  layout(graph);
  return new Map(
    keys.map((key) => {
      const { x = 0, y = 0 } = graph.node(key) as Partial<Place>;
      return [key, { x: x - NODE.width / 2, y: y - NODE.height / 2 }];
    }),
  );
}
