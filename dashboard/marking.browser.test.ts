import { describe, expect, it } from 'vitest';
import { punchAt } from './src/arrivals/examples-for-tests.ts';
import { stubPages } from './stub-pages-for-tests.ts';

const here = stubPages();

describe('the kiosk', () => {
  it('counts somebody from the keyboard alone, and leaves nothing of them for the next', async () => {
    await here.openAs(['kiosk'], '/kiosk', null);
    await here.page.getByLabel('Your number').focus();
    await here.page.keyboard.type('1042');
    await here.page.keyboard.press('Tab');
    await here.page.keyboard.type('4711');
    expect(await here.page.getByLabel('Your PIN').getAttribute('type')).toBe('password');
    await here.page.keyboard.press('Enter');
    const result = here.page.getByRole('status').filter({ hasText: 'Ada Example' });
    await result.waitFor();
    expect(await result.textContent()).toContain('In at 08:58');
    expect(JSON.parse(here.posts('/punches/pin')[0]?.bytes.toString() ?? '')).toEqual({
      number: '1042',
      pin: '4711',
    });
    await result.waitFor({ state: 'detached' });
    expect(await here.page.getByLabel('Your number').inputValue()).toBe('');
    expect(await here.page.textContent('main')).not.toContain('Ada');
    expect(await here.page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  });

  it('is used with the keys on the screen', async () => {
    await here.openAs(['kiosk'], '/kiosk', null);
    const press = (name: string) => here.page.getByRole('button', { name, exact: true }).click();
    for (const key of ['7', '8', 'Delete the last', 'Next', '1', '2', '3', '4', 'Out', 'Done'])
      await press(key);
    await here.page.getByText('Ada Example').waitFor();
    expect(JSON.parse(here.posts('/punches/pin')[0]?.bytes.toString() ?? '')).toEqual({
      number: '7',
      pin: '1234',
      direction: 'out',
    });
  });

  it.each([
    [
      { status: 422, detail: 'This number and this PIN do not belong together here.' },
      /do not belong together/,
    ],
    [
      { status: 429, detail: 'There were too many attempts at this kiosk.', retryAfterSeconds: 42 },
      /too many attempts.*Try again in 42 s/,
    ],
  ])('says why it did not count, and forgets the PIN', async (refusal, words) => {
    here.data.attendance.pin = refusal;
    await here.openAs(['kiosk'], '/kiosk', null);
    await here.page.getByLabel('Your number').fill('1042');
    await here.page.getByLabel('Your PIN').fill('0000');
    await here.page.keyboard.press('Enter');
    await here.page.getByRole('alert').waitFor();
    expect(await here.page.getByRole('alert').textContent()).toMatch(words);
    expect(await here.page.getByLabel('Your PIN').inputValue()).toBe('');
  });
});

/** Width and height in a JPEG's baseline frame header. */
const jpegSize = (jpeg: Buffer = Buffer.alloc(0)): readonly [number, number] => {
  const header = jpeg.indexOf(Buffer.from('ffc0', 'hex'));
  return [jpeg.readUInt16BE(header + 7), jpeg.readUInt16BE(header + 5)];
};

describe('checking in', () => {
  it('sends what the camera sees as a small JPEG, and says what became of it', async () => {
    here.data.attendance.checkIn = { outcome: 'matched', detail: '', punch: punchAt(12) };
    await here.openAs(['staff'], '/check-in');
    await here.page.getByRole('button', { name: 'Check in', exact: true }).click();
    await here.page.getByText('Ada Example, in at 08:58').waitFor();
    const [sent] = here.posts('/check-in?direction=in');
    expect(sent?.headers['content-type']).toBe('image/jpeg');
    expect(sent?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    expect(jpegSize(sent?.bytes)).toEqual([1280, 720]);
    expect(sent?.bytes.length).toBeLessThan(1_000_000);
    expect(here.complaints).toEqual([]);
  });

  it('is one check-in however often the button is pressed, and the keyboard goes on at the answer', async () => {
    here.data.attendance.checkIn = { outcome: 'matched', detail: '', punch: punchAt(12) };
    await here.openAs(['staff'], '/check-in');
    const button = here.page.getByRole('button', { name: 'Check in', exact: true });
    // As a double click, before the picture has been made small.
    await button.and(here.page.locator(':enabled')).dblclick({ noWaitAfter: true });
    await here.page.getByText('Ada Example, in at 08:58').waitFor();
    expect(here.posts('/check-in?direction=in')).toHaveLength(1);
    expect(await here.page.evaluate(() => document.activeElement?.textContent)).toBe(
      'Ada Example, in at 08:58',
    );
  });

  it('names the time for which pictures are kept here', async () => {
    await here.openAs(['staff'], '/check-in');
    await here.page.getByText('kept for at most 30 days').waitFor();
  });

  it('lets the camera go when the page is left', async () => {
    await here.openAs(['staff'], '/check-in');
    const video = here.page.locator('video');
    await video.waitFor();
    const stream = await video.evaluateHandle(
      (element: HTMLVideoElement) => element.srcObject as MediaStream,
    );
    const states = () => stream.evaluate((held) => held.getTracks().map(({ readyState }) => readyState));
    expect(await states()).toEqual(['live']);
    await here.page.getByRole('link', { name: 'My days' }).click();
    await here.heading('My days').waitFor();
    expect(await states()).toEqual(['ended']);
  });

  it('takes a picture from the device instead, made smaller and without where and when', async () => {
    await here.page.context().clearPermissions();
    await here.openAs(['staff'], '/check-in');
    const large = await here.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(3000, 2000);
      canvas.getContext('2d')?.fillRect(0, 0, 1500, 2000);
      const blob = await canvas.convertToBlob({ type: 'image/png' });
      return [...new Uint8Array(await blob.arrayBuffer())];
    });
    await here.page
      .getByLabel('Or choose a picture')
      .setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: Buffer.from(large) });
    await here.page.getByText('No face in the picture').waitFor();
    const jpeg = here.posts('/check-in')[0]?.bytes ?? Buffer.alloc(0);
    expect(jpeg.includes('Exif')).toBe(false);
    expect(jpegSize(jpeg)).toEqual([1280, 853]);
  });

  it('does not send a file that is no picture', async () => {
    await here.openAs(['staff'], '/check-in');
    await here.page
      .getByLabel('Or choose a picture')
      .setInputFiles({ name: 'me.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
    await here.page.getByText('cannot read this file as a picture').waitFor();
    expect(await here.page.getByRole('button', { name: 'Send it again' }).count()).toBe(0);
    expect(here.posts('/check-in')).toEqual([]);
  });

  it('sets the PIN of the way without a face', async () => {
    await here.openAs(['staff'], '/check-in');
    await here.page.getByText('your number and PIN').click();
    await here.page.getByLabel('New PIN').fill('12');
    await here.page.getByRole('button', { name: 'Set my PIN' }).click();
    await here.page.getByRole('alert').filter({ hasText: '4 to 8 digits' }).waitFor();
    await here.page.getByLabel('New PIN').fill('4711');
    await here.page.getByRole('button', { name: 'Set my PIN' }).click();
    await here.page.getByText('Your PIN is set.').waitFor();
    expect(here.stub.seen.find(({ method }) => method === 'PUT')?.bytes.toString()).toBe('{"pin":"4711"}');
  });
});
