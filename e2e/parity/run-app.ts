import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findElectron } from '../../bin/electron-binary.mjs';
import { hostName } from '../app/start-host.ts';
import { sharedChromium } from '../app/hosts/standin.ts';
import { until } from '../app/hosts/until.ts';
import { ROOT } from '../browser/ensure-built.ts';
import { StandinProcess } from '../standin/process.ts';

const MAIN = join(import.meta.dirname, 'app/main.mjs');
const LINE = /^parity: (.*)$/m;

export type Answers = Readonly<Record<string, unknown>>;

/** A run of the small app; a second one finds the first one's lock. */
export interface AppRun {
  said(): string;
  ended(): Promise<void>;
}

export async function startApp(folder: string): Promise<AppRun> {
  const environment: NodeJS.ProcessEnv = { ...process.env, LARDER_USER_DATA: join(folder, 'user') };
  delete environment['ELECTRON_RUN_AS_NODE'];
  if (hostName === 'standin') {
    const app = new StandinProcess({ browser: await sharedChromium(), environment, cwd: folder, entry: MAIN });
    return { said: () => app.said, ended: async () => void (await app.ended()) };
  }
  const binary = findElectron(join(ROOT, 'node_modules/electron'), process.env)!;
  const child = spawn(binary, [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), MAIN], { env: environment, cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return { said: () => said, ended: () => exit };
}

export async function answersOf(run: AppRun): Promise<Answers> {
  await until('the app has told its answers', () => LINE.test(run.said()));
  await run.ended();
  return JSON.parse(LINE.exec(run.said())![1]!) as Answers;
}
