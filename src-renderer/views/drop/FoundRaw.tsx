import type { Dropped } from '../../../src-main/contract/dropped.ts';
import { closeDrop } from './drop-state.ts';
import styles from './Dropped.module.css';
import { FactLines } from './FactLines.tsx';
import { LookButton } from './LookButton.tsx';
import { PathForm } from './PathForm.tsx';
import { Places } from './Places.tsx';

/** What the header of a raw volume says, and where it is cached. */
export function FoundRaw({ raw }: { readonly raw: Extract<Dropped, { readonly what: 'raw' }> }) {
  return (
    <>
      <p className={styles.lead}>{raw.places.length === 0 ? 'A raw volume. No known cache asks for one of this name.' : 'A raw volume that known caches ask for.'}</p>
      <Places places={raw.places} />
      <FactLines lines={raw.facts} />
      {raw.warnings.map((warning) => (
        <p key={warning} className={styles.warning}>
          ◆ {warning}
        </p>
      ))}
      <LookButton file={raw} />
      {raw.path === null && (
        <>
          <p className={styles.quiet}>The page has its header only. Type its path where Larder runs to see the volume.</p>
          <PathForm />
        </>
      )}
      <p className={styles.quiet}>
        As an entry it would be named <code>{raw.key}</code>.{' '}
        {raw.places.length === 0 && (
          <>
            A config whose lists name it makes it one:{' '}
            <a href="#/new" onClick={closeDrop}>
              New from config
            </a>
          </>
        )}
      </p>
    </>
  );
}
