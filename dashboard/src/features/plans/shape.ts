/** What the picture of a plan is made of, apart from how its places are worked out: that is not needed where it is drawn. */

export const NODE = { width: 224, height: 58 } as const;

/** What the picture depends on, and nothing of how the tasks stand. */
export interface Shape {
  keys: readonly string[];
  edges: readonly (readonly [before: string, after: string])[];
}

export interface Place {
  x: number;
  y: number;
}

export type Places = ReadonlyMap<string, Place>;
