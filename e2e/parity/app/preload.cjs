const { contextBridge, ipcRenderer, webUtils } = require('electron/renderer');

const thrownBy = async (call) => {
  try {
    await call();
    return null;
  } catch (error) {
    return { message: error.message, code: error.code ?? null };
  }
};

contextBridge.exposeInMainWorld('parity', {
  value: { list: [1, { deep: true }] },
  call: (value) => value,
  later: async (value) => value,
  throws: () => {
    throw Object.assign(new Error('no'), { code: 'LOST' });
  },
  callBack: (listener) => listener({ a: 1 }),
  pathOf: (file) => webUtils.getPathForFile(file),
  done: (page) => ipcRenderer.invoke('done', page),
  preload: async () => ({
    echo: await ipcRenderer.invoke('echo', { a: [1, null, 'x'] }),
    missing: await thrownBy(() => ipcRenderer.invoke('nobody')),
    throws: await thrownBy(() => ipcRenderer.invoke('throws')),
    clone: (await thrownBy(() => ipcRenderer.invoke('echo', () => 1))) !== null,
    modules: ['fs', 'path', 'child_process'].map((name) => {
      try {
        require(name);
        return 'there';
      } catch {
        return 'not there';
      }
    }),
  }),
});
