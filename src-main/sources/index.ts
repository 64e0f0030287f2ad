export * from './source.ts';
export { parseEndpoint } from './hub/endpoint.ts';
export { stopsTheBatch } from './hub/errors.ts';
export { findCachedCopies } from './hub/hf-cache.ts';
export { type HubSource, type HubSourceOptions, createHubSource } from './hub/hub-source.ts';
export { discardPartials, removeDownload } from './hub/open-partial.ts';
export { receivedBytes } from './hub/received.ts';
export { type Environment, type HubSettingOverrides, type HubSettings, type ProxySettings, hfHomeDirectory, hubCacheDirectory, resolveHubSettings } from './hub/settings.ts';
export { HUB_TIMINGS, type HubTimings } from './hub/timings.ts';
