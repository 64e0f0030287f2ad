import styles from './SameLine.module.css';
import { LinePicture } from './LinePicture.tsx';
import { fontLabel } from './picture-url.ts';
import { useSiblings } from './use-image-entry.ts';

interface SameLineProps {
  readonly cacheId: number;
  readonly entryKey: string;
  readonly text: string | null;
}

/** The same line in every font and height it was drawn in, one below the other. */
export function SameLine({ cacheId, entryKey, text }: SameLineProps) {
  const rows = useSiblings(cacheId, text);
  if (rows.length < 2) return null;
  return (
    <section className={styles.same} aria-label="The same line in all fonts">
      <h3>The same line, {rows.length} times</h3>
      <ul>
        {rows.map((row) => (
          <li key={row.key}>
            <a href={`#/cache/${cacheId}/items/${row.key}`} aria-current={row.key === entryKey ? 'true' : undefined}>
              <span className={styles.name}>
                {row.variant == null ? row.key.slice(0, 8) : fontLabel(row.variant)}
                {row.shape !== null && <span className={styles.height}>{row.shape[0]} px</span>}
              </span>
              <span className={styles.picture}>
                <LinePicture cacheId={cacheId} entryKey={row.key} text={row.name ?? row.key} width={row.shape?.[1]} height={row.shape?.[0]} />
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
