import path from 'node:path';

/** Root of the checkout. */
export const repositoryRoot = path.resolve(import.meta.dirname, '../..');
