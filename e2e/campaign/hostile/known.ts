import { deflateRawSync } from 'node:zlib';
import { rawZip } from './raw-zip.ts';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const repeat = (text: string, count: number): Buffer => latin(text.repeat(count));

/** Pickles made to run code, to take all memory, or to take for ever. */
export function hostilePickles(): Buffer[] {
  const doubling = Array.from({ length: 60 }, (_, n) => `(h${String.fromCharCode(n)}h${String.fromCharCode(n)}tq${String.fromCharCode(n + 1)}0`).join('');
  return [
    latin("cos\nsystem\n(S'touch escaped'\ntR."),
    latin("(S'touch escaped'\nios\nsystem\n."),
    latin("cbuiltins\neval\n(S'1'\ntR."),
    latin("cbuiltins\ngetattr\n(cos\n__dict__\nS'get'\ntR(S'system'\ntR(S'touch escaped'\ntR."),
    latin('\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093\u008c\u0005touch\u0085R.'),
    // A tuple of the tuple before, sixty times: two to the sixtieth values for whoever walks it.
    latin(`\u0080\u0002(lq\u0000${doubling}h\u003c.`),
    // A list that contains itself.
    latin('\u0080\u0002]q\u0000h\u0000a.'),
    Buffer.concat([latin('\u0080\u0002'), repeat(']', 200_000), repeat('a', 199_999), latin('.')]),
    Buffer.concat([latin('\u0080\u0002'), repeat('(', 200_000), repeat('t', 200_000), latin('.')]),
    Buffer.concat([latin('\u0080\u0002('), repeat('N', 240_000), latin('l.')]),
    latin('\u0080\u0002X\u00ff\u00ff\u00ff\u00ffabc.'),
    latin('\u0080\u0004\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fabc.'),
    latin('\u0080\u0002\u008b\u00ff\u00ff\u00ff\u007f\u0001.'),
    latin(`L${'9'.repeat(200_000)}L\n.`),
    latin(`F${'1'.repeat(100_000)}\n.`),
    latin('\u0080\u0002ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\u0000\u0000\u0000storagectorch\nFloatStorage\nX\u0001\u0000\u0000\u00000X\u0003\u0000\u0000\u0000cpuK\u0010tQK\u0000(J\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007ftK\u0000K\u0000\u0086\u0089NtR.'),
  ];
}

const SMALL = { name: 'archive/data.pkl', content: latin('\u0080\u0002}.') } as const;
const VERSION = { name: 'archive/version', content: latin('3\n') } as const;

/** Archives that lie: about sizes, places, names and ratios. */
export function hostileZips(): Buffer[] {
  const bomb = deflateRawSync(Buffer.alloc(64 << 20));
  return [
    rawZip([SMALL, VERSION]),
    rawZip([SMALL, VERSION, { name: 'archive/data/0', content: bomb, method: 8, size: 64 << 20 }]),
    rawZip([SMALL, VERSION, { name: 'archive/data/0', content: bomb, method: 8, size: 100 }]),
    rawZip([{ ...SMALL, content: bomb, method: 8, size: 64 << 20 }, VERSION]),
    // Many names for the same bytes: a hundred times the content, without a ratio anybody minds.
    rawZip([SMALL, VERSION, { name: 'archive/data/0', content: Buffer.alloc(4096, 7) }, ...Array.from({ length: 100 }, (_, n) => ({ name: `archive/data/${n + 1}`, content: Buffer.alloc(0), size: 4096, packed: 4096, sameAs: 2 }))]),
    rawZip([SMALL, VERSION, { name: 'archive/../../../../tmp/escaped', content: latin('x') }]),
    rawZip([SMALL, VERSION, { name: '/etc/escaped', content: latin('x') }]),
    rawZip([SMALL, VERSION, { name: 'archive\\..\\escaped', content: latin('x') }]),
    rawZip([SMALL, VERSION, { name: 'archive/data/0', content: latin('x'), size: 0xfffffffe, packed: 0xfffffffe }]),
    rawZip([SMALL, VERSION, { name: 'archive/data/0', content: latin('x'), size: 0xffffffff, packed: 0xffffffff }]),
    rawZip([SMALL, SMALL, VERSION]),
    rawZip([SMALL, VERSION], { entries: 0xffff }),
    rawZip([SMALL, VERSION], { directoryOffset: 0 }),
    rawZip([SMALL, VERSION], { directoryOffset: 0xffffffff }),
    rawZip([SMALL, VERSION], { directorySize: 0xfffffff0 }),
    rawZip([{ ...SMALL, flags: 1 }, VERSION]),
    rawZip([{ ...SMALL, flags: 8 }, VERSION]),
    rawZip([{ ...SMALL, method: 99 }, VERSION]),
    rawZip([{ ...SMALL, name: '' }, VERSION]),
    rawZip([SMALL, { ...VERSION, name: 'archive/'.padEnd(60_000, 'x') }]),
  ];
}
