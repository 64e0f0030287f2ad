import { useEffect, useState } from 'react';

export interface Query<T> {
  /** What was last answered; stays while it is asked anew. */
  readonly value: T | undefined;
  readonly error: Error | undefined;
}

/**
 * Asks once for each `about`, and again whenever `revision` changes. An answer that comes after the
 * next question is left out.
 */
export function useQuery<T>(about: string, revision: unknown, ask: () => Promise<T>): Query<T> {
  const [answer, setAnswer] = useState<Query<T> & { readonly about: string }>({ about, value: undefined, error: undefined });
  useEffect(() => {
    let isCurrent = true;
    ask().then(
      (value) => isCurrent && setAnswer({ about, value, error: undefined }),
      (error: unknown) => isCurrent && setAnswer((before) => ({ about, value: before.about === about ? before.value : undefined, error: error instanceof Error ? error : new Error(String(error)) })),
    );
    return () => {
      isCurrent = false;
    };
    // What is asked is told by `about`; the function is made anew at every drawing.
  }, [about, revision]);
  return answer.about === about ? answer : { value: undefined, error: undefined };
}
