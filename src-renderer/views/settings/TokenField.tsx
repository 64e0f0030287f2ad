import type { FormEvent } from 'react';
import { useRef, useState } from 'react';
import type { SettingsAnswer, TokenReference } from '../../../src-main/contract/settings.ts';
import { call } from '../../state/index.ts';
import { ErrorNote } from '../cache/ErrorNote.tsx';
import styles from './SettingsView.module.css';

interface TokenFieldProps {
  readonly token: TokenReference;
  readonly onAnswer: (answer: SettingsAnswer) => void;
}

/** Where the token comes from; on the desktop also a place to keep one. It is never shown. */
export function TokenField({ token, onAnswer }: TokenFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [error, setError] = useState<Error>();
  const keep = async (secret: string | null): Promise<void> => {
    setError(undefined);
    // The buttons beside it go once they were pressed.
    field.current?.focus();
    try {
      onAnswer(await call('settings.keepToken', { token: secret }));
      setText('');
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() !== '') void keep(text);
  };
  return (
    <form className={styles.field} onSubmit={submit}>
      <span className={styles.label} id="token-label">
        Token
      </span>
      {token.store !== null && (
        <div className={styles.control}>
          <input ref={field} className="input" type="password" aria-labelledby="token-label" aria-describedby="token-note" autoComplete="off" placeholder={token.isStored ? '••••••••••••' : 'hf_…'} value={text} onChange={(event) => setText(event.target.value)} />
          {text.trim() !== '' && (
            <button type="submit" className="button" data-size="small" data-tone="main" aria-label="Keep the token">
              Keep
            </button>
          )}
          {token.isStored && text === '' && (
            <button type="button" className="button" data-size="small" aria-label="Forget it: the token" onClick={() => void keep(null)}>
              Forget it
            </button>
          )}
        </div>
      )}
      <p id="token-note" className={styles.note}>
        {tokenWords(token)}
      </p>
      {error !== undefined && <ErrorNote error={error} />}
    </form>
  );
}

function tokenWords({ from, store, storeProblem }: TokenReference): string {
  const counts = from === null ? 'No token is known; public datasets need none.' : `In use: the one from ${from === 'key store' ? (store ?? from) : from}.`;
  const keeping = store === null ? `${storeProblem ?? ''} Set HF_TOKEN, or sign in with \`hf auth login\`.` : `One that is given here is encrypted and kept in ${store}.`;
  return `${counts} A config may name its own, which goes first. ${keeping}`;
}
