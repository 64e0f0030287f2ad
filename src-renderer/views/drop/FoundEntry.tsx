import type { Dropped } from '../../../src-main/contract/dropped.ts';
import { FINDINGS } from '../../../src-main/contract/findings.ts';
import { shellWord } from '../../lib/format.ts';
import { usePage } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { targetWords } from '../cache/commands.ts';
import { openFolderOf } from './drop-state.ts';
import styles from './Dropped.module.css';
import { FactLines } from './FactLines.tsx';
import { LookButton } from './LookButton.tsx';
import { PathForm } from './PathForm.tsx';
import { Places } from './Places.tsx';

/** Which known cache a single entry belongs to, and what its file says by itself. */
export function FoundEntry({ entry }: { readonly entry: Extract<Dropped, { readonly what: 'entry' }> }) {
  const library = usePage((state) => state.mirror.library);
  const { path, places, facts, findings, key } = entry;
  const cache = library.find((candidate) => candidate.id === places[0]?.cacheId);
  return (
    <>
      <p className={styles.lead}>{places.length === 0 ? 'A cached entry. No known cache has one of this name.' : 'A cached entry that Larder knows by its name.'}</p>
      <Places places={places} />
      {facts !== null && <FactLines lines={facts} />}
      {findings.length > 0 && (
        <ul className={styles.findings} aria-label="Findings">
          {findings.map((finding, index) => (
            <li key={index} data-severity={finding.severity}>
              {finding.severity === 'error' ? '▲ ' : ''}
              {finding.message} <span className={styles.quiet}>{FINDINGS[finding.code].meaning}</span>
            </li>
          ))}
        </ul>
      )}
      <LookButton file={entry} />
      {path !== null && (
        <p>
          <button type="button" className="button" onClick={() => void openFolderOf(path)}>
            Open its folder as a cache
          </button>{' '}
          <span className={styles.quiet}>Nothing in it is touched.</span>
        </p>
      )}
      {path === null && (
        <>
          <p className={styles.quiet}>The page is told its name only. Type its path to look into this very file.</p>
          <PathForm />
        </>
      )}
      {cache !== undefined && <CommandLine place="dropped: entry" command={`larder show ${shellWord(key)} ${targetWords(cache)}`} purpose="show this entry" />}
    </>
  );
}
