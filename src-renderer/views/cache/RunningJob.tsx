import { useState } from 'react';
import type { JobSummary } from '../../../src-main/contract/commands.ts';
import { call } from '../../state/index.ts';
import { CommandButton } from '../../ui/CommandButton.tsx';
import styles from './CacheHeader.module.css';
import { showFailure } from './toasts.ts';

type Asked = 'jobs.cancel' | 'jobs.pause' | 'jobs.resume';

/** What runs on the cache, and how to hold or stop it. The strip at the foot of the page says it aloud. */
export function RunningJob({ job }: { readonly job: JobSummary }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const ask = async (method: Asked): Promise<void> => {
    setAsked(method);
    try {
      await call(method, { jobId: job.id });
    } catch (error) {
      showFailure(error);
    }
    setAsked(null);
  };
  return (
    <>
      <p className={styles.running}>
        <span aria-hidden="true">◔ </span>
        {job.command} is {job.state}
      </p>
      {job.state === 'running' && (
        <>
          <Button text="Pause" isDisabled={asked !== null} onClick={() => void ask('jobs.pause')} />
          <CommandButton place="cache: pause" command={`larder jobs pause ${job.id}`} purpose="hold this job" />
        </>
      )}
      {job.state === 'paused' && (
        <>
          <Button text="Resume" isDisabled={asked !== null} onClick={() => void ask('jobs.resume')} />
          <CommandButton place="cache: resume" command={`larder jobs resume ${job.id}`} purpose="go on with this job" />
        </>
      )}
      <Button text={asked === 'jobs.cancel' ? 'Cancelling …' : 'Cancel'} isDisabled={asked !== null} onClick={() => void ask('jobs.cancel')} />
      <CommandButton place="cache: cancel" command={`larder jobs cancel ${job.id}`} purpose="stop this job" />
    </>
  );
}

function Button({ text, isDisabled, onClick }: { readonly text: string; readonly isDisabled: boolean; readonly onClick: () => void }) {
  return (
    <button type="button" className="button" disabled={isDisabled} onClick={onClick}>
      {text}
    </button>
  );
}
