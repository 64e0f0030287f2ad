import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OUT } from '../browser/ensure-built.ts';
import type { SampleDataset } from '../sample/index.ts';
import { demoEnvironment } from './run-command.ts';
import { DemoFailure, DemoStory } from './story.ts';

const DEMO_ENTRY = join(OUT, 'main/demo.js');
/** What is promised on two cores. */
const WITHIN_MS = 120_000;

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'larder-demo-test-'));
});
afterEach(async () => {
  await rm(temporary, { recursive: true, force: true });
});

interface DemoRun {
  readonly process: ChildProcess;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }>;
  until(text: string): Promise<void>;
}

/** The demo in a process of its own; its folder goes below `temporary`. */
function startDemo(words: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): DemoRun {
  const child = spawn(process.execPath, [DEMO_ENTRY, ...words], { env: { ...process.env, TMPDIR: temporary, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const ended = new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, ...output }));
  });
  const until = async (text: string): Promise<void> => {
    while (!output.stdout.includes(text)) {
      if (child.exitCode !== null) throw new Error(`the demo ended without saying "${text}":\n${output.stdout}${output.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { process: child, ended, until };
}

describe('the demo', () => {
  it('goes through in time, whatever proxies and settings its user has, and leaves nothing behind', { timeout: WITHIN_MS + 10_000 }, async () => {
    const startedAt = performance.now();
    // Any use of these would fail: nothing listens there, and offline nothing could be downloaded.
    const personal = { HTTP_PROXY: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9', HF_ENDPOINT: 'http://127.0.0.1:9', HF_HUB_OFFLINE: '1', HF_TOKEN: 'hf_personal' };
    const { exitCode, stdout, stderr } = await startDemo([], personal).ended;
    expect(stdout).toContain('Every step ended as it must');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(performance.now() - startedAt).toBeLessThan(WITHIN_MS);
    for (const command of ['plan', 'generate', 'verify', 'fix', 'map', 'stats']) expect(stdout).toContain(`  $ larder ${command} `);
    for (const code of ['crc-mismatch', 'truncated', 'missing']) expect(stdout).toMatch(new RegExp(`^ {2}\\| error +${code} `, 'm'));
    expect(stdout).not.toContain('hf_personal');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    // A slow machine adds a line of progress every five seconds.
    expect(lines.length).toBeLessThan(120);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('stops at Ctrl-C and removes its folder', { timeout: 60_000 }, async () => {
    const demo = startDemo();
    await demo.until('$ larder generate');
    demo.process.kill('SIGINT');
    const { exitCode, stderr } = await demo.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toBe('Cancelled; the folder of the demo is removed.\n');
    expect(await readdir(temporary)).toEqual([]);
  });

  it('keeps its folder where that is wanted', { timeout: 60_000 }, async () => {
    const demo = startDemo(['--keep']);
    await demo.until('$ larder generate');
    demo.process.kill('SIGINT');
    const { stdout } = await demo.ended;
    const [folder] = await readdir(temporary);
    expect(stdout).toContain(`Kept: ${join(temporary, folder ?? '')}\n`);
    expect(await readdir(join(temporary, folder ?? ''))).toEqual(expect.arrayContaining(['config.yaml', 'train.csv', 'valid.csv']));
  });

  it('fails, and says at what, if a command does not end as it must', async () => {
    const cliEntry = join(temporary, 'does-nothing.mjs');
    await writeFile(cliEntry, '');
    const said: string[] = [];
    const project = { directory: temporary, configPath: '', trainCsvPath: '', validCsvPath: '', cacheRoot: temporary };
    const dataset: SampleDataset = { volumes: [], damaged: { volumeName: '', split: 'train', repositoryPath: '', bytes: Buffer.alloc(0) }, absentName: '', names: { train: [], valid: [] } };
    const story = new DemoStory(project, dataset, { cliEntry, cwd: temporary, environment: process.env, signal: new AbortController().signal }, (line) => said.push(line));
    await expect(story.tell()).rejects.toThrow(DemoFailure);
    await expect(story.tell()).rejects.toThrow(/^`larder plan .*` did not say .*required/);
    await writeFile(cliEntry, 'process.exit(3);');
    await expect(story.tell()).rejects.toThrow(/ended with exit code 3 instead of 0\.$/);
  });
});

describe('the environment of its commands', () => {
  it('has neither token nor proxy nor the folders of its user', () => {
    const personal = { PATH: '/bin', HF_TOKEN: 'x', HUGGING_FACE_HUB_TOKEN: 'x', HF_HOME: '/home/x', TRANSFORMERS_OFFLINE: '1', https_proxy: 'x', HTTPS_PROXY: 'x', NO_PROXY: 'x', LARDER_DATA_DIR: '/home/y' };
    expect(demoEnvironment(personal, { data: '/demo/data', hfHome: '/demo/hf' })).toEqual({ PATH: '/bin', LARDER_DATA_DIR: '/demo/data', HF_HOME: '/demo/hf' });
  });
});
