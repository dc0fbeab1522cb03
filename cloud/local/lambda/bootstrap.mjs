// Runs inside each function's child process: loads the bundle, then answers one event at a time.
// Plain JavaScript, because the child is a bare `node` that must not know the repository's toolchain.
import { existsSync, readFileSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';

const [, , file, exportName] = process.argv;
const maxResponseBytes = 6 * 1024 * 1024;

// Lambda's folder has no package.json, so a plain .js is CommonJS there whatever lies above it here.
const loadCommonJs = () => {
  const module = new Module(file);
  module.filename = file;
  module.paths = [];
  module._compile(readFileSync(file, 'utf8'), file);
  return module.exports;
};

const isCommonJs =
  file.endsWith('.cjs') ||
  (file.endsWith('.js') && !existsSync(path.join(path.dirname(file), 'package.json')));

const load = async () => {
  const loaded = isCommonJs ? loadCommonJs() : await import(pathToFileURL(file).href);
  const handler = loaded[exportName];
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${path.basename(file)} exports no function ${exportName}`), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  return handler;
};

const describe = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

// Linux counts what the parent held when it started this process into getrusage's figure, but not into this one (proc(5), VmHWM).
const statusFile = '/proc/self/status';
const maxMemoryKb = () =>
  existsSync(statusFile)
    ? Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(statusFile, 'utf8'))[1])
    : process.resourceUsage().maxRSS;

const answer = async (handler, { requestId, event, context, deadlineMs }) => {
  try {
    const result = await handler(event, {
      ...context,
      awsRequestId: requestId,
      functionVersion: '$LATEST',
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    });
    const payload = JSON.stringify(result) ?? 'null';
    if (Buffer.byteLength(payload) > maxResponseBytes) {
      throw Object.assign(
        new Error(`Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`),
        {
          name: 'Function.ResponseSizeTooLarge',
        },
      );
    }
    process.send({ kind: 'result', payload, maxMemoryKb: maxMemoryKb() });
  } catch (error) {
    process.stderr.write(`Invoke Error ${inspect(error)}\n`);
    process.send({ kind: 'error', error: describe(error), maxMemoryKb: maxMemoryKb() });
  }
};

// The parent is gone, however it went: nothing may outlive it.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when this process ends.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});

try {
  const handler = await load();
  process.on('message', (message) => answer(handler, message));
  process.send({ kind: 'ready' });
} catch (error) {
  process.stderr.write(`Init Error ${inspect(error)}\n`);
  process.send({ kind: 'init_error', error: describe(error) });
}
