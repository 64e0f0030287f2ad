import { useState } from 'react';
import type { Problem } from '../new/new-state.ts';
import { problemOf, startSample } from '../new/new-state.ts';
import { ProblemBox } from '../new/ProblemBox.tsx';
import styles from './EmptyLibrary.module.css';

/** Makes the sample project and goes to its plan. */
export function TrySample() {
  const [isStarting, setStarting] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const start = async (): Promise<void> => {
    setStarting(true);
    setProblem(null);
    try {
      await startSample();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setStarting(false);
    }
  };
  return (
    <>
      <button type="button" className={`button ${styles.action}`} data-tone="main" disabled={isStarting} onClick={() => void start()}>
        {isStarting ? 'Making the sample, a few seconds …' : 'Try the sample dataset'}
      </button>
      {problem !== null && <ProblemBox problem={problem} />}
    </>
  );
}
