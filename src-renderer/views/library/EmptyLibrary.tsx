import { CommandLine } from '../../ui/CommandLine.tsx';
import styles from './EmptyLibrary.module.css';

const WAYS = [
  { title: 'Try it', text: 'Makes a small dataset up, builds its cache, damages it and repairs it. Needs no network; takes under two minutes.', command: 'larder demo', purpose: 'try the sample dataset' },
  { title: 'Build a cache', text: 'Shows what a config will make and what it costs, asks, then downloads, preprocesses and publishes.', command: 'larder generate --config configs/config.yaml', purpose: 'build a cache' },
  { title: 'Check one you have', text: 'Reads every byte of an existing folder, also one that Python made. Nothing in it is changed.', command: 'larder verify --cache path/to/cache', purpose: 'check a cache' },
] as const;

/** Three ways to begin, as commands to copy. */
export function EmptyLibrary() {
  return (
    <section className={styles.empty} aria-labelledby="empty-title">
      <h1 id="empty-title">No caches yet</h1>
      <p className={styles.lead}>A cache shows up here as soon as Larder has seen it. Three ways to begin, in a terminal:</p>
      <ol>
        {WAYS.map((way) => (
          <li key={way.title}>
            <h2>{way.title}</h2>
            <p>{way.text}</p>
            <CommandLine command={way.command} purpose={way.purpose} />
          </li>
        ))}
      </ol>
    </section>
  );
}
