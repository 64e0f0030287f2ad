import type { ContainerRecord } from './container.ts';

const MASK = (1n << 64n) - 1n;
const MURMUR_SEED = 0xc70f6907n;
const MURMUR_MULTIPLIER = 0xc6a4a7935bd1e995n;
/** Bucket counts of libstdc++'s unordered containers when they grow one by one. */
const BUCKET_COUNTS = [13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10273, 20753, 42043, 85229, 172933];

/**
 * The 40 digits of `.data/serialization_id` (`PyTorchStreamWriter::writeSerializationId` in
 * caffe2/serialize/inline_container.cc): a hash of the record names, in the order a libstdc++
 * `unordered_set` iterates them, then a hash of the CRCs of the non-empty records in write order.
 *
 * @param records all records written before the id itself, in write order
 */
export function serializationId(records: readonly ContainerRecord[]): string {
  let names = 0n;
  for (const hash of hashSetOrder(records.map((record) => murmurHash64A(Buffer.from(record.name, 'utf8'))))) {
    names = mix(names, hash);
  }
  let contents = 0n;
  for (const record of records) if (record.size > 0) contents = mix(contents, BigInt(record.crc));
  return names.toString().padStart(20, '0') + contents.toString().padStart(20, '0');
}

/** `at::hash_combine`, modulo 2^64. */
function mix(seed: bigint, value: bigint): bigint {
  return seed ^ ((value + 0x9e3779b9n + (seed << 6n) + (seed >> 2n)) & MASK);
}

/** `std::hash<std::string>` of libstdc++ on 64-bit machines. */
export function murmurHash64A(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~7;
  let hash = MURMUR_SEED ^ ((BigInt(bytes.length) * MURMUR_MULTIPLIER) & MASK);
  for (let i = 0; i < whole; i += 8) {
    const word = shiftMix((view.getBigUint64(i, true) * MURMUR_MULTIPLIER) & MASK);
    hash = ((hash ^ ((word * MURMUR_MULTIPLIER) & MASK)) * MURMUR_MULTIPLIER) & MASK;
  }
  if (whole < bytes.length) {
    let rest = 0n;
    for (let i = bytes.length - 1; i >= whole; i--) rest = (rest << 8n) | BigInt(bytes[i] ?? 0);
    hash = ((hash ^ rest) * MURMUR_MULTIPLIER) & MASK;
  }
  return shiftMix((shiftMix(hash) * MURMUR_MULTIPLIER) & MASK);
}

function shiftMix(value: bigint): bigint {
  return value ^ (value >> 47n);
}

interface Node {
  readonly hash: bigint;
  next: Node | undefined;
  previous: Node | undefined;
}

/**
 * Iteration order of a libstdc++ hash set after inserting `hashes` one by one: a linked list in which
 * every bucket is a run. A new member goes before the first of its bucket, or to the list head if its
 * bucket is empty; growing re-inserts the list in list order by the same rule.
 */
function hashSetOrder(hashes: readonly bigint[]): bigint[] {
  let bucketCount = BUCKET_COUNTS[0] ?? 13;
  let list: bigint[] = [];
  let set = new HashList(bucketCount);
  hashes.forEach((hash, count) => {
    const larger = BUCKET_COUNTS.find((size) => size > bucketCount);
    if (count === bucketCount && larger !== undefined) {
      bucketCount = larger;
      list = set.toArray();
      set = new HashList(bucketCount);
      for (const old of list) set.insert(old);
    }
    set.insert(hash);
  });
  return set.toArray();
}

class HashList {
  readonly #bucketCount: bigint;
  readonly #firstOfBucket = new Map<bigint, Node>();
  #head: Node | undefined;

  constructor(bucketCount: number) {
    this.#bucketCount = BigInt(bucketCount);
  }

  insert(hash: bigint): void {
    const bucket = hash % this.#bucketCount;
    const next = this.#firstOfBucket.get(bucket) ?? this.#head;
    const node: Node = { hash, next, previous: next?.previous };
    if (node.previous) node.previous.next = node;
    else this.#head = node;
    if (next) next.previous = node;
    this.#firstOfBucket.set(bucket, node);
  }

  toArray(): bigint[] {
    const hashes: bigint[] = [];
    for (let node = this.#head; node; node = node.next) hashes.push(node.hash);
    return hashes;
  }
}
