import type { SpaceRemedy, SpaceShortage } from '../../../src-main/contract/space.ts';
import { formatBytes } from '../../lib/format.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { cacheHash } from '../navigation/route.ts';
import styles from './JobShortage.module.css';
import { REMEDY_WORDS, lackWords, remedyFiles } from './shortage-words.ts';

const REMEDIES_SHOWN = 6;

/** Why a job stands still for want of space, and what would free how much. */
export function JobShortage({ shortage }: { readonly shortage: SpaceShortage }) {
  const { remedies, directory } = shortage;
  return (
    <section className={styles.shortage} aria-label="Out of space">
      <p className={styles.lack} role="status">
        <span aria-hidden="true">◆ </span>
        {lackWords(shortage)}
      </p>
      <p className={styles.quiet}>
        At <code>{directory}</code>. Nothing is lost: the job goes on by itself when there is room.
        {remedies.length > 0 && ' On the same disk, this would free:'}
      </p>
      {remedies.length > 0 && (
        <ul className={styles.remedies}>
          {remedies.slice(0, REMEDIES_SHOWN).map((remedy) => (
            <Remedy key={`${remedy.kind} ${remedy.directory}`} remedy={remedy} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Remedy({ remedy }: { readonly remedy: SpaceRemedy }) {
  const { kind, bytes, cacheId, command, directory } = remedy;
  const words = `${REMEDY_WORDS[kind]}, ${remedyFiles(remedy)}`;
  const place = cacheId === null ? (kind === 'previews' ? '#/storage' : undefined) : cacheHash(cacheId, 'storage');
  return (
    <li>
      <span className={styles.bytes}>{formatBytes(bytes)}</span>
      <span title={directory}>{place === undefined ? words : <a href={place}>{words}</a>}</span>
      {command === null ? <span /> : <CommandLine place="jobs: room" command={command} purpose={`free ${formatBytes(bytes)}: ${words}`} />}
    </li>
  );
}
