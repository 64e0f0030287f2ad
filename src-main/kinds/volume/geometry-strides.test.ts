import { expect, it } from 'vitest';
import { uncopiedStrides } from './geometry-strides.ts';

// Strides that MONAI 1.5.0 with PyTorch 2.13.0 gave for volumes that are neither resampled nor resized nor cast
// (e2e/interop/monai/reference.py, group kept-grid): sizes, file axis of each pipeline axis, 4D or not, strides.
it.each([
  [[1, 30, 21, 38], [2, 1, 0], false, [23940, 1, 30, 630]],
  [[1, 32, 28, 32], [1, 2, 0], false, [28672, 28, 1, 896]],
  [[1, 38, 14, 16], [2, 0, 1], false, [8512, 224, 16, 1]],
  [[1, 27, 17, 20], [0, 2, 1], false, [9180, 340, 1, 17]],
  [[2, 2, 5, 4], [1, 2, 0], true, [1, 10, 2, 20]],
  [[1, 2, 4, 3], [0, 1, 2], true, [24, 12, 3, 1]],
  [[2, 2, 6, 7], [0, 1, 2], true, [1, 84, 14, 2]],
  [[1, 5, 4, 2], [1, 0, 2], true, [1, 2, 10, 1]],
  [[2, 11, 13, 13], [2, 1, 0], true, [1, 2, 22, 286]],
  [[1, 15, 7, 6], [2, 1, 0], true, [1, 1, 15, 105]],
  [[3, 8, 10, 14], [1, 2, 0], true, [1, 30, 3, 240]],
  [[1, 1, 17, 1], [0, 1, 2], false, [17, 17, 1, 1]],
] as const)('%j from file axes %j, 4D %j: %j', (sizes, fileAxes, hasChannelAxis, strides) => {
  expect(uncopiedStrides(sizes, fileAxes, hasChannelAxis)).toEqual(strides);
});
