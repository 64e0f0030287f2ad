import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect } from './client/index.ts';
import { followEngine } from './state/index.ts';
import '@fontsource/noto-sans-khmer/khmer-400.css';
import './ui/tokens.css';
import './ui/base.css';
import { followFindings } from './views/cache/live-findings.ts';
import { applyTheme, lastTheme } from './views/settings/theme.ts';
import { App } from './views/App.tsx';

applyTheme(lastTheme());
followEngine(connect());
followFindings();
createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
