import { nextNoise } from './random.ts';

/** HU at a world position (mm, RAS+; the middle of the chest is the origin). */
export type Phantom = (x: number, y: number, z: number) => number;

const AIR = -1000;
const FAT = -95;
const MUSCLE = 52;
const LUNG = -840;
const BLOOD = 165;
const CORTICAL_BONE = 720;
const SPONGY_BONE = 210;
const DISC = 85;
const CORD = 35;
const TABLE = -380;
const NODULE = 35;

/** Height of a vertebra with the disc above it, mm. */
const VERTEBRA = 31;
const DISC_HEIGHT = 7;
/** From one rib to the next along the body, mm, and how thick a rib is. */
const RIB_STEP = 29;
const RIB_HEIGHT = 11;
/** mm down for every mm towards the front. */
const RIB_FALL = 0.45;

interface Ball {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly radius: number;
}

/** What makes one patient differ from the next. */
interface Patient {
  /** Size relative to the middle one. */
  readonly size: number;
  /** Thickness of the fat under the skin as a part of the body's radius. */
  readonly fat: number;
  /** Standard deviation of the noise, HU. */
  readonly noise: number;
  /** Where the first rib and the first disc are, mm. */
  readonly phase: number;
  readonly nodules: readonly Ball[];
  readonly vessels: readonly Ball[];
}

/**
 * A chest in broad strokes, so that a viewer shows something a radiologist would recognise: body,
 * fat, ribs, lungs with vessels and nodules, heart, aorta, windpipe, spine, and the scanner's table.
 * Only + − × ÷ and √ are used, which every engine rounds the same way.
 *
 * @param random decides on the patient first, then gives the noise of each position asked for
 */
export function createPhantom(random: () => number): Phantom {
  const patient = drawPatient(random);
  return (x, y, z) => {
    const hu = tissueAt(patient, x / patient.size, y / patient.size, z / patient.size);
    return hu + nextNoise(random) * patient.noise;
  };
}

function drawPatient(random: () => number): Patient {
  const between = (low: number, high: number): number => low + (high - low) * random();
  const inLung = (radius: number): Ball => {
    const side = random() < 0.5 ? -1 : 1;
    return { x: side * between(55, 95), y: between(-35, 60), z: between(-70, 80), radius };
  };
  return {
    size: between(0.92, 1.08),
    fat: between(0.06, 0.13),
    noise: between(9, 22),
    phase: between(0, RIB_STEP),
    nodules: Array.from({ length: 3 + Math.floor(random() * 4) }, () => inLung(between(4, 11))),
    vessels: Array.from({ length: 40 }, () => inLung(between(1.5, 4))),
  };
}

/** Distance from an axis-parallel ellipsoid's middle in units of its radii: 1 on the surface. */
function reach(dx: number, dy: number, dz: number, rx: number, ry: number, rz: number): number {
  const u = dx / rx;
  const v = dy / ry;
  const w = dz / rz;
  return Math.sqrt(u * u + v * v + w * w);
}

/** `inside` for r well below 1, `outside` well above, and a soft edge between, as a scanner's blur makes. */
function edge(r: number, inside: number, outside: number, softness = 0.04): number {
  const part = Math.min(1, Math.max(0, (1 - r) / softness + 0.5));
  return outside + (inside - outside) * part;
}

function tissueAt(patient: Patient, x: number, y: number, z: number): number {
  const body = reach(x, y, 0, 168, 118, 1);
  if (body > 1.02) return tableAt(x, y);
  const shell = shellAt(patient, body, y, z);
  const wall = reach(x, y, 0, 138, 94, 1);
  if (wall > 1.05) return edge(body, shell, AIR);
  return edge(body, organsAt(patient, x, y, z), AIR);
}

function tableAt(x: number, y: number): number {
  const bend = y + 138 - (x * x) / 1400;
  return bend > -9 && bend < -2 && x * x < 195 * 195 ? TABLE : AIR;
}

/** Fat under the skin, muscle, and the ribs in it. */
function shellAt(patient: Patient, body: number, y: number, z: number): number {
  if (body > 1 - patient.fat) return body > 0.985 ? MUSCLE : FAT;
  // Ribs fall from the spine to the front.
  const alongRib = (((z + RIB_FALL * y + patient.phase) % RIB_STEP) + RIB_STEP) % RIB_STEP;
  const isRib = body > 0.815 && body < 0.87 && alongRib < RIB_HEIGHT;
  return isRib ? CORTICAL_BONE * 0.7 : MUSCLE;
}

function organsAt(patient: Patient, x: number, y: number, z: number): number {
  const spine = spineAt(patient, x, y, z);
  if (spine !== undefined) return spine;
  const heart = reach(x + 22, y - 28, z + 22, 54, 46, 62);
  if (heart < 1.03) return edge(heart, BLOOD * 0.55, MUSCLE);
  const aorta = reach(x + 20, y + 34, 0, 13, 13, 1);
  if (aorta < 1.05) return edge(aorta, BLOOD, MUSCLE, 0.1);
  const windpipe = reach(x, y - 4, 0, 9, 8, 1);
  if (windpipe < 1.05 && z > 25) return edge(windpipe, AIR, MUSCLE, 0.15);
  return lungAt(patient, x, y, z) ?? shellAt(patient, reach(x, y, 0, 168, 118, 1), y, z);
}

function spineAt(patient: Patient, x: number, y: number, z: number): number | undefined {
  const vertebra = reach(x, y + 66, 0, 21, 18, 1);
  if (vertebra < 1) {
    const height = (((z + patient.phase) % VERTEBRA) + VERTEBRA) % VERTEBRA;
    if (height < DISC_HEIGHT) return DISC;
    return vertebra > 0.86 ? CORTICAL_BONE : SPONGY_BONE;
  }
  const canal = reach(x, y + 92, 0, 14, 12, 1);
  if (canal < 0.62) return CORD;
  return canal < 1 ? CORTICAL_BONE * 0.8 : undefined;
}

function lungAt(patient: Patient, x: number, y: number, z: number): number | undefined {
  const lung = reach(Math.abs(x) - 74, y - 6, z - 8, 57, 78, 128);
  if (lung > 1.03) return undefined;
  for (const nodule of patient.nodules) {
    if (Math.abs(z - nodule.z) > nodule.radius * 1.2) continue;
    const r = reach(x - nodule.x, y - nodule.y, z - nodule.z, nodule.radius, nodule.radius, nodule.radius);
    if (r < 1.2) return edge(r, NODULE, LUNG, 0.4);
  }
  for (const vessel of patient.vessels) {
    if (Math.abs(z - vessel.z) > vessel.radius) continue;
    // Vessels run from the root of the lung outwards; seen from close by they are short rods.
    const r = reach(x - vessel.x, y - vessel.y, z - vessel.z, vessel.radius * 2.5, vessel.radius, vessel.radius);
    if (r < 1) return edge(r, MUSCLE, LUNG, 0.6);
  }
  return edge(lung, LUNG, MUSCLE);
}
