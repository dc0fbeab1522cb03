import { defineConfig } from 'vitest/config';

const everywhere = (suffix: string): string => `{device,cloud,dashboard,scripts}/**/*${suffix}`;
const system = [everywhere('.flow.test.ts'), everywhere('.browser.test.ts')];
const patience = {
  testTimeout: 120_000,
  hookTimeout: 180_000,
  setupFiles: ['scripts/test-patience.ts'],
  expect: { poll: { timeout: 30_000 } },
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { name: 'parts', include: [everywhere('.test.{ts,tsx}')], exclude: system, ...patience } },
      // These drive the synthesised template, the bundles and a browser, so they are made or found first.
      { test: { name: 'system', include: system, globalSetup: ['scripts/test-setup.ts'], ...patience } },
    ],
  },
});
