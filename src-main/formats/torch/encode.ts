import { crc32 } from 'node:zlib';
import { LarderError } from '../../base/index.ts';
import type { ContainerRecord } from './container.ts';
import { DEFAULT_ALIGNMENT, layOutContainer } from './container.ts';
import type { TorchLayout } from './layout.ts';
import { SERIALIZATION_ID, STORAGE_ALIGNMENT, recordOrder } from './layout.ts';
import type { PickleStyle } from './pickle-writer.ts';
import { writePickle } from './pickle-writer.ts';
import type { PyValue } from './py-value.ts';
import { serializationId } from './serialization-id.ts';

/** A finished file in pieces, in order; the large pieces are the caller's own storages, not copies. */
export interface EncodedFile {
  readonly chunks: Uint8Array[];
  /** Bytes in all. */
  readonly size: number;
}

export interface EncodeOptions {
  /** Name of the top folder; `torch.save` takes the file name without its last extension. */
  readonly prefix: string;
  /** Default `2.1`: read by every PyTorch since 1.6, written by 2.1 to 2.6. */
  readonly layout?: TorchLayout;
  readonly style?: PickleStyle;
}

/**
 * Encodes an object graph as the `.pt` file `torch.save` would write. Storages need their `data`
 * (little-endian). Same graph, same bytes: the format has no clock and no random part.
 *
 * @throws NAME_INVALID if the prefix cannot be a folder name
 */
export function encodeTorchFile(root: PyValue, options: EncodeOptions): EncodedFile {
  const layout = options.layout ?? '2.1';
  const pickle = writePickle(root, options.style);
  const contents = new Map<string, Uint8Array>([
    ['data.pkl', pickle.bytes],
    ['byteorder', ascii('little')],
    ['version', ascii('3\n')],
    ['.format_version', ascii('1')],
    [STORAGE_ALIGNMENT, ascii(String(DEFAULT_ALIGNMENT))],
  ]);
  pickle.storages.forEach((storage, i) => {
    if (storage.data?.length !== storage.byteLength) throw new TypeError(`Storage ${i} has no data of its size.`);
    contents.set(`data/${i}`, storage.data);
  });
  return encodeContainer(options.prefix, recordOrder(layout, pickle.storages.length), contents);
}

/**
 * Wraps record contents, in the order of `names`, into an archive. A serialization id is computed
 * unless `contents` has one.
 *
 * @throws NAME_INVALID
 */
export function encodeContainer(prefix: string, names: readonly string[], contents: ReadonlyMap<string, Uint8Array>): EncodedFile {
  if (prefix === '' || /[/\\]/.test(prefix)) {
    throw new LarderError('NAME_INVALID', `${JSON.stringify(prefix)} cannot be the name of a PyTorch archive folder.`, {
      hint: 'Use a file name without slashes.',
    });
  }
  const records: ContainerRecord[] = [];
  const payloads: Uint8Array[] = [];
  for (const name of names) {
    const content = contents.get(name) ?? (name === SERIALIZATION_ID ? ascii(serializationId(records)) : undefined);
    if (!content) throw new TypeError(`Record ${name} has no content.`);
    records.push({ name, size: content.length, crc: crc32(content) });
    payloads.push(content);
  }
  const rawPrefix = Buffer.from(prefix, 'utf8').toString('latin1');
  const container = layOutContainer(rawPrefix, records, DEFAULT_ALIGNMENT);
  const chunks = payloads.flatMap((payload, i) => [container.heads[i] ?? new Uint8Array(0), payload]);
  return { chunks: [...chunks, container.tail], size: container.size };
}

function ascii(text: string): Uint8Array {
  return Buffer.from(text, 'ascii');
}
