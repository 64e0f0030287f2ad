import type { ReactNode } from 'react';
import { useState } from 'react';
import type { CacheParameters, CacheSummary, UnreadableConfig } from '../../../src-main/contract/commands.ts';
import { madeWithWords } from '../../kinds/registry.ts';
import { call } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { ErrorNote } from './ErrorNote.tsx';
import { Facts } from './Facts.tsx';
import { NO_MATERIAL, materialFlags } from './MaterialFields.tsx';
import { Numbers } from './Numbers.tsx';
import styles from './ParametersTab.module.css';
import { commandFor } from './commands.ts';
import { forget, forgetWords } from './forget.ts';
import { parameterRows } from './parameter-rows.ts';
import { useQuery } from './use-query.ts';

/** What the entries were made with, by the config and by the folder itself, and how much of them there is. */
export function ParametersTab({ cache }: { readonly cache: CacheSummary }) {
  const [lists, setLists] = useState(NO_MATERIAL);
  const { configPath, formerConfigPath, unreadableConfig } = cache;
  const { value, error } = useQuery(`parameters ${cache.id}`, JSON.stringify({ configPath, formerConfigPath, unreadableConfig }), () => call('cache.parameters', { cacheId: cache.id }));
  if (error !== undefined) return <ErrorNote error={error} />;
  if (value === undefined) return <p className={styles.quiet}>Reading the parameters …</p>;
  return (
    <div className={styles.pair}>
      <div className={styles.parameters}>
        <Verdict parameters={value} kind={cache.kind} />
        <ParameterTable parameters={value} />
        <Facts
          facts={[
            ['Folder', <code key="folder">{value.directory}</code>],
            ['Config', configWords(value)],
            ...(value.formerConfig === null ? [] : [['It makes', <code key="makes">{value.formerConfig.directory}</code>] as const]),
          ]}
        />
        <CommandLine place="parameters: numbers" command={commandFor('stats', cache, { flags: materialFlags(lists) })} purpose="parameters and numbers of this cache" />
      </div>
      {!cache.isGone && <Numbers cache={cache} lists={lists} onLists={setLists} />}
      <section className={styles.library} aria-label="Library">
        <p className={styles.quiet}>Of no more interest, or moved? Its files stay as they are, its history is kept, and opening it brings it back.</p>
        <button type="button" className="button" data-size="small" onClick={() => forget(cache)}>
          Remove from library
        </button>
        <CommandLine place="parameters: forget" command={forgetWords(cache)} purpose={`take ${cache.label} out of the library`} />
      </section>
    </div>
  );
}

function configWords({ configPath, formerConfig, unreadableConfig }: CacheParameters): ReactNode {
  const path = configPath ?? formerConfig?.path ?? unreadableConfig?.path;
  return path === undefined ? 'not known; name it once, for example with `larder plan --config …`' : <code>{path}</code>;
}

function Verdict({ parameters, kind }: { readonly parameters: CacheParameters; readonly kind: CacheSummary['kind'] }) {
  if (parameters.findings.length > 0) {
    return (
      <div className={styles.bad} role="alert">
        {parameters.findings.map((finding) => (
          <p key={finding.message}>▲ {finding.message}</p>
        ))}
      </div>
    );
  }
  if (parameters.folder.length === 0) return <p className={styles.quiet}>○ {madeWithWords(kind) ?? 'The folder has no cache_params.json; what its entries were made with is not written down there.'}</p>;
  if (parameters.formerConfig !== null) return <Stale parameters={parameters} />;
  if (parameters.unreadableConfig !== null) return <Unreadable config={parameters.unreadableConfig} />;
  if (parameters.config === null) return <p className={styles.quiet}>○ No config is known; these are the parameters the folder was made with.</p>;
  const differing = parameterRows(parameters).filter((row) => row.differs).length;
  return differing === 0 ? <p className={styles.good}>● The config and cache_params.json say the same.</p> : <p className={styles.bad}>▲ The config and cache_params.json differ in {differing}.</p>;
}

/** With every problem, however many there are. */
function Unreadable({ config: { message, hint } }: { readonly config: UnreadableConfig }) {
  return (
    <>
      <p className={`${styles.bad} ${styles.problems}`}>▲ {message}</p>
      {hint !== null && <p className={styles.quiet}>{hint}</p>}
      <p className={styles.quiet}>○ The config cannot be read; these are the parameters the folder was made with.</p>
    </>
  );
}

/** The config asks for something else by now: this cache is as it was, and what training asks for next is elsewhere. */
function Stale({ parameters }: { readonly parameters: CacheParameters }) {
  const differing = parameterRows(parameters).filter((row) => row.differs).map(({ name }) => name);
  return (
    <p className={styles.stale}>
      <span aria-hidden="true">◆ </span>
      The config was edited since and makes another folder now{differing.length > 0 && <>: it asks for another {differing.join(', ')}</>}. Training with it no longer reads this cache; nothing here was changed.
    </p>
  );
}

function ParameterTable({ parameters }: { readonly parameters: CacheParameters }) {
  const rows = parameterRows(parameters);
  const hasConfig = parameters.config !== null || parameters.formerConfig !== null;
  if (rows.length === 0) return null;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Parameter</th>
          {hasConfig && <th scope="col">{parameters.formerConfig === null ? 'Config' : 'Config now'}</th>}
          {parameters.folder.length > 0 && <th scope="col">cache_params.json</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, config, folder, differs }) => (
          <tr key={name} className={differs ? styles.differs : undefined}>
            <th scope="row">{name}</th>
            {hasConfig && <td>{config ?? '–'}</td>}
            {parameters.folder.length > 0 && (
              <td>
                {folder ?? '–'}
                {differs && ' ▲ differs'}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
