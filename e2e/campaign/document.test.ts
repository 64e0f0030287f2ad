import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CAMPAIGNS } from './campaigns.ts';
import { Violations } from './campaign.ts';
import { renderTrust } from './document.ts';
import { beginProgress, withPortion } from './full/progress.ts';
import { REPAIRS } from './repairs.ts';
import { readResults } from './results.ts';

it('docs/trust.md is what the results say, not what somebody typed', () => {
  const written = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'trust.md'), 'utf8');
  expect(written).toBe(renderTrust(CAMPAIGNS, readResults(join(import.meta.dirname, 'results.json')), REPAIRS));
});

it('every repair belongs to a campaign there is', () => {
  const names = CAMPAIGNS.map(({ name }) => name);
  for (const { campaign } of REPAIRS) expect(names).toContain(campaign);
});

it('a violation is shown as one', () => {
  const [campaign] = CAMPAIGNS;
  const text = renderTrust([campaign!], { [campaign!.name]: { small: { dose: '3 tries', seed: 1, seconds: 2, date: '2026-01-31', violations: 2, measured: [] } } }, []);
  expect(text).toContain('3 tries: **2 violations**');
  expect(text).toContain('not run yet');
});

it('many violations are counted, and a dozen of them shown', () => {
  const violations = new Violations();
  violations.addAll(Array.from({ length: 40 }, (_, n) => `violation ${n}`));
  expect(violations.count).toBe(40);
  expect(violations.all()).toHaveLength(13);
  expect(violations.all().at(-1)).toBe('and 28 more');
});

it('what is found and not repaired yet is told as such', () => {
  const [campaign] = CAMPAIGNS;
  const text = renderTrust([campaign!], {}, [
    { campaign: campaign!.name, found: 'One thing.', fixed: 'Now it holds.' },
    { campaign: campaign!.name, found: 'Another.', fixed: null },
  ]);
  expect(text).toContain(`| not run yet | 2 | 1 | \`npm run campaign -- --only ${campaign!.name}\``);
  expect(text).toContain('| Another. | **not repaired yet** |');
});

it('portions that were tried again and held are counted and shown, and empty notes are not', () => {
  const campaign = CAMPAIGNS.find(({ name }) => name === 'hostile')!;
  const part = campaign.parts[0]!.name;
  const portion = { part, from: 0, count: 10, isAgain: false };
  const broken = withPortion(beginProgress(1, '2026-01-31'), portion, { done: 10, violations: ['x'], note: '' }, 1, '2026-01-31');
  const held = withPortion(broken, { ...portion, isAgain: true }, { done: 10, violations: [] }, 1, '2026-01-31');
  expect([broken.heldAgain, held.heldAgain]).toEqual([undefined, 1]);
  const text = renderTrust([campaign], { hostile: { full: held } }, []);
  expect(text).toContain('everything holds; 1 portion that had found something was tried again and held.');
  expect(text).not.toMatch(/^- *$/m);
});
