import { release } from 'node:os';
import type { AppPart } from './electron-parts.ts';

/** What Chromium says of each way to draw, such as `webgl2: enabled`; in the main process there is no page to ask. */
export function graphicsOf(app: Pick<AppPart, 'getGPUFeatureStatus'>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(app.getGPUFeatureStatus()).map(([name, state]) => [name, String(state)]));
}

/** Enough to tell what a window ran on, and nothing of whose it is. */
export function windowDiagnostics(app: Pick<AppPart, 'getGPUFeatureStatus'>, version: string): readonly (readonly [name: string, value: string])[] {
  const { electron, chrome, node } = process.versions;
  const { webgl2, gpu_compositing: compositing } = graphicsOf(app);
  return [
    ['Larder', version],
    ['System', `${process.platform} ${process.arch}, ${release()}`],
    ['Runs on', `Electron ${electron ?? 'unknown'}, Chromium ${chrome ?? 'unknown'}, Node ${node}`],
    ['Graphics', `webgl2 ${webgl2 ?? 'unknown'}, gpu_compositing ${compositing ?? 'unknown'}`],
  ];
}
