import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCUMENT_ROUTES } from '../../../src-main/engine/bridge/document-routes.ts';
import { makeSampleLibrary } from '../../browser/sample-library.ts';
import { OUT } from '../../browser/ensure-built.ts';
import { serve } from '../../browser/serve.ts';
import type { ServedLarder } from '../../browser/serve.ts';
import type { Campaign, CampaignContext, CampaignOutcome } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';
import { Attacker, call } from './attacker.ts';
import { askThrough, forgetRaw, furnish, putSample } from './behind.ts';
import { doorViolations, memoryViolation, messageViolation, upgradeViolation } from './check.ts';
import { NOT_HERE, askEachMethod, unansweredViolations } from './each-method.ts';
import { drawBrokenFrame, drawMessage } from './messages.ts';
import { drawRequest, drawUpgrade } from './requests.ts';
import type { Known } from './requests.ts';
import type { Real } from './valid.ts';

const SMALL = { requests: 4_000, messages: 1_200, broken: 60, sockets: 150 } as const;
/** Of requests of every sort in the full dose: 70 % to routes, 24 % messages, 2 % broken frames, 4 % upgrades. */
const FULL = 100_000;
const PORTION = 5_000;
const AT_ONCE = 4;
/** With much memory at hand V8 collects late, and a leak would look like that. */
const SMALL_HEAP = '--max-old-space-size=96 --max-semi-space-size=4';
const SECRET = 'what-lies-beside-the-cache';
const SECRETS = [SECRET, /root:[x*]:0/, 'SQLite format 3'] as const;

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

/** The session, and the pages; what lies behind is asked for afterwards. */
async function openDoor(served: ServedLarder, attacker: Attacker): Promise<Known> {
  const { pathname, search } = new URL(served.url);
  const entered = await attacker.ask({ method: 'GET', path: `${pathname}${search}`, headers: { host: `127.0.0.1:${served.port}` } });
  const pages = readdirSync(join(OUT, 'renderer'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => `/${join(entry.parentPath, entry.name).slice(join(OUT, 'renderer').length + 1)}`);
  return { port: served.port, origin: served.origin, cookie: entered!.cookie!, pages: ['/', ...pages], entries: [], documents: [] };
}

async function attackRoutes(count: number, draw: Draw, known: Known, attacker: Attacker, violations: Violations): Promise<void> {
  const servable = { pages: new Set(known.pages), entries: new Set(known.entries), documents: new Set(known.documents) };
  const one = async (): Promise<void> => {
    const drawn = drawRequest(draw, known);
    const answer = await attacker.ask(drawn);
    if (answer === undefined) return;
    violations.addAll(doorViolations({ ...drawn, what: `${drawn.method} ${drawn.path.slice(0, 120)} ${JSON.stringify({ ...drawn.headers, cookie: drawn.hasSession ? 'good' : 'wrong' }).slice(0, 200)}` }, answer, servable, SECRETS));
  };
  for (let sent = 0; sent < count; sent += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, one));
}

async function attackMessages(count: number, draw: Draw, known: Known, real: Real, attacker: Attacker, violations: Violations): Promise<void> {
  let socket = await attacker.connect(known.cookie, known.origin);
  for (let id = 1; id <= count; id++) {
    const { frame, method } = drawMessage(draw, id, real);
    const text = await call(socket, frame, id);
    const violation = messageViolation(`${method} ${frame.slice(0, 200)}`, text, SECRETS);
    if (violation !== undefined) violations.add(violation);
    if (socket.readyState !== socket.OPEN) socket = await attacker.connect(known.cookie, known.origin);
  }
  socket.terminate();
}

async function attackSockets(count: number, draw: Draw, known: Known, attacker: Attacker, violations: Violations): Promise<void> {
  for (let n = 0; n < count; n++) {
    const upgrade = drawUpgrade(draw, known);
    const violation = upgradeViolation(`upgrade of ${upgrade.path} ${JSON.stringify(upgrade.headers).slice(0, 200)}`, upgrade.isGood, await attacker.knock(upgrade));
    if (violation !== undefined) violations.add(violation);
  }
}

async function attackFrames(count: number, draw: Draw, known: Known, attacker: Attacker, violations: Violations): Promise<void> {
  for (let n = 0; n < count; n++) {
    const socket = await attacker.connect(known.cookie, known.origin);
    const frame = drawBrokenFrame(draw);
    const closed = new Promise<string | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), 5_000);
      socket.on('close', (code: number) => {
        clearTimeout(timer);
        resolve(String(code));
      });
      socket.on('message', (data: Buffer) => {
        clearTimeout(timer);
        resolve(data.toString('utf8'));
      });
    });
    socket.send(frame);
    const answer = await closed;
    socket.terminate();
    if (answer === undefined) violations.add(`a broken frame was neither answered nor refused: ${String(frame).slice(0, 80)}`);
  }
}

