process.parentPort.on('message', ({ data }) => process.parentPort.postMessage({ data, environment: process.env.ONLY, hasHome: process.env.HOME !== undefined, hasSend: process.send !== undefined }));
