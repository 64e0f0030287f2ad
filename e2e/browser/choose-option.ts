import type { Locator } from 'playwright';

/** Chooses from a list that opens, by what a person reads. Its options may lie anywhere in the page. */
export async function chooseOption(list: Locator, title: string): Promise<void> {
  await list.click();
  await list.page().getByRole('option', { name: title, exact: true }).click();
}
