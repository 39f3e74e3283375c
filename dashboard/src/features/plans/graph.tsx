import {
  Controls,
  type Edge,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
} from "@xyflow/react";
import { useEffect, useMemo } from "react";
import "@xyflow/react/dist/base.css";
import "./graph.css";
import type { PlanGraph } from "@/api/plans";
import { cx } from "@/lib/cx";
import { unhiddenName } from "@/lib/hidden";
import { StateBadge } from "@/ui/badge";
import { Skeleton } from "@/ui/panels";
import { NODE, type Places, type Shape } from "./shape";
import { TASK_STATES } from "./states";
import { usePlaces } from "./use-places";

type TaskNode = Node<{ node: PlanGraph["nodes"][number]; isOpen: boolean }, "task">;

interface GraphProps {
  graph: PlanGraph;
  /** The key of the task that is open. */
  open: string | undefined;
  onOpen(key: string): void;
}

const FIT = { padding: 0.08, minZoom: 0.25, maxZoom: 1 };

/** Which task waits for which. The list beside it says the same, so that nothing hangs on seeing this. */
export default function Graph(props: GraphProps) {
  const shape = useShape(props.graph);
  const places = usePlaces(shape);
  const isPlaced = places !== null && shape.keys.every((key) => places.has(key));
  if (!isPlaced) return <Skeleton label="Drawing the graph" />;
  return (
    <ReactFlowProvider>
      <Picture {...props} places={places} />
    </ReactFlowProvider>
  );
}

/** The same object as long as no task comes or goes: only then it is laid out again. */
function useShape({ nodes, edges }: PlanGraph): Shape {
  const text = JSON.stringify([nodes.map(({ key }) => key), edges.map(({ before, after }) => [before, after])]);
  return useMemo(() => {
    const [keys, pairs] = JSON.parse(text) as [string[], [string, string][]];
    return { keys, edges: pairs };
  }, [text]);
}

function Picture({ graph, open, onOpen, places }: GraphProps & { places: Places }) {
  const nodes = useMemo<TaskNode[]>(
    () =>
      graph.nodes.map((node) => ({
        id: node.key,
        type: "task",
        position: places.get(node.key) ?? { x: 0, y: 0 },
        data: { node, isOpen: node.key === open },
        ...NODE,
      })),
    [graph.nodes, places, open],
  );
  const edges = useMemo(() => edgesOf(graph), [graph]);
  useCentred(open, places);
  return (
    <ReactFlow<TaskNode>
      aria-label="Graph of the tasks"
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      onNodeClick={(_, { id }) => onOpen(id)}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      elementsSelectable={false}
      disableKeyboardA11y
      onlyRenderVisibleElements
      fitView={open === undefined}
      fitViewOptions={FIT}
      minZoom={0.05}
      maxZoom={1.5}
      className="plan-graph"
    >
      <Controls showInteractive={false} fitViewOptions={FIT} />
    </ReactFlow>
  );
}

function edgesOf({ nodes, edges }: PlanGraph): Edge[] {
  const critical = new Set(nodes.filter((node) => node.critical).map(({ key }) => key));
  return edges.map(({ before, after }) => ({
    id: `${before} ${after}`,
    source: before,
    target: after,
    className: critical.has(before) && critical.has(after) ? "is-critical" : undefined,
  }));
}

/** The task that is open stands in the middle. */
function useCentred(open: string | undefined, places: Places): void {
  const flow = useReactFlow();
  const size = useStore(({ width, height }) => `${width} ${height}`);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what opens below it takes room, and the middle is another one.
  useEffect(() => {
    const place = open === undefined ? undefined : places.get(open);
    if (!place) return;
    const zoom = Math.max(0.6, flow.getZoom());
    void flow.setCenter(place.x + NODE.width / 2, place.y + NODE.height / 2, { zoom });
  }, [flow, flow.viewportInitialized, open, places, size]);
}

function TaskBox({ data: { node, isOpen } }: NodeProps<TaskNode>) {
  const { key, title, status, critical } = node;
  return (
    <div
      style={NODE}
      className={cx(
        "flex cursor-pointer flex-col justify-between border bg-panel px-2 py-1.5",
        critical ? "border-l-4 border-accent" : "border-line-strong",
        isOpen && "outline-2 outline-offset-2 outline-accent",
      )}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <span className="truncate text-xs font-medium" title={unhiddenName(title)}>
        {unhiddenName(title)}
      </span>
      <span className="flex items-center gap-1.5">
        <StateBadge state={TASK_STATES[status]} />
        <span className="numbers min-w-0 grow truncate text-2xs text-ink-faint">{key}</span>
        {critical && <span className="numbers text-2xs text-accent-ink">critical</span>}
      </span>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}

const NODE_TYPES = { task: TaskBox };
