/**
 * Put into each page of the stand-in before its own scripts, with the preload in place of
 * `PRELOAD`: runs it with the globals a sandboxed preload has and no others.
 */
(() => {
  if (globalThis !== globalThis.top) return;
  const transport = globalThis.larderStandin;
  const files = [];
  const listeners = new Map();
  Object.defineProperty(globalThis, 'larderStandinPage', {
    value: {
      files,
      receive(channel, args) {
        for (const listener of listeners.get(channel) ?? []) listener({}, ...structuredClone(args));
      },
    },
  });

  // A window that is not allowed is none; one that is allowed is not in stand-in, and the test says so.
  globalThis.open = (address) => {
    void transport('open', new URL(address, location.href).href, []);
    return null;
  };

  const strict = (name, target) =>
    new Proxy(Object.freeze(target), {
      get(object, property) {
        if (typeof property === 'string' && !(property in object) && property !== 'then') throw new Error(`${name}.${property} is not in stand-in`);
        return object[property];
      },
    });

  const ipcRenderer = strict('ipcRenderer', {
    async invoke(channel, ...args) {
      const { value, error } = await transport('invoke', channel, structuredClone(args));
      if (error !== undefined) throw new Error(error);
      return value;
    },
    send(channel, ...args) {
      void transport('send', channel, structuredClone(args));
    },
    on(channel, listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
    },
  });

  // What crosses between the worlds is copied; functions are called across; errors keep only their words.
  const wordsOf = (error) => new Error(error instanceof Error ? error.message : String(error));
  const cross = (value) => {
    if (typeof value === 'function') return proxied(value);
    if (value instanceof Promise) return value.then(cross, (error) => Promise.reject(wordsOf(error)));
    if (value instanceof Blob || value === null || typeof value !== 'object') return value;
    if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype || Object.isFrozen(value)) {
      return Object.freeze(Array.isArray(value) ? value.map(cross) : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cross(part)])));
    }
    return structuredClone(value);
  };
  const proxied = (call) => (...args) => {
    try {
      return cross(call(...args.map(cross)));
    } catch (error) {
      throw wordsOf(error);
    }
  };
  const contextBridge = strict('contextBridge', {
    exposeInMainWorld(key, api) {
      if (key in globalThis) throw new Error(`Cannot bind an API on top of an existing property on the window object`);
      Object.defineProperty(globalThis, key, { value: cross(api), enumerable: true });
    },
  });
  const webUtils = strict('webUtils', {
    getPathForFile(file) {
      if (!(file instanceof File)) throw new TypeError("Failed to execute 'getPathForFile' on 'WebUtils': parameter 1 is not of type 'File'.");
      // The test knows the path; the page has only a name for the file.
      return `standin-file:${files.push(file) - 1}`;
    },
  });
  const modules = { 'electron/renderer': strict('electron/renderer', { contextBridge, ipcRenderer, webUtils }) };
  const require = (name) => {
    if (!Object.hasOwn(modules, name)) throw new Error(`module not found: ${name}`);
    return modules[name];
  };
  const process = strict('process', { type: 'renderer', sandboxed: true, platform: 'PLATFORM', versions: Object.freeze({ electron: 'stand-in', chrome: 'stand-in', node: 'stand-in' }) });
  const module = { exports: {} };
  globalThis.PRELOAD(require, process, module.exports, module, undefined, globalThis, undefined, undefined);
})();
