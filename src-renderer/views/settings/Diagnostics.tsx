import { useEffect, useState } from 'react';
import type { Diagnostics as Known } from '../../../src-main/contract/methods.ts';
import { graphicsHere } from '../../lib/graphics.ts';
import { call, usePage } from '../../state/index.ts';
import { useCopy } from '../../ui/use-copy.ts';
import styles from './SettingsView.module.css';

/** What Larder and its graphics run on, to be copied into a report. */
export function Diagnostics() {
  const info = usePage((page) => page.info);
  const [known, setKnown] = useState<Known>();
  useEffect(() => {
    call('app.diagnostics', {}).then(setKnown, () => undefined);
  }, []);
  const text = known === undefined || info === null ? '' : textOf(info.version, info.host, known);
  const { said, shown, copy } = useCopy<HTMLPreElement>(text);
  return (
    <section className={styles.part} aria-labelledby="settings-diagnostics">
      <h2 id="settings-diagnostics">Diagnostics</h2>
      <p className={styles.note}>For a report: what Larder and its graphics run on. No paths and no names of data are in it.</p>
      <pre ref={shown} className={styles.diagnostics} tabIndex={0} aria-label="What Larder runs on" aria-busy={text === ''}>
        {text}
      </pre>
      <div>
        <button type="button" className="button" disabled={text === ''} aria-label="Copy the diagnostics" onClick={() => void copy()}>
          <span role="status">{said ?? 'Copy'}</span>
        </button>
      </div>
    </section>
  );
}

function textOf(version: string, host: 'electron' | 'server', { system, versions, graphics }: Known): string {
  const door = host === 'electron' ? 'the desktop' : 'a browser';
  const page = graphicsHere();
  return [
    `Larder: ${version}, through ${door}`,
    `System: ${system}`,
    `Runs on: ${Object.entries(versions).map(([name, value]) => `${name} ${value}`).join(', ')}`,
    `Page: ${navigator.userAgent}`,
    `WebGL 2: ${page === undefined ? 'none' : `${page.renderer}; textures up to ${page.textureSide}, in 3D ${page.textureSide3d}`}`,
    ...(graphics === null ? [] : [`Graphics: ${Object.entries(graphics).map(([name, state]) => `${name} ${state}`).join(', ')}`]),
  ].join('\n');
}
