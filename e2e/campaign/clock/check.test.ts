import { expect, it } from 'vitest';
import { makeEntries } from '../damage/entries.ts';
import { contentViolations, tensorsOf, tooLongViolations, unchangedViolations } from './check.ts';

const [first, second] = (await makeEntries(2)).map(({ bytes }) => Buffer.from(bytes)) as [Buffer, Buffer];
const wanted = new Map([['1.pt', tensorsOf(first)!], ['2.pt', tensorsOf(second)!]]);
const nameOf = (file: string): string => `scan ${file}`;

it('has nothing to say where every item has its own content', () => {
  expect(contentViolations(new Map([['1.pt', first], ['2.pt', second]]), wanted, nameOf)).toEqual([]);
  expect(unchangedViolations(new Set(['1.pt']), new Set(['1.pt']))).toEqual([]);
});

it('sees an item lost, cut, with the content of another, and a file of nobody', () => {
  const half = first.subarray(0, 4000);
  expect(contentViolations(new Map([['1.pt', half]]), wanted, nameOf)).toEqual(['scan 1.pt: is not whole', 'scan 2.pt: is lost']);
  expect(contentViolations(new Map([['1.pt', second], ['2.pt', second], ['3.pt', first]]), wanted, nameOf)).toEqual(['scan 1.pt: has the content of scan 2.pt', '3.pt belongs to nobody']);
});

it('sees a change that was not noticed and a false alarm', () => {
  expect(unchangedViolations(new Set(['1.pt']), new Set(['2.pt']))).toEqual(['1.pt was changed and is called unchanged', '2.pt is as it was and is called damaged']);
});

it('sees a name too long for any file that was dropped without a word', () => {
  const name = `${'b'.repeat(250)}_1.nii.gz`;
  expect(tooLongViolations(`${'b'.repeat(60)}… could not be made`, name)).toEqual([]);
  expect(tooLongViolations('10 entries made.', name)[0]).toMatch(/of 259 characters was left out/);
});
