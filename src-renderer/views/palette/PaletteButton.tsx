import { openPalette } from './Palette.tsx';
import styles from './PaletteButton.module.css';

/** The way to the palette for the mouse; it says the keys. */
export function PaletteButton() {
  return (
    <button type="button" className={styles.button} onClick={openPalette}>
      <span>Search items, caches, commands</span>
      <kbd>{/Mac/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K'}</kbd>
    </button>
  );
}
