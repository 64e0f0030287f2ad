import type { RefObject } from 'react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ScrollPlace, ScrollSize } from './scroll-window.ts';
import { AT_TOP, placeAt, scrolledTo } from './scroll-window.ts';

/** The bar goes to its exact place once scrolling has rested. */
const SETTLE_AFTER_MS = 200;

export interface BoxSize {
  readonly width: number;
  readonly height: number;
}

/** Inner size of a box, without its bars. */
export function useBoxSize(box: RefObject<HTMLDivElement | null>): BoxSize {
  const [size, setSize] = useState<BoxSize>({ width: 800, height: 600 });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => setSize((before) => (before.width === element.clientWidth && before.height === element.clientHeight ? before : { width: element.clientWidth, height: element.clientHeight }));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return size;
}

export interface Scroll {
  readonly place: ScrollPlace;
  readonly go: (change: (before: ScrollPlace) => ScrollPlace) => void;
  readonly onScroll: () => void;
}

/** @param about another list begins at its top */
export function useScroll(box: RefObject<HTMLDivElement | null>, size: ScrollSize, about: string): Scroll {
  const [place, setPlace] = useState(AT_TOP);
  const latest = useRef({ place, size });
  latest.current.size = size;
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [controls] = useState(() => {
    const set = (next: ScrollPlace): void => {
      latest.current.place = next;
      setPlace(next);
    };
    const go: Scroll['go'] = (change) => {
      const next = change(latest.current.place);
      if (next === latest.current.place) return;
      set(next);
      if (box.current !== null && box.current.scrollTop !== next.boxTop) box.current.scrollTop = next.boxTop;
    };
    return {
      go,
      onScroll() {
        const { place: before, size: now } = latest.current;
        const boxTop = box.current?.scrollTop ?? 0;
        // The answer to our own setting of the bar, which rounds to device pixels.
        if (Math.abs(boxTop - before.boxTop) < 1) return;
        set(scrolledTo(now, before, boxTop));
        clearTimeout(settle.current);
        settle.current = setTimeout(() => go((current) => placeAt(latest.current.size, current.rowsTop)), SETTLE_AFTER_MS);
      },
    };
  });
  useEffect(() => () => clearTimeout(settle.current), []);
  const seen = useRef(about);
  useLayoutEffect(() => {
    if (seen.current === about) return;
    seen.current = about;
    controls.go(() => AT_TOP);
  }, [about, controls]);
  return { place, ...controls };
}
