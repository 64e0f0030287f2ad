import { app, dialog, protocol } from 'electron/main';
import { join } from 'node:path';
import { dataDirectory } from '../../base/data-directory.ts';
import { SETTINGS_FILE } from '../../contract/settings.ts';
import { ignoresGpuBlocklist } from './graphics-switch.ts';
import { startUp } from './start-up.ts';

// Known here only: what is loaded later lies in another folder of the build.
const here = import.meta.dirname;

startUp(
  { app, dialog, protocol },
  {
    environment: process.env,
    argv: process.argv,
    cwd: process.cwd(),
    isDefaultApp: process.defaultApp,
    ignoresGpuBlocklist: ignoresGpuBlocklist(join(dataDirectory(process.env), SETTINGS_FILE)),
    boot: async (opened) => {
      const { boot } = await import('./boot.ts');
      await boot({ opened, preload: join(here, '../preload/index.cjs'), pagesDirectory: join(here, '../renderer'), workerEntry: join(here, 'worker.js'), readerEntry: join(here, 'reader.js'), demoEntry: join(here, 'demo.js') });
    },
  },
);
