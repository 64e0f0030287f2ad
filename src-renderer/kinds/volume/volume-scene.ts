import type { NVImage, Niivue } from '@niivue/niivue';
import { voxelShader } from './colour-voxels.ts';
import type { LoadedVolume } from './volume-data.ts';
import type { Location, Point } from './location.ts';
import { indexOf, offsetOf, wholeIndex } from './location.ts';
import { HEADER_BYTES } from './nifti-header.ts';

export const VIEWS = ['all', 'axial', 'coronal', 'sagittal', 'render'] as const;
export type View = (typeof VIEWS)[number];

/** NiiVue's numbers for them (its `SLICE_TYPE`). */
const SLICE_TYPES: Readonly<Record<View, number>> = { axial: 0, coronal: 1, sagittal: 2, all: 3, render: 4 };
const GRID_LAYOUT = 2;
const NEVER = 0;
const DRAG = { crosshair: 8, pan: 3 } as const;

/** NiiVue's names of grey and of maps whose steps the eye sees as equal; a rainbow would draw edges that are not there. */
export const COLORMAPS = ['gray', 'viridis', 'cividis', 'magma', 'inferno', 'plasma'] as const;
export type Colormap = (typeof COLORMAPS)[number];

export interface GreyWindow {
  readonly min: number;
  readonly max: number;
}

export interface SceneEvents {
  readonly onCrosshair: (location: Location | undefined) => void;
  /** The graphics were taken away; the scene is of no use any more. */
  readonly onLost: () => void;
}

const LINE_PIXELS = 1.6;
const MID: Point = [0.5, 0.5, 0.5];
const RENDER_ANGLES = { azimuth: 110, elevation: 15 } as const;

function within(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}

/** Asked once: making a context for the question takes some milliseconds. */
let sideMax: number | undefined | null = null;

/** Largest side of a 3D texture here, voxels; undefined without WebGL2. */
export function textureSideMax(): number | undefined {
  if (sideMax !== null) return sideMax;
  const gl = document.createElement('canvas').getContext('webgl2');
  sideMax = gl === null ? undefined : (gl.getParameter(gl.MAX_3D_TEXTURE_SIZE) as number);
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return sideMax;
}

const LOOK_AGAIN_MS = 5;

/** What was asked of the graphics is done by another process, for seconds where it is software. @returns once it has been */
async function untilDrawn(gl: WebGL2RenderingContext): Promise<void> {
  const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  // Graphics that were taken away have none; the scene hears of that by itself.
  if (fence === null) return;
  gl.flush();
  while (gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.UNSIGNALED) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  gl.deleteSync(fence);
}

/**
 * One NiiVue on a canvas of its own, in a frame that can be moved from one part of the page to another
 * (NiiVue gives up a canvas that is taken out of its parent). NiiVue is a large program; it is loaded
 * when the first scene is made.
 */
export class VolumeScene {
  readonly #nv: Niivue;
  readonly #makeImage: typeof NVImage.loadFromUrl;
  readonly #canvas: HTMLCanvasElement;
  readonly #frame: HTMLElement;
  #events: SceneEvents;
  #volume: LoadedVolume | undefined;
  #image: NVImage | undefined;
  #channel = 0;
  /** Of what was asked for last: what comes too late is not shown. */
  #turn = 0;
  #isDisposed = false;
  #isLost = false;
  #drawing: number | undefined;
  #view: View = 'all';
  readonly #resizing = new ResizeObserver(() => this.#drawLines());

  private constructor(nv: Niivue, makeImage: typeof NVImage.loadFromUrl, canvas: HTMLCanvasElement, frame: HTMLElement, events: SceneEvents) {
    this.#nv = nv;
    this.#makeImage = makeImage;
    this.#canvas = canvas;
    this.#frame = frame;
    this.#events = events;
  }

