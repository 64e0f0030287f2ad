import { SECURITY_HEADERS } from '../../engine/index.ts';
import { PAGE_URL } from './page-origin.ts';

/** What is known when a window has crashed too often. */
export interface CrashFacts {
  readonly times: number;
  /** Chromium's word for it, such as `crashed` or `oom`. */
  readonly reason: string;
  /** Name and value, for whoever is asked for help. */
  readonly diagnostics: readonly (readonly [name: string, value: string])[];
  /** Where the page is that crashed. */
  readonly back: string;
}

const CRASH_PATH = '/crashed';
const STYLE_PATH = '/crashed.css';
export const CRASH_PAGE_URL = new URL(CRASH_PATH, PAGE_URL).href;

/** The tokens of the page, in short. */
const STYLE = `:root { color-scheme: dark light; --ground: light-dark(#f4f6f8, #0f1216); --panel: light-dark(#ffffff, #161a20); --line: light-dark(#dde2e8, #2a313b); --text: light-dark(#14181d, #e7eaee); --muted: light-dark(#566170, #98a2ae); --accent: light-dark(#1d6ab0, #62aef2); --on-accent: light-dark(#ffffff, #0b1016); }
body { margin: 0; padding: 10vh 24px 24px; background: var(--ground); color: var(--text); font: 14px/1.5 system-ui, sans-serif; }
main { max-width: 640px; margin: 0 auto; }
h1 { margin: 0 0 8px; font-size: 22px; }
h2 { margin: 24px 0 4px; font-size: 15px; }
p, li { margin: 0 0 8px; }
ol { padding-left: 20px; }
.go { display: inline-block; margin-top: 8px; padding: 7px 14px; border-radius: 6px; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; }
.go:focus-visible { outline: 2px solid var(--text); outline-offset: 2px; }
.quiet { color: var(--muted); }
pre { overflow: auto; margin: 0; padding: 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
`;

export function isCrashPage(url: string): boolean {
  return URL.parse(url)?.pathname === CRASH_PATH;
}

/**
 * What stands in the window when its page keeps crashing. No script, no graphics: nothing of what may have
 * ended the page before.
 *
 * @returns undefined for requests that are not for it
 */
export function answerCrashPage(request: Pick<Request, 'url' | 'method'>, facts: CrashFacts | undefined): Response | undefined {
  const { pathname } = new URL(request.url);
  if (request.method !== 'GET' || facts === undefined) return undefined;
  if (pathname === STYLE_PATH) return answer(STYLE, 'text/css');
  return pathname === CRASH_PATH ? answer(crashHtml(facts), 'text/html; charset=utf-8') : undefined;
}

function answer(text: string, type: string): Response {
  return new Response(text, { headers: { ...SECURITY_HEADERS, 'content-type': type, 'cache-control': 'no-store' } });
}

function crashHtml({ times, reason, diagnostics, back }: CrashFacts): string {
  const memory = reason === 'oom' ? '<li>Its memory ran out: close other programs, or look at smaller volumes.</li>' : '';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Larder: the window keeps crashing</title>
<link rel="stylesheet" href="${STYLE_PATH}">
<main>
<h1>The window keeps crashing</h1>
<p>Its process ended ${times} times within a minute (${escapeHtml(reason)}), so it is not loaded again by itself. Running jobs are not in it and go on; nothing on disk is lost.</p>
<a class="go" href="${escapeHtml(back)}">Load the window again</a>
<h2>If it crashes again</h2>
<ol>
${memory}<li>Update the driver of the graphics card; volumes are drawn with it.</li>
<li>Quit Larder and run <code>larder serve</code> in a terminal: the same pages, in a browser.</li>
<li>Report it, with what stands below.</li>
</ol>
<h2>For a report</h2>
<pre tabindex="0" aria-label="For a report">${escapeHtml(diagnostics.map(([name, value]) => `${name}: ${value}`).join('\n'))}</pre>
<p class="quiet">No paths and no names of data are in it.</p>
</main>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
