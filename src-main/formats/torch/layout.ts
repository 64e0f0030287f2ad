/** Record sets PyTorch has written over time, named for the release that started each. */
export const TORCH_LAYOUTS = ['1.13', '2.1', '2.7'] as const;
export type TorchLayout = (typeof TORCH_LAYOUTS)[number];

/** Versions of PyTorch that write a layout, for people. */
export const LAYOUT_WRITERS: Readonly<Record<TorchLayout, string>> = {
  '1.13': 'PyTorch 1.6 to 2.0',
  '2.1': 'PyTorch 2.1 to 2.6',
  '2.7': 'PyTorch 2.7 or later',
};

export const SERIALIZATION_ID = '.data/serialization_id';
export const STORAGE_ALIGNMENT = '.storage_alignment';
const DATA = 'data/';

/** Guesses the layout from the records that only some layouts have. */
export function layoutOf(recordNames: ReadonlySet<string>): TorchLayout {
  if (recordNames.has('.format_version') || recordNames.has(STORAGE_ALIGNMENT)) return '2.7';
  if (recordNames.has('byteorder') || recordNames.has(SERIALIZATION_ID)) return '2.1';
  return '1.13';
}

/**
 * Record names in the order `torch.save` writes them (`_save` in torch/serialization.py,
 * `PyTorchStreamWriter` in caffe2/serialize/inline_container.cc). Storage keys are 0 … n−1, in text
 * order (0, 1, 10, 2) before 2.7 and in numeric order from 2.7 on.
 */
export function recordOrder(layout: TorchLayout, storageCount: number): string[] {
  const keys = Array.from({ length: storageCount }, (_, i) => String(i));
  const storages = (layout === '2.7' ? keys : keys.toSorted()).map((key) => DATA + key);
  switch (layout) {
    case '1.13':
      return ['data.pkl', ...storages, 'version'];
    case '2.1':
      return ['data.pkl', 'byteorder', ...storages, 'version', SERIALIZATION_ID];
    case '2.7':
      return ['data.pkl', '.format_version', STORAGE_ALIGNMENT, 'byteorder', ...storages, 'version', SERIALIZATION_ID];
  }
}

/** Record of a storage key. */
export function storageRecord(key: string): string {
  return DATA + key;
}

export function isStorageRecord(record: string): boolean {
  return record.startsWith(DATA);
}