  /** @throws Error without WebGL2 */
  static async open(container: HTMLElement, label: string, events: SceneEvents): Promise<VolumeScene> {
    const { NVImage: Image, Niivue: Viewer } = await import('@niivue/niivue');
    // Every volume comes with its window; NiiVue would look through all of its values for one, and keep the page busy.
    Image.prototype.calMinMax = () => [];
    const canvas = document.createElement('canvas');
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'application');
    canvas.setAttribute('aria-label', label);
    const frame = document.createElement('div');
    frame.style.height = '100%';
    frame.append(canvas);
    container.append(frame);
    const nv = new Viewer({
      dragAndDropEnabled: false,
      loadingText: '',
      logLevel: 'silent',
      isColorbar: false,
      isOrientCube: false,
      isRadiologicalConvention: true,
      sagittalNoseLeft: true,
      multiplanarLayout: GRID_LAYOUT,
      multiplanarShowRender: NEVER,
      multiplanarPadPixels: 2,
      showAllOrientationMarkers: true,
      crosshairWidthUnit: 'percent',
      crosshairColor: [0.38, 0.68, 0.95, 0.9],
      fontColor: [0.8, 0.86, 0.93, 1],
      fontMinPx: 11,
      backColor: [0, 0, 0, 1],
      dragMode: DRAG.pan,
      dragModePrimary: DRAG.crosshair,
      scrollRequiresFocus: true,
      viewModeHotKey: '',
      clipPlaneHotKey: '',
      cycleClipPlaneHotKey: '',
    });
    const scene = new VolumeScene(nv, Image.loadFromUrl.bind(Image), canvas, frame, events);
    // A double click would set a window of NiiVue's own choice.
    nv.resetBriCon = () => undefined;
    nv.onLocationChange = () => scene.#events.onCrosshair(scene.crosshair());
    canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault();
      scene.#isLost = true;
      if (!scene.#isDisposed) scene.#events.onLost();
    });
    await nv.attachToCanvas(canvas);
    nv.orientShaderF = voxelShader(nv.gl);
    scene.#resizing.observe(canvas);
    return scene;
  }

  /** Into another part of the page, for somebody else; what is shown stays. */
  moveTo(container: HTMLElement, label: string, events: SceneEvents): void {
    this.#events = events;
    this.#canvas.setAttribute('aria-label', label);
    container.append(this.#frame);
  }

  /** Shows nothing, and holds no volume. */
  clear(): void {
    this.#turn++;
    delete this.#canvas.dataset['shown'];
    if (this.#image !== undefined) this.#nv.removeVolume(this.#image);
    this.#volume = undefined;
    this.#image = undefined;
  }

  /** The graphics were taken away. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Puts a volume in the place of the one before, with the crosshair in its middle. @returns when it is on the canvas */
  async show(volume: LoadedVolume, window: GreyWindow, colormap: Colormap): Promise<void> {
    const turn = ++this.#turn;
    const image = await this.#makeImage({ url: 'volume.nii', name: 'volume.nii', buffer: volume.buffer, colormap });
    if (this.#isDisposed || turn !== this.#turn) return;
    image.cal_min = window.min;
    image.cal_max = window.max;
    this.#drawOnce(() => {
      if (this.#image !== undefined) this.#nv.removeVolume(this.#image);
      this.#volume = volume;
      this.#image = image;
      this.#channel = 0;
      this.#nv.addVolume(image);
      this.reset();
    });
    await untilDrawn(this.#nv.gl);
  }

  get hasVolume(): boolean {
    return this.#volume !== undefined;
  }

  setView(view: View): void {
    this.#view = view;
    this.#nv.setSliceType(SLICE_TYPES[view]);
    this.#drawLines();
  }

  /** Drawn with the next frame: a slider gives values faster than a volume can be coloured. */
  setWindow(window: GreyWindow): void {
    this.#change((image) => {
      image.cal_min = window.min;
      image.cal_max = window.max;
    });
  }

  setColormap(colormap: Colormap): void {
    this.#change((image) => {
      // The setter would look for a window of its own.
      image._colormap = colormap;
    });
  }

  setChannel(channel: number): void {
    if (this.#image === undefined) return;
    this.#channel = channel;
    this.#nv.setFrame4D(this.#image.id, channel);
    this.#events.onCrosshair(this.crosshair());
  }

  /** Steps along R, A, S, in voxels. */
  moveCrosshair(right: number, anterior: number, superior: number): void {
    if (this.#volume === undefined) return;
    this.#nv.moveCrosshairInVox(right, anterior, superior);
    this.#events.onCrosshair(this.crosshair());
  }

  /** Crosshair to the middle, no zoom, the first angle. */
  reset(): void {
    if (this.#volume === undefined) return;
    this.#nv.setPan2Dxyzmm([0, 0, 0, 1]);
    this.#nv.setScale(1);
    this.#nv.setRenderAzimuthElevation(RENDER_ANGLES.azimuth, RENDER_ANGLES.elevation);
    this.#nv.scene.crosshairPos = [...MID];
    // Drawn anew, but not coloured anew: that takes seconds of a large volume where the graphics are software.
    // The middle of an even number of voxels lies between two; a step of nothing goes to one of them.
    this.#nv.moveCrosshairInVox(0, 0, 0);
    this.#events.onCrosshair(this.crosshair());
  }

  /** Crosshair to a place of the world, mm, without saying so: whoever asks knows. Beside the volume it stops at its edge. */
  lookAt(mm: Point): void {
    if (this.#volume === undefined) return;
    const [x, y, z] = this.#nv.mm2frac([...mm]);
    this.#nv.scene.crosshairPos = [within(x!), within(y!), within(z!)];
    this.#nv.drawScene();
  }

  crosshair(): Location | undefined {
    const [x, y, z] = this.#nv.scene.crosshairPos;
    return this.#locationAt([x, y, z]);
  }

  /** What lies under a point of the canvas, CSS pixels from its corner; undefined beside the slices. */
  under(x: number, y: number): Location | undefined {
    if (this.#volume === undefined) return undefined;
    const dpr = this.#nv.uiData.dpr ?? 1;
    const [fx, fy, fz] = this.#nv.canvasPos2frac([x * dpr, y * dpr]);
    return fx < 0 ? undefined : this.#locationAt([fx, fy, fz]);
  }

  get canvas(): HTMLCanvasElement {
    return this.#canvas;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#resizing.disconnect();
    if (this.#drawing !== undefined) cancelAnimationFrame(this.#drawing);
    if (this.#image !== undefined) this.#nv.removeVolume(this.#image);
    this.#nv.cleanup();
    // Browsers keep a few contexts only; waiting for garbage collection would take one from another scene.
    this.#canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
    this.#frame.remove();
  }

  #change(change: (image: NVImage) => void): void {
    if (this.#image === undefined) return;
    change(this.#image);
    this.#drawing ??= requestAnimationFrame(() => {
      this.#drawing = undefined;
      if (!this.#isDisposed) this.#nv.updateGLVolume();
    });
  }

  /** NiiVue draws after every single change; of several, only the last picture is seen. */
  #drawOnce(change: () => void): void {
    this.#nv.drawScene = () => undefined;
    try {
      change();
    } finally {
      // The one of its class is in force again.
      Reflect.deleteProperty(this.#nv, 'drawScene');
    }
    this.#drawLines();
  }

  /** Lines of the crosshair are as strong in a small picture as in a large one; thinner than a pixel they would be gone. */
  #drawLines(): void {
    const side = this.#canvas.clientWidth / (this.#view === 'all' ? 2 : 1);
    if (this.#isDisposed || this.#volume === undefined || side === 0) return;
    this.#nv.opts.crosshairWidth = (100 * LINE_PIXELS) / side;
    // NiiVue makes them anew only where they have moved.
    if (this.#nv.crosshairs3D !== null) this.#nv.crosshairs3D.mm = [Number.NaN, Number.NaN, Number.NaN, 1];
    this.#nv.drawScene();
  }

  /** The value is read from the file's own numbers, not from what the graphics made of them. */
  #locationAt(fraction: Point): Location | undefined {
    if (this.#volume === undefined || this.#image === undefined) return undefined;
    const { header, buffer } = this.#volume;
    const [x, y, z] = this.#nv.frac2mm([...fraction]);
    const mm: Point = [x!, y!, z!];
    const index = indexOf(mm, header);
    if (index === undefined) return undefined;
    const value = new DataView(buffer).getFloat32(HEADER_BYTES + 4 * offsetOf(index, this.#channel, header.sizes), true);
    return { index: wholeIndex(index, header.steps), mm, value };
  }
}
