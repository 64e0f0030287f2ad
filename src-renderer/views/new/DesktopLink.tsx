import { useEffect } from 'react';
import { desktop } from '../../state/index.ts';
import { openPalette } from '../palette/Palette.tsx';
import { runCommand } from './app-commands.ts';
import { openPath } from './open-path.ts';

/** Does what the desktop says: items of its menus, files opened from the system. Nothing in a browser. */
export function DesktopLink() {
  useEffect(
    () =>
      desktop()?.onDesktop((message) => {
        if (message.type === 'opened') void openPath(message.opened);
        // Whoever has a file saved listens by itself.
        else if (message.type === 'saved') return;
        // The palette knows every other command; it cannot list the one that opens it.
        else if (message.command === 'palette') openPalette();
        else void runCommand(message.command);
      }),
    [],
  );
  return null;
}
