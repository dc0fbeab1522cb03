import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A program that tests compare the product with, or that the product runs: how to see that it is there, and Debian's package. */
type Tool = {
  readonly name: string;
  readonly probe: readonly [string, ...string[]];
  readonly package: string;
};

const tools: readonly Tool[] = [
  { name: 'FFmpeg', probe: ['ffmpeg', '-version'], package: 'ffmpeg' },
  // By its path: another `aws` may come first.
  { name: 'the AWS CLI', probe: ['/usr/bin/aws', '--version'], package: 'awscli' },
  { name: 'boto3', probe: ['/usr/bin/python3', '-c', 'import boto3'], package: 'python3-boto3' },
  { name: 'mosquitto’s clients', probe: ['mosquitto_pub', '--help'], package: 'mosquitto-clients' },
  { name: 'OpenSSL', probe: ['openssl', 'version'], package: 'openssl' },
];

/**
 * Sees to it that the programs are there which the system tests run: as root on Debian it installs the missing ones.
 * Throws an Error with the line to type when some are missing and cannot be installed.
 */
export function ensureDebianTools(report: (step: string) => void): void {
  const missing = tools.filter((tool) => !works(tool));
  if (missing.length === 0) return;
  const packages = missing.map((tool) => tool.package);
  if (canInstallFromDebian()) {
    report(`installing ${packages.join(' ')} with apt-get`);
    installFromDebian(packages);
  }
  const still = missing.filter((tool) => !works(tool));
  if (still.length === 0) return;
  throw new Error(
    `the tests need ${still.map(({ name }) => name).join(', ')}. Type: sudo apt-get install -y ` +
      `${still.map((tool) => tool.package).join(' ')}, then npm test again`,
  );
}

/** Whether Debian packages can be installed without asking anybody. */
export const canInstallFromDebian = (): boolean => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

/** Installs Debian packages; a failure shows when the caller looks for what it wanted. */
export function installFromDebian(packages: readonly string[]): void {
  run('apt-get', ['-o', 'DPkg::Lock::Timeout=500', 'update', '-qq']);
  run('apt-get', ['-o', 'DPkg::Lock::Timeout=500', 'install', '-y', '-qq', ...packages]);
}

const works = ({ probe: [command, ...args] }: Tool): boolean => run(command, args);

function run(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 600_000 });
    return true;
  } catch (error) {
    // mosquitto's clients print their help and exit with 1.
    return command.startsWith('mosquitto') && (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
