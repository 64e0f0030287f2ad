import { it } from 'vitest';
import { electronAbsence } from './hosts/electron.ts';

const reason = electronAbsence();
console.log(`The suites of the real Electron are left out: ${reason}.`);

// A project without a test would be silent about it.
it.skipIf(reason !== undefined)(`the suites in the real Electron (left out: ${reason})`, () => undefined);
