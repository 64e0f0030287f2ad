export type { Access, DoubleAccount } from './access.ts';
export { type HubDouble, type HubDoubleOptions, createHubDouble } from './double.ts';
export type { FaultScript, HubFault, StorageFault } from './faults.ts';
export type { Quota } from './quota.ts';
export type { DoubleFile, StoredAs } from './repository.ts';
export { type LoggedRequest, requestLine } from './request-log.ts';
export { readFolder } from './read-folder.ts';
