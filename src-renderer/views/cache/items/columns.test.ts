import { expect, it } from 'vitest';
import { LIST_ORDER, clicked } from './columns.ts';

it('sorts by a header, the other way round, and as the lists have it again', () => {
  const up = clicked(LIST_ORDER, 'size');
  const down = clicked(up, 'size');
  expect(up).toEqual({ sort: 'size', descending: false });
  expect(down).toEqual({ sort: 'size', descending: true });
  expect(clicked(down, 'size')).toEqual(LIST_ORDER);
  expect(clicked(down, 'name')).toEqual({ sort: 'name', descending: false });
});
