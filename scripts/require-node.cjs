// Runs before anything else and in any Node, so that an old one gets a sentence instead of a stack trace.
const wanted = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  process.stderr.write(
    `error: Rollcall needs Node ${wanted.join('.')} or newer, this is ${process.versions.node}. Install Node 22 (https://nodejs.org) and run the command again.\n`,
  );
  process.exit(1);
}
