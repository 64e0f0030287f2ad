import type { Page } from 'playwright';

/** A request that is given up, as by a reload those of the page before it, has not failed. */
const GIVEN_UP = 'net::ERR_ABORTED';

/** What the page complains about from now on: CSP violations, errors, failed requests. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    if (why !== GIVEN_UP) complaints.push(`${request.url()}: ${why}`);
  });
  return complaints;
}
