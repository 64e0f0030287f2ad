import { CSPProvider } from '@base-ui/react/csp-provider';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect } from './client/index.ts';
import { followEngine } from './state/index.ts';
import '@fontsource/noto-sans-khmer/khmer-400.css';
import './ui/tokens.css';
import './ui/base.css';
import { followFindings } from './views/cache/live-findings.ts';
import { loadRest } from './lib/on-demand.tsx';
import { parseRoute } from './views/navigation/route.ts';
import { loadScreenOf } from './views/parts.tsx';
import { applyTheme, lastTheme } from './views/settings/theme.ts';
import { App } from './views/App.tsx';

// The token of the link has done its work; the address of the page is one that can be kept and reloaded.
if (location.search !== '') history.replaceState(null, '', `${location.pathname}${location.hash}`);
applyTheme(lastTheme());
loadScreenOf(parseRoute(location.hash));
followEngine(connect());
followFindings();
createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    {/* The policy of the page takes no style element: what the library would put into one stands in `ui/base.css`. */}
    <CSPProvider disableStyleElements>
      <App />
    </CSPProvider>
  </StrictMode>,
);
loadRest();
