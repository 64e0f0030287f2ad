import { CommandLine } from '../../ui/CommandLine.tsx';
import { navigate } from '../navigation/use-route.ts';
import { runCommand } from '../new/app-commands.ts';
import styles from './EmptyLibrary.module.css';
import { TrySample } from './TrySample.tsx';

const WAYS = [
  { title: 'Build a cache', text: 'Shows what a config will make and what it costs, asks, then downloads, preprocesses and publishes. Drop its YAML file anywhere in this window.', action: 'New from config', act: () => navigate({ screen: 'new' }), place: 'empty library: generate', command: 'larder generate --config configs/config.yaml', purpose: 'build a cache' },
  { title: 'Check one you have', text: 'Reads every byte of an existing folder, also one that Python made. Nothing in it is changed.', action: 'Open a folder', act: () => void runCommand('open-folder'), place: 'empty library: verify', command: 'larder verify --cache path/to/cache', purpose: 'check a cache' },
] as const;

/** Three ways to begin, here or as commands to copy. */
export function EmptyLibrary() {
  return (
    <section className={styles.empty} aria-labelledby="empty-title">
      <h1 id="empty-title">No caches yet</h1>
      <p className={styles.lead}>A cache shows up here as soon as Larder has seen it. Three ways to begin, here or in a terminal:</p>
      <ol>
        <li>
          <h2>Try it</h2>
          <p>Makes a small dataset up and serves it from inside of Larder: you see the plan, build the cache, then damage it on purpose and repair it. Needs no network and no account.</p>
          <TrySample />
          <CommandLine place="empty library: demo" command="larder demo" purpose="try the sample dataset" />
        </li>
        {WAYS.map((way) => (
          <li key={way.title}>
            <h2>{way.title}</h2>
            <p>{way.text}</p>
            <button type="button" className={`button ${styles.action}`} onClick={way.act}>
              {way.action}
            </button>
            <CommandLine place={way.place} command={way.command} purpose={way.purpose} />
          </li>
        ))}
      </ol>
    </section>
  );
}
