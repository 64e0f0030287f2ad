const { parity } = globalThis;

const thrownBy = (call) => {
  try {
    call();
    return null;
  } catch (error) {
    return { message: error.message, code: error.code ?? null };
  }
};

/** An endless answer, given up after its first bytes. */
async function abortEndless() {
  const abort = new AbortController();
  const { body } = await fetch('/endless', { signal: abort.signal });
  await body.getReader().read();
  abort.abort();
}

const data = await fetch('/data', { headers: { range: 'bytes=2-5' } });
const given = { a: 1 };
await abortEndless();
const answers = {
  isFrozen: Object.isFrozen(parity) && Object.isFrozen(parity.value) && Object.isFrozen(parity.value.list[1]),
  isCopied: parity.call(given) !== given,
  called: parity.call({ a: [1] }),
  later: await parity.later('x'),
  throws: thrownBy(() => parity.throws()),
  calledBack: await new Promise((resolve) => parity.callBack((value) => resolve(value))),
  memoryFilePath: parity.pathOf(new File(['x'], 'x.txt')) === '' ? '' : 'a name for the test',
  hasNode: ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
  isSecure: globalThis.isSecureContext,
  range: { status: data.status, contentRange: data.headers.get('content-range'), text: await data.text() },
  opened: globalThis.open('https://elsewhere.example/') === null ? 'nothing' : 'a window',
  preload: await parity.preload(),
};
location.assign('https://elsewhere.example/');
await new Promise((resolve) => setTimeout(resolve, 200));
await parity.done(answers);
