import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { startTestConsole } from './console-for-tests.ts';
import type { ConsoleSources } from './state.ts';

let browser: Browser;
let page: Page;
/** What the browser complained about: violations of the page's policy, uncaught errors. */
let complaints: string[];
/** Every address that the page asked for. */
let asked: string[];

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: inject('chromiumPath'),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
});
afterAll(() => browser.close());

beforeEach(async () => {
  page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
  complaints = [];
  asked = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => asked.push(request.url()));
});
afterEach(() => page.context().close());

const run = (lines: readonly string[], startedAtMs = Date.now()) => ({
  requestId: `run-${startedAtMs}`,
  startedAtMs,
  durationMs: 120,
  outcome: 'succeeded' as const,
  lines,
});
const functionsWith = (...invocations: ReturnType<typeof run>[]): ReturnType<ConsoleSources['functions']> => [
  {
    name: 'rollcall-test-ingest',
    asynchronous: { succeeded: 1, retried: 0, throttled: 0, discarded: 0, pending: 0 },
    invocations,
  },
];
const section = (name: string) => page.getByRole('region', { name, exact: true });

describe('the page of the local cloud', () => {
  it('shows what runs, at 390 px without scrolling sideways, and asks nobody else', async () => {
    const settled = JSON.stringify({ level: 30, event: 'sighting.settled', outcome: 'matched' });
    const metric = {
      _aws: {
        CloudWatchMetrics: [{ Dimensions: [['Stage']], Metrics: [{ Name: 'Searches', Unit: 'Count' }] }],
      },
      Stage: 'test',
      Searches: 4,
    };
    const { origin, url } = await startTestConsole({
      functions: () => functionsWith(run([settled, JSON.stringify(metric)])),
      denied: () => [
        {
          principalArn: 'arn:aws:sts::0:assumed-role/ingest/local',
          action: 's3:GetObject',
          resource: 'arn:x',
        },
      ],
      notifications: () => [
        {
          messageId: 'm',
          topicArn: 'arn:aws:sns:eu-central-1:0:alerts',
          atMs: 0,
          subject: 'A gap',
          message: 'door-1: 4-7',
          recipients: 1,
        },
      ],
    });
    await page.goto(url);
    await page.getByText('Live', { exact: true }).waitFor();
    for (const [name, words] of [
      ['Functions', 'rollcall-test-ingest'],
      ['IoT rules', 'sightings'],
      ['MQTT clients', 'verdicts/door-1'],
      ['Queues', 'dead'],
      ['Notifications', 'door-1: 4-7'],
      ['Denied calls', 's3:GetObject'],
      ['Metrics', 'Searches'],
      ['Resources of the template', 'AWS::DynamoDB'],
    ] as const)
      expect(await section(name).textContent()).toContain(words);
    await section('Functions').locator('details summary').click();
    await page.getByText('sighting.settled').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(asked.filter((address) => !address.startsWith(`${origin}/`))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('breaks long words rather than the page', async () => {
    const long = `arn:aws:iam::000000000000:role/${'a-very-long-name-without-a-space'.repeat(6)}`;
    const { url } = await startTestConsole({
      functions: () =>
        functionsWith(run([long, JSON.stringify({ event: 'failed', why: long })])).map((one) => ({
          ...one,
          name: long,
        })),
      denied: () => [{ principalArn: long, action: 's3:GetObject', resource: long }],
      queues: () => [{ name: long, visible: 1, inFlight: 0, delayed: 0 }],
      resources: () => [
        { logicalId: long, type: 'AWS::IAM::Role', physicalId: long, played: 'emulated' as const },
      ],
      notifications: () => [
        { messageId: 'm', topicArn: long, atMs: 0, subject: long, message: long, recipients: 1 },
      ],
    });
    await page.goto(url);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: '5 searches a second' }).click();
    await section('Faults').getByText('in force').waitFor();
    for (const details of await page.locator('details').all()) await details.locator('summary').click();
    await section('Resources of the template').locator('td').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  it('keeps up with what happens, and keeps open what was opened', async () => {
    const first = run(['first words'], 1_000);
    let functions = functionsWith(first);
    const { url } = await startTestConsole({ functions: () => functions });
    await page.goto(url);
    await section('Functions').locator('details summary').click();
    await page.getByText('first words').waitFor();
    functions = functionsWith(first, run(['second words'], 2_000));
    await section('Functions').locator('details').nth(1).waitFor();
    expect(await page.getByText('first words').isVisible()).toBe(true);
    expect(await page.getByText('second words').isVisible()).toBe(false);
  });

  it('shows hostile words as words', async () => {
    const hostile = '<img src=x onerror="document.title=1"></script><script>document.title=2</script>"\'&';
    const { url } = await startTestConsole({
      functions: () =>
        functionsWith({
          ...run([hostile, JSON.stringify({ event: hostile, [hostile]: hostile })]),
          requestId: hostile,
        }),
      queues: () => [{ name: hostile, visible: 0, inFlight: 0, delayed: 0 }],
      denied: () => [{ principalArn: hostile, action: hostile, resource: hostile }],
      notifications: () => [
        { messageId: 'm', topicArn: hostile, atMs: 0, subject: hostile, message: hostile, recipients: 1 },
      ],
      resources: () => [{ logicalId: hostile, type: hostile, physicalId: hostile, played: 'inert' }],
    });
    await page.goto(url);
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await section('Queues').textContent()).toContain(hostile);
    expect(await section('Notifications').textContent()).toContain(hostile);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).toBe('Local cloud – rollcall-test');
    expect(complaints).toEqual([]);
  });

  it('adds a common fault and removes it again, with the keyboard alone', async () => {
    const { url, faults } = await startTestConsole();
    await page.goto(url);
    await page.getByRole('button', { name: '5 searches a second' }).press('Enter');
    await section('Faults').getByText('perSecond 5').waitFor();
    expect(faults.list()).toMatchObject([{ rule: { kind: 'throttle', perSecond: 5 } }]);
    await page.getByRole('button', { name: /^Remove fault 1/ }).press('Enter');
    await page.getByText('Nothing goes wrong on purpose.').waitFor();
    expect(faults.list()).toEqual([]);
  });

  it('gives an outage its end, and says why a second one is refused', async () => {
    const { url, faults } = await startTestConsole();
    await page.goto(url);
    const before = Date.now();
    await page.getByRole('button', { name: 'MQTT broker out, 30 s' }).click();
    await section('Faults').getByText('in force').waitFor();
    const [outage] = faults.list();
    expect(Date.parse(outage?.rule.until ?? '') - before).toBeGreaterThan(29_000);
    await page.getByRole('button', { name: 'MQTT broker out, 30 s' }).click();
    await page.getByRole('alert').getByText('out already').waitFor();
    await page.getByRole('button', { name: 'Remove all' }).click();
    await page.getByText('Nothing goes wrong on purpose.').waitFor();
  });

  it('says that the local cloud has stopped', async () => {
    const { url } = await startTestConsole();
    await page.goto(url);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.route('**/sections', (route) => route.abort());
    await page.getByText('The local cloud does not answer').waitFor();
  });
});
