import type { FormEvent } from 'react';
import { useId, useState } from 'react';
import { CONFIG_FORMS, configSampleFor } from '../../kinds/config-parts.ts';
import { ChooseButton } from '../../kinds/ChooseButton.tsx';
import { usePage } from '../../state/index.ts';
import { TextBox } from '../../ui/TextBox.tsx';
import { ConfigEditor } from './ConfigEditor.tsx';
import { ConfigFactsPanel } from './ConfigFactsPanel.tsx';
import { OpenFolder } from './OpenFolder.tsx';
import { PlanPanel } from './PlanPanel.tsx';
import { editText, loadPath, loadText, startOver, useNew } from './new-state.ts';
import styles from './NewView.module.css';
import { ProblemBox } from './ProblemBox.tsx';

/** From a config to a running job: read, checked, planned, generated. */
export function NewView() {
  const { text, checked, isChecking, problem, input } = useNew();
  const Sample = checked?.facts == null ? undefined : configSampleFor(checked.facts.kind);
  return (
    <section className={styles.view} aria-labelledby="new-title">
      <header className={styles.head}>
        <div>
          <h1 id="new-title">New from config</h1>
          <p className={styles.quiet}>Drop a YAML file anywhere in the window, paste its text below, or name a file where Larder runs.</p>
        </div>
        {input !== null && (
          <button type="button" className="button" data-size="small" onClick={startOver}>
            Start over
          </button>
        )}
      </header>
      <PathForm />
      {problem?.at === 'config' && <ProblemBox problem={problem} />}
      <div className={styles.columns}>
        <div className={styles.left}>
          <Origin />
          <ConfigEditor text={text} checked={checked} isChecking={isChecking} onChange={editText} />
          {Sample !== undefined && checked?.configId != null && <Sample configId={checked.configId} />}
          <OpenFolder />
        </div>
        <div className={styles.right}>
          <ConfigFactsPanel checked={checked} />
          {CONFIG_FORMS.filter(({ kind }) => text === '' || checked === null || checked.facts?.kind === kind || checked.facts === null).map(({ kind, Form }) => (
            <Form key={kind} onConfig={editText} />
          ))}
          {checked?.facts != null && <PlanPanel checked={checked} />}
        </div>
      </div>
    </section>
  );
}

function PathForm() {
  const isChecking = useNew((state) => state.isChecking);
  const host = usePage((state) => state.info?.host);
  const [path, setPath] = useState('');
  const labelId = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (path.trim() !== '') void loadPath(path.trim());
  };
  const read = async (chosen: string): Promise<void> => {
    setPath(chosen);
    await loadPath(chosen);
  };
  const upload = async (file: File | undefined): Promise<void> => {
    if (file !== undefined) await loadText(await file.text(), file.name);
  };
  return (
    <form className={styles.path} onSubmit={submit}>
      <label id={labelId} htmlFor="config-path">{host === 'server' ? 'File on the server' : 'File'}</label>
      <TextBox id="config-path" className={styles.input} placeholder="configs/config.yaml" text={path} onChange={setPath} />
      <button type="submit" className="button" disabled={path.trim() === '' || isChecking}>
        Read
      </button>
      <ChooseButton choice="config" from={path} namedBy={labelId} isDisabled={isChecking} onPath={(chosen) => void read(chosen)} />
      {host === 'server' && (
        <label className={`button ${styles.choose}`}>
          From this computer …
          <input type="file" className="visually-hidden" accept=".yaml,.yml" onChange={(event) => void upload(event.target.files?.[0])} />
        </label>
      )}
    </form>
  );
}

/** Where the text below is from, and what becomes of it when it is changed. */
function Origin() {
  const { input, checked } = useNew();
  if (input === null) return null;
  if ('path' in input) {
    return (
      <p className={styles.origin}>
        <code>{checked?.path ?? input.path}</code> <span className={styles.quiet}>An edit here makes a copy; the file stays as it is.</span>
      </p>
    );
  }
  if (checked === null) return null;
  return (
    <p className={styles.origin}>
      <span className={styles.quiet}>A text without a file. Planning keeps it as</span> <code>{checked.path}</code>
    </p>
  );
}
