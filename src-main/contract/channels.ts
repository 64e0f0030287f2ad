/** Names that the preload and the Electron host agree on. The preload contains this file and no other of ours. */
export const CHANNELS = {
  call: 'larder:call',
  subscribe: 'larder:subscribe',
  unsubscribe: 'larder:unsubscribe',
  update: 'larder:update',
} as const;

/** Path of the WebSocket of the browser host. */
export const SOCKET_PATH = '/_socket';
