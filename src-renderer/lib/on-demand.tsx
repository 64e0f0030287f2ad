import type { ComponentType, ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { create } from 'zustand';

/** A file of the built page that is loaded when something of it is first shown, or before. */
export interface PageFile<Module> {
  isLoaded(): boolean;
  /** Never fails: what could not be loaded is asked for again the next time. @returns whether it is there */
  load(): Promise<boolean>;
  /**
   * A component of it. Once the file is there it is shown at once, in the same breath as whatever asked for it: React's own
   * `lazy` would show nothing first, even then.
   *
   * @param waiting shown until the file is there; otherwise nothing is
   */
  component<Props extends object>(pick: (module: Module) => ComponentType<Props>, waiting?: ComponentType<Props>): (props: Props) => ReactNode;
}

/** In the order they were declared, which is the one in which they are loaded ahead. */
const files: Pick<PageFile<unknown>, 'isLoaded' | 'load'>[] = [];

/** Set once somebody waits for a part of the page that cannot be had. */
export const usePartsFailure = create<{ readonly hasFailed: boolean }>(() => ({ hasFailed: false }));

export function pageFile<Module>(load: () => Promise<Module>): PageFile<Module> {
  let loaded: Module | undefined;
  let loading: Promise<boolean> | undefined;
  const begin = async (): Promise<boolean> => {
    try {
      loaded = await load();
      return true;
    } catch {
      // The browser says which file and why in its console.
      return false;
    } finally {
      loading = undefined;
    }
  };
  const file: PageFile<Module> = {
    isLoaded: () => loaded !== undefined,
    load: () => (loaded === undefined ? (loading ??= begin()) : Promise.resolve(true)),
    component: <Props extends object>(pick: (module: Module) => ComponentType<Props>, Waiting?: ComponentType<Props>) =>
      function OnDemand(props: Props): ReactNode {
        useFile(file);
        const Now = loaded === undefined ? Waiting : pick(loaded);
        return Now === undefined ? null : <Now {...props} />;
      },
  };
  files.push(file);
  return file;
}

/** Loads it, and draws again when it is there. */
function useFile({ isLoaded, load }: Pick<PageFile<unknown>, 'isLoaded' | 'load'>): void {
  const isMissing = !isLoaded();
  const [, redraw] = useState(isMissing);
  useEffect(() => {
    if (!isMissing) return undefined;
    let isWanted = true;
    void load().then((isThere) => {
      if (!isWanted) return;
      if (isThere) redraw(false);
      else usePartsFailure.setState({ hasFailed: true });
    });
    return () => {
      isWanted = false;
    };
  }, [isMissing, load]);
}

/** What somebody does goes first, also with a screen that has just come. */
const REST_MS = 200;
const SOMEBODY_ACTS = ['scroll', 'wheel', 'keydown', 'pointerdown'] as const;

/**
 * Loads what is not there yet, one file after the other, whenever the page has nothing to do: the first press of any key or
 * button finds it there, and a page that stays open while Larder is updated has all of itself. Ends at the first that cannot
 * be had, which is no failure before somebody wants it.
 */
export function loadRest(): void {
  let actedAtMs = performance.now();
  const onAct = (): void => void (actedAtMs = performance.now());
  for (const type of SOMEBODY_ACTS) addEventListener(type, onAct, { capture: true, passive: true });
  const end = (): void => {
    for (const type of SOMEBODY_ACTS) removeEventListener(type, onAct, { capture: true });
  };
  const step = async (): Promise<void> => {
    const isAtRest = performance.now() - actedAtMs >= REST_MS;
    const next = files.find((file) => !file.isLoaded());
    if (next === undefined || (isAtRest && !(await next.load()))) end();
    else wait();
  };
  const wait = (): void => void setTimeout(() => requestIdleCallback(() => void step()), REST_MS);
  wait();
}
