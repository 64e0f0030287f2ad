import { useEffect, useState } from 'react';
import type { SettingInForce, Settings, SettingsAnswer, Theme } from '../../../src-main/contract/settings.ts';
import { DEFAULT_SETTINGS, THEMES } from '../../../src-main/contract/settings.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { call, desktop, usePage } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { RadioList } from '../../ui/RadioList.tsx';
import { ErrorNote } from '../cache/ErrorNote.tsx';
import { Diagnostics } from './Diagnostics.tsx';
import { Graphics } from './Graphics.tsx';
import { SettingField } from './SettingField.tsx';
import styles from './SettingsView.module.css';
import { applyTheme } from './theme.ts';
import { TokenField } from './TokenField.tsx';

/** What counts for all caches. Everything is kept at once; nothing waits for a button at the end. */
export function SettingsView() {
  const [answer, setAnswer] = useState<SettingsAnswer>();
  const [error, setError] = useState<Error>();
  const known = usePage(({ mirror }) => mirror.settings);
  // Read anew when another window or a command has changed them.
  useEffect(() => {
    call('settings.read', {}).then(setAnswer, (problem: unknown) => setError(problem instanceof Error ? problem : new Error(String(problem))));
  }, [known]);
  const change = async (wanted: Partial<Settings>): Promise<void> => {
    const next = await call('settings.change', wanted);
    applyTheme(next.settings.theme);
    setAnswer(next);
  };
  return (
    <section className={styles.view} aria-labelledby="settings-title">
      <header>
        <h1 id="settings-title">Settings</h1>
        <p className={styles.quiet}>For all caches and every door of Larder. A flag of a command goes first, then the config, then the environment, then what is set here.</p>
      </header>
      {error !== undefined && <ErrorNote error={error} />}
      {answer !== undefined && (
        <>
          {answer.problem !== null && <ErrorNote error={new Error(answer.problem)} />}
          <Network answer={answer} onChange={change} onAnswer={setAnswer} />
          <Work answer={answer} onChange={change} />
          <Folders answer={answer} onChange={change} />
          <Appearance theme={answer.settings.theme} onChange={change} />
          {desktop() !== undefined && <Graphics isOn={answer.settings.ignoreGpuBlocklist} onChange={change} />}
          <Diagnostics />
          <CommandLine place="settings: all" command="larder settings" purpose="show the settings" />
        </>
      )}
    </section>
  );
}

interface PartProps {
  readonly answer: SettingsAnswer;
  readonly onChange: (change: Partial<Settings>) => Promise<void>;
}

/** `In use: https://…, from HF_ENDPOINT.` */
function forceWords({ value, from }: SettingInForce, none: string): string {
  if (value === null) return none;
  return from === 'settings' ? 'In use.' : from === 'default' ? `In use: ${value}.` : `In use: ${value}, from ${from} of the environment, which goes first.`;
}

function Network({ answer, onChange, onAnswer }: PartProps & { readonly onAnswer: (answer: SettingsAnswer) => void }) {
  const { settings, inForce, token } = answer;
  return (
    <section className={styles.part} aria-labelledby="settings-network">
      <h2 id="settings-network">Network</h2>
      <SettingField name="endpoint" label="Endpoint" settings={settings} placeholder="https://huggingface.co" note={`The Hub, or a mirror of it. ${forceWords(inForce.endpoint, '')}`} onChange={onChange} />
      <SettingField name="proxy" label="Proxy" settings={settings} placeholder="none" note={`As http://host:port. ${forceWords(inForce.proxy, 'None is used.')}`} onChange={onChange} />
      <SettingField name="caFile" label="CA file" choice="certificates" settings={settings} placeholder="only the system’s" note={`Further certificate authorities as a PEM file, as behind a company proxy. ${forceWords(inForce.caFile, '')}`} onChange={onChange} />
      <TokenField token={token} onAnswer={onAnswer} />
    </section>
  );
}

function Work({ answer: { settings, machine }, onChange }: PartProps) {
  const fits = formatBytes(machine.availableBytes * 0.8);
  return (
    <section className={styles.part} aria-labelledby="settings-work">
      <h2 id="settings-work">Work</h2>
      <SettingField name="workers" label="Workers" settings={settings} placeholder={formatCount(machine.cores)} unit="" note={`Processes at most; empty means one per core, ${formatCount(machine.cores)} here. Fewer run where the memory holds fewer.`} onChange={onChange} />
      <SettingField name="memoryBytes" label="Memory" settings={settings} placeholder="80 % of it" unit="GB" note={`All workers together, at most 80 % of what is available: ${fits} now.`} onChange={onChange} />
    </section>
  );
}

function Folders({ answer: { settings, inForce, dataDirectory, file }, onChange }: PartProps) {
  return (
    <section className={styles.part} aria-labelledby="settings-folders">
      <h2 id="settings-folders">Folders</h2>
      <dl className={styles.facts}>
        <dt>Data folder</dt>
        <dd>
          <code>{dataDirectory}</code>
          <span className={styles.note}>The catalog, previews, logs and these settings. LARDER_DATA_DIR names another one.</span>
        </dd>
        <dt>Settings file</dt>
        <dd>
          <code>{file}</code>
        </dd>
      </dl>
      <SettingField name="hfHome" label="Hugging Face" choice="folder" settings={settings} placeholder="~/.cache/huggingface" note={`Whole raw files that are in its cache are not downloaded again. ${forceWords(inForce.hfHome, '')}`} onChange={onChange} />
      <SettingField name="previewBytes" label="Previews" settings={settings} placeholder={String(DEFAULT_SETTINGS.previewBytes / 1e9)} unit="GB" note="Volumes kept for viewing, at most; those not seen for longest go first." onChange={onChange} />
      <p className={styles.note}>
        <a href="#/storage">Storage</a> shows what the folders take.
      </p>
    </section>
  );
}

function Appearance({ theme, onChange }: { readonly theme: Theme; readonly onChange: PartProps['onChange'] }) {
  const [error, setError] = useState<Error>();
  // What was chosen shows at once, and goes back if it could not be kept.
  const [chosen, setChosen] = useState(theme);
  useEffect(() => setChosen(theme), [theme]);
  const choose = (next: Theme): void => {
    setError(undefined);
    setChosen(next);
    onChange({ theme: next }).catch((problem: unknown) => {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
      setChosen(theme);
    });
  };
  return (
    <section className={styles.part} aria-labelledby="settings-appearance">
      <h2 id="settings-appearance">Appearance</h2>
      <div className={styles.field}>
        <span className={styles.label} aria-hidden="true">
          Theme
        </span>
        <RadioList isRow label="Theme" choices={THEMES.map((name) => ({ value: name, title: name === 'system' ? 'as the system' : name }))} value={chosen} onChange={choose} />
      </div>
      {error !== undefined && <ErrorNote error={error} />}
    </section>
  );
}
