export { connect } from './connect.ts';
export { CallError, EngineClient } from './engine-client.ts';
export type { Connection, Transport } from './engine-client.ts';
