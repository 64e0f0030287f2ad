import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Pickles that make a file when Python loads them; protocol 0, as pickletools prints it. */
const PROGRAMS = {
  'os.system': (sentinel: string) => `cos\nsystem\n(S'touch ${sentinel}'\ntR.`,
  'builtins.eval': (sentinel: string) => `cbuiltins\neval\n(S'open("${sentinel}", "w").close()'\ntR.`,
  'os.system through the opcode INST': (sentinel: string) => `(S'touch ${sentinel}'\nios\nsystem\n.`,
  'a global behind getattr': (sentinel: string) => `cbuiltins\ngetattr\n(cos\n__dict__\nS'get'\ntR(S'system'\ntR(S'touch ${sentinel}'\ntR.`,
} as const;

export type HostilePickle = keyof typeof PROGRAMS;
/** INST is an opcode that torch.save never writes, and is refused as such before its global is looked at. */
export const HOSTILE_PICKLES = (Object.keys(PROGRAMS) as HostilePickle[]).map((name) => ({ name, code: name.endsWith('INST') ? 'bad-pickle' : 'unsafe-global' }));

/** An archive like one of torch.save, whose data.pkl creates the file `sentinel` when Python unpickles it. */
export async function writeHostileEntry(path: string, name: HostilePickle, sentinel: string): Promise<void> {
  const records: readonly (readonly [string, string])[] = [
    ['archive/data.pkl', PROGRAMS[name](sentinel)],
    ['archive/byteorder', 'little'],
    ['archive/version', '3\n'],
  ];
  await writeFile(path, zip(records));
}

/** A zip archive of stored records (APPNOTE 6.3.3, sections 4.3.7, 4.3.12 and 4.3.16). */
function zip(records: readonly (readonly [string, string])[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of records) {
    const content = Buffer.from(text, 'latin1');
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt32LE(crc32(content), 10);
    facts.writeUInt32LE(content.length, 14);
    facts.writeUInt32LE(content.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), facts, Buffer.from(name), content]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    locals.push(local);
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), facts, tail, Buffer.from(name)]));
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(records.length, 8);
  end.writeUInt16LE(records.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

const LOAD = 'import pickle, sys, zipfile\npickle.loads(zipfile.ZipFile(sys.argv[1]).read("archive/data.pkl"))\n';

/** Does what Larder never does. @returns false where there is no Python to do it */
export function runInPython(path: string): boolean {
  const result = spawnSync('python3', ['-c', LOAD, path], { encoding: 'utf8' });
  if (result.error !== undefined || result.status === 127) {
    console.log('There is no python3 here to show that the hostile pickle works.');
    return false;
  }
  return true;
}
