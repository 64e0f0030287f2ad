import { describe, expect, it } from 'vitest';
import { measureProcess, parseCpuSeconds, parsePeakBytes } from './measured-process.ts';

const setting = { cwd: import.meta.dirname, environment: process.env };
const MIB = 2 ** 20;

/** Fills a buffer, so that its pages are really there, and stays for a moment. */
const hold = (megabytes: number, ms: number): string => `globalThis.held = Buffer.alloc(${megabytes} << 20, 1); setTimeout(() => {}, ${ms});`;

describe('parsePeakBytes', () => {
  it('reads VmHWM of proc(5), which counts in KiB', () => {
    expect(parsePeakBytes('Name:\tnode\nVmPeak:\t 999 kB\nVmHWM:\t  141712 kB\nVmRSS:\t  120000 kB\n')).toBe(145_113_088);
  });

  it('has nothing to say about a process without memory of its own', () => {
    expect(parsePeakBytes('Name:\tkthreadd\nState:\tS (sleeping)\n')).toBeUndefined();
  });
});

it('reads the computing time of proc(5), in hundredths, behind whatever the process is called', () => {
  expect(parseCpuSeconds('4711 (a) b 7 (x) S 1 4711 4711 0 -1 4194304 900 0 3 0 1234 66 5 6 20 0 11 0 99 1000 20')).toBe(13);
});

describe('measureProcess', () => {
  it('gives exit code, output and time', async () => {
    const run = await measureProcess(process.execPath, ['-e', 'console.log("out"); console.error("err"); setTimeout(() => process.exit(3), 300)'], setting);
    expect(run).toMatchObject({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
    expect(run.seconds).toBeGreaterThan(0.3);
  });

  it('fails for a command that is not there', async () => {
    await expect(measureProcess('no-such-command', [], setting)).rejects.toThrow('no-such-command');
  });

  it.runIf(process.platform === 'linux')('tells the memory of the process from that of its workers', async () => {
    const script = `${hold(40, 700)} require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(hold(220, 500))}]);`;
    const { ownPeakBytes, workerPeakBytes } = await measureProcess(process.execPath, ['-e', script], setting);
    expect(workerPeakBytes).toBeGreaterThan(220 * MIB);
    expect(workerPeakBytes).toBeLessThan(400 * MIB);
    expect(ownPeakBytes).toBeGreaterThan(40 * MIB);
    expect(ownPeakBytes).toBeLessThan(200 * MIB);
  });
});
