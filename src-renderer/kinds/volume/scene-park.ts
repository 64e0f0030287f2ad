import type { SceneEvents } from './volume-scene.ts';
import { VolumeScene, textureSideMax } from './volume-scene.ts';

const NOBODY: SceneEvents = { onCrosshair: () => undefined, onLost: () => undefined };

/** One scene that nobody looks at: loading NiiVue and building its shaders takes longer than showing a volume. */
let parked: Promise<VolumeScene | undefined> | undefined;

/** Somebody looks already; the scene of before is parked again when they leave. */
let isInUse = false;

let place: HTMLElement | undefined;

/** In the document, because a canvas without a size cannot be built; out of sight and of reach. */
function parkingPlace(): HTMLElement {
  if (place === undefined) {
    place = document.createElement('div');
    place.inert = true;
    place.setAttribute('aria-hidden', 'true');
    Object.assign(place.style, { position: 'fixed', left: '-1000px', top: '0', width: '64px', height: '64px', visibility: 'hidden' });
    document.body.append(place);
  }
  return place;
}

/** Has a scene ready before the first volume is looked at. Without WebGL2 there is none to be had. */
export function prepareScene(): void {
  if (isInUse || parked !== undefined || textureSideMax() === undefined) return;
  // Whoever takes it opens one of their own then, and is told what is wrong.
  parked = VolumeScene.open(parkingPlace(), 'Volume', NOBODY).catch(() => undefined);
}

/** The scene that is ready, or a new one. @throws Error without WebGL2 */
export async function takeScene(container: HTMLElement, label: string, events: SceneEvents): Promise<VolumeScene> {
  isInUse = true;
  const ready = parked;
  parked = undefined;
  const scene = await ready;
  if (scene === undefined || scene.isLost) return await VolumeScene.open(container, label, events);
  scene.moveTo(container, label, events);
  return scene;
}

/** Kept for the next volume that is opened; of more than one, the others go. */
export function leaveScene(scene: VolumeScene): void {
  if (parked !== undefined || scene.isLost) {
    scene.dispose();
    return;
  }
  scene.clear();
  scene.moveTo(parkingPlace(), 'Volume', NOBODY);
  parked = Promise.resolve(scene);
}
