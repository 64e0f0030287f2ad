import type { Host } from './host.ts';

/** From a config of this machine to a running job, as a person does it. */
export async function startGenerate({ page }: Host, configPath: string): Promise<void> {
  await page.getByRole('link', { name: 'Library' }).waitFor();
  await page.evaluate("location.hash = '#/new'");
  await page.locator('#config-path').fill(configPath);
  await page.getByRole('button', { name: 'Read' }).click();
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByRole('button', { name: /^Generate \d/ }).click();
  await page.waitForURL(/#\/cache\//);
}
