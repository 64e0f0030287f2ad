import { parseArgs } from 'node:util';
import { createHubDouble } from './double.ts';
import { readFolder } from './read-folder.ts';

const USAGE = `Serves a folder as a dataset of a Hugging Face Hub on this machine.

  node e2e/hub/main.ts <folder> [--repo larder/volumes] [--hub-port 0] [--storage-port 0] [--bytes-per-second n]

Set HF_ENDPOINT to the printed address. Ends with Ctrl-C.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      repo: { type: 'string', default: 'larder/volumes' },
      'hub-port': { type: 'string', default: '0' },
      'storage-port': { type: 'string', default: '0' },
      'bytes-per-second': { type: 'string', default: 'Infinity' },
    },
  });
  const folder = positionals[0];
  if (folder === undefined) {
    console.error(USAGE);
    return 2;
  }
  const files = await readFolder(folder);
  const double = await createHubDouble({
    repoId: values.repo,
    files,
    hubPort: Number(values['hub-port']),
    storagePort: Number(values['storage-port']),
    bytesPerSecond: Number(values['bytes-per-second']),
  });
  console.log(JSON.stringify({ endpoint: double.endpoint, repoId: double.repoId, commit: double.commit, files: files.length }));
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await double.close();
  return 0;
}

process.exitCode = await main();