function answeredLine(answered: ReadonlyMap<string, number>): string {
  const well = [...answered].filter(([, count]) => count > 0);
  return `${well.length} of ${answered.size} methods were answered well to valid inputs, the least of them ${Math.min(...well.map(([, count]) => count))} time; not asked well: ${Object.entries(NOT_HERE).map(([method, why]) => `${method} (${why})`).join(', ')}.`;
}

interface DoorDose {
  readonly requests: number;
  readonly messages: number;
  readonly broken: number;
  readonly sockets: number;
}

const portionDose = (count: number): DoorDose => ({ requests: Math.round(count * 0.7), messages: Math.round(count * 0.24), broken: Math.round(count * 0.02), sockets: Math.round(count * 0.04) });

async function attackDoor({ seed }: Pick<CampaignContext, 'seed'>, dose: DoorDose): Promise<CampaignOutcome> {
  const violations = new Violations();
  const library = await makeSampleLibrary();
  writeFileSync(join(library.folder, 'secret.txt'), SECRET);
  writeFileSync(join(library.directory, 'secret.txt'), SECRET);
  putSample(library);
  // With stacks in what it says to its own terminal: a fault is to be found, not only counted.
  const served = await serve({ ...library.environment, LARDER_DEBUG: '1', NODE_OPTIONS: SMALL_HEAP }, library.folder);
  const attacker = new Attacker(served.port);
  try {
    const door = await openDoor(served, attacker);
    const draw = createDraw(seed);
    const socket = await attacker.connect(door.cookie, door.origin);
    const ask = askThrough(socket);
    const behind = await furnish(library, ask, join(library.foreignDirectory, readdirSync(library.foreignDirectory).find((name) => name.endsWith('.pt'))!));
    const real = await behind.read();
    const known: Known = {
      ...door,
      entries: [...real.caches.flatMap(({ id, keys }) => keys.map((key) => `${id}-${key}`)), ...behind.files],
      documents: [...real.caches.flatMap(({ id }) => DOCUMENT_ROUTES.document.map((name) => `document/${id}/${name}`)), ...behind.lists],
    };
    await attackRoutes(dose.requests / 2, draw, known, attacker, violations);
    const answered = await askEachMethod(ask, behind.read, { directory: library.directory, hub: library.hub, forgetRaw: () => forgetRaw(library) }, draw);
    violations.addAll(unansweredViolations(answered));
    socket.terminate();
    await attackMessages(dose.messages / 2, draw, known, real, attacker, violations);
    const early = residentMegabytes(served.pid);
    await attackRoutes(dose.requests / 2, draw, known, attacker, violations);
    await attackMessages(dose.messages / 2, draw, known, real, attacker, violations);
    await attackSockets(dose.sockets, draw, known, attacker, violations);
    await attackFrames(dose.broken, draw, known, attacker, violations);
    const late = residentMegabytes(served.pid);
    const growth = memoryViolation(early, late);
    if (growth !== undefined) violations.add(growth);
    attacker.close();
    const code = await served.stop();
    if (code !== 0) violations.add(`the server ended with ${code}: ${served.said.slice(-5).join(' | ')}`);
    const faults = served.said.findIndex((line) => /fault|INTERNAL|^\s+at /i.test(line));
    if (faults >= 0) violations.add(`the server told of a fault: ${served.said.slice(Math.max(0, faults - 6), faults + 12).join(' | ')}`);
    return { dose: `${counted(dose.requests, 'request')}, ${counted(dose.messages, 'message')}, ${counted(dose.broken, 'broken frame')}, ${counted(dose.sockets, 'upgrade')}`, violations: violations.all(), measured: [answeredLine(answered), `Memory of the server: ${Math.round(early)} MB half-way, ${Math.round(late)} MB at the end, with a heap of 96 MB.`] };
  } finally {
    attacker.close();
    await served.stop();
    await library.remove();
  }
}

export const doorCampaign: Campaign = {
  name: 'door',
  title: 'The browser door',
  attempt: 'requests with every method, path trick, host, origin, cookie and range against every route of `larder serve` (the routes are those of its own tables); upgrades of its socket; every method with a valid input of real ids, keys and paths, then messages with inputs right, near and far from what every method takes; frames that are none; against a library with caches of volumes and of images, raw files, a quarantine, files and lists that were looked at, the sample with tiny raw files, a secret beside them and the catalog in reach of `../`.',
  promise: 'nothing without the session, to another host or to another origin; only pages by exact path, and entries, documents and files by the numbers the catalog knows; every method is answered where it is asked rightly; no fault, no stack, no crash; memory stays flat.',
  run: (context) => attackDoor(context, SMALL),
  parts: [
    {
      name: 'requests of every route',
      unit: 'requests, messages, frames and upgrades',
      asked: FULL,
      portion: PORTION,
      run: async (context) => ({ done: context.count, violations: (await attackDoor(context, portionDose(context.count))).violations }),
    },
  ],
};
