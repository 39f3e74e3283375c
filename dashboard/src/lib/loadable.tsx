import { type ComponentType, lazy, useState } from "react";

export interface Loadable<Props> {
  (props: Props): React.ReactNode;
  /** Reads its code; it may be asked for before the component is drawn, and again. */
  load(): Promise<void>;
}

/** A component with its code in a file of its own. When that is here already, the component is drawn at once: React's
 * `lazy` would show what stands in for it first, and would then leave that on the screen for 300 ms. */
export function loadable<Props extends object>(
  read: () => Promise<{ default: ComponentType<Props> }>,
): Loadable<Props> {
  let loaded: ComponentType<Props> | undefined;
  const load = async () => {
    const module = await read();
    loaded = module.default;
    return module;
  };
  const Later: ComponentType<Props> = lazy(load);
  // biome-ignore lint/correctness/noComponentHookFactories: whoever calls this does it once, at the level of a module.
  function Loaded(props: Props) {
    const [Content] = useState<ComponentType<Props>>(() => loaded ?? Later);
    return <Content {...props} />;
  }
  return Object.assign(Loaded, { load: async () => void (await load()) });
}
