/** Names that the preload and the Electron host agree on. The preload contains this file and no other of ours. */
export const CHANNELS = {
  call: 'larder:call',
  subscribe: 'larder:subscribe',
  unsubscribe: 'larder:unsubscribe',
  update: 'larder:update',
  /** The page can take messages of the desktop now. */
  desktopReady: 'larder:desktop-ready',
  desktop: 'larder:desktop',
  /** From the path of a dropped file to what is there. */
  lookAt: 'larder:look-at',
  choose: 'larder:choose',
  reveal: 'larder:reveal',
} as const;

/** Path of the WebSocket of the browser host. */
export const SOCKET_PATH = '/_socket';
