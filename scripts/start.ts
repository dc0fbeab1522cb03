import { failPlainly } from './fail-plainly.ts';
import { parseStartOptions, startHelp } from './start/options.ts';
import { startRollcall } from './start/start-rollcall.ts';

async function main(): Promise<void> {
  const options = parseStartOptions(process.argv.slice(2), process.cwd());
  if (options === 'help') {
    process.stdout.write(startHelp);
    return;
  }
  // The SDK's call to upgrade Node is for its maintainers' calendar, not for whoever watches people arrive.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort());
  // Whoever read our output has gone, such as `| head`: that is a stop, not a crash.
  process.stdout.on('error', () => stopped.abort());
  await startRollcall(options, (text) => process.stdout.write(text), stopped.signal);
  process.exit(0);
}

main().catch(failPlainly);
