import type { CheckedConfigAnswer } from '../../../src-main/contract/methods-config.ts';
import { hasRawFiles } from '../../kinds/config-parts.ts';
import { formatCount } from '../../lib/format.ts';
import { cacheHash } from '../navigation/route.ts';
import styles from './NewView.module.css';

/** What a config stands for: parameters, folder, resolved paths, and what is there already. */
export function ConfigFactsPanel({ checked }: { readonly checked: CheckedConfigAnswer | null }) {
  const facts = checked?.facts;
  if (checked === null || facts == null) {
    return (
      <section className={styles.card} aria-labelledby="facts-title">
        <h2 id="facts-title">What it makes</h2>
        <p className={styles.quiet}>{checked === null ? 'Parameters, resolved paths and the folder of the cache show here as soon as there is a config.' : 'Not known until the errors are corrected.'}</p>
      </section>
    );
  }
  const hash = facts.directory.replace(/^.*[/\\]/, '');
  return (
    <section className={styles.card} aria-labelledby="facts-title">
      <h2 id="facts-title">What it makes</h2>
      <dl className={styles.facts}>
        {facts.parameters.map(({ name, value }) => (
          <Fact key={name} name={name} value={value} />
        ))}
        {hasRawFiles(facts.kind) && <Fact name="source" value={facts.repository ?? 'local raw files only'} />}
      </dl>
      <dl className={styles.paths}>
        {hasRawFiles(facts.kind) && (
          <>
            <dt>hash</dt>
            <dd>
              <code>{hash}</code>
            </dd>
          </>
        )}
        {facts.paths.map(({ name, path }) => (
          <PathLine key={name} name={name} path={path} />
        ))}
      </dl>
      <p className={styles.there}>
        {facts.present === null ? (
          <>
            <span aria-hidden="true">○ </span>This cache is not there yet.
          </>
        ) : (
          <>
            <span aria-hidden="true">● </span>
            This cache is there, with {formatCount(facts.present)} {facts.present === 1 ? 'entry' : 'entries'}. {checked.cacheId !== null && <a href={cacheHash(checked.cacheId)}>Show it</a>}
          </>
        )}
      </p>
      <p className={styles.quiet}>
        Relative paths start at <code>{checked.cwd}</code>. Variables come from the environment Larder was started in{checked.isText ? '; a .env file counts only beside a file on disk.' : ' and from a .env beside the file.'}
      </p>
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function PathLine({ name, path }: { readonly name: string; readonly path: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <code>{path}</code>
      </dd>
    </>
  );
}
