import { useEffect, useRef, useState } from 'preact/hooks';
import type { Direction } from '#contract/outcome.ts';
import { failureWords } from '../api/failure-words.ts';
import { focusHeading } from '../components/focus.ts';
import { PageHead } from '../components/page-head.tsx';
import { useIntent } from '../components/use-intent.ts';
import { useAccount } from '../shell/account.ts';
import { AnswerCard } from './answer-card.tsx';
import { type AnswerWords, answerWords, keptWords } from './check-in-words.ts';
import { OwnPin } from './own-pin.tsx';
import { drawFitted, jpegOf } from './picture.ts';
import { useCamera } from './use-camera.ts';
import { Viewfinder } from './viewfinder.tsx';

type State =
  | { readonly at: 'aiming' }
  | { readonly at: 'sending' }
  | { readonly at: 'answered'; readonly words: AnswerWords }
  /** `again` sends the same picture once more, where only the line failed. */
  | { readonly at: 'failed'; readonly words: string; readonly again?: () => void };

/** Marks one's own attendance with a picture from the browser's camera, or with one from the device. */
export const CheckInPage = () => {
  const { api, me, checkInDays, onSignedOut } = useAccount();
  const camera = useCamera();
  const video = useRef<HTMLVideoElement>(null);
  /** What is sent is what is shown: the picture stays on this canvas until there is an answer. */
  const canvas = useRef<HTMLCanvasElement>(null);
  const [state, setState] = useState<State>({ at: 'aiming' });
  /** Whether there is a picture to take: a camera that has started still needs a moment for its first frame. */
  const [hasFrame, setHasFrame] = useState(false);
  const intent = useIntent();

  const send = async (picture: Blob, direction: Direction | undefined) => {
    setState({ at: 'sending' });
    // A press of a button is one intent: when its answer was lost, the same picture is sent again under the same key.
    const answer = await api.checkIn(picture, direction, intent.keyFor('this picture'));
    if (answer.ok) {
      intent.done();
      const words = answerWords(answer.value, me.person?.name ?? 'You');
      if (words.counted !== 'no') camera.stop();
      setState({ at: 'answered', words });
    } else if (answer.failure.kind === 'signed_out') onSignedOut();
    else
      setState({
        at: 'failed',
        words: failureWords(answer.failure),
        again: () => void send(picture, direction),
      });
  };

  const sendDrawn = async (
    source: CanvasImageSource,
    size: { readonly width: number; readonly height: number },
    direction: Direction | undefined,
  ) => {
    if (canvas.current === null) return;
    intent.done();
    // Before the picture is made small, which takes a while: a second press of the button would be a second check-in.
    setState({ at: 'sending' });
    drawFitted(canvas.current, source, size);
    const picture = await jpegOf(canvas.current).catch(() => undefined);
    if (picture === undefined)
      return setState({ at: 'failed', words: 'The browser could not make a picture of it. Try once more.' });
    await send(picture, direction);
  };
  const takePicture = (direction: Direction | undefined) => {
    const frame = video.current;
    if (frame === null) return;
    void sendDrawn(frame, { width: frame.videoWidth, height: frame.videoHeight }, direction);
  };
  const sendFile = async (file: File) => {
    setState({ at: 'sending' });
    const bitmap = await createImageBitmap(file).catch(() => undefined);
    if (bitmap === undefined)
      return setState({
        at: 'failed',
        words: 'The browser cannot read this file as a picture. Choose another one.',
      });
    camera.stop();
    await sendDrawn(bitmap, bitmap, undefined);
    bitmap.close();
  };
  const anew = () => {
    intent.done();
    setState({ at: 'aiming' });
    focusHeading();
    if (camera.state.at !== 'live') camera.start();
  };
  useEffect(() => {
    setHasFrame(false);
    if (video.current !== null && camera.state.at === 'live') video.current.srcObject = camera.state.stream;
  }, [camera.state]);

  const isAiming = state.at === 'aiming';
  return (
    <main id="main" class="page own check-in">
      <PageHead title="Check in" line="Look into the camera and choose which way." />
      <Viewfinder
        video={video}
        canvas={canvas}
        camera={camera.state}
        shows={isAiming ? 'camera' : 'picture'}
        onStart={camera.start}
        onFrame={() => setHasFrame(true)}
      />
      <div role="status">
        {state.at === 'sending' ? <p class="big">One moment …</p> : null}
        {state.at === 'answered' ? <AnswerCard words={state.words} onAgain={anew} /> : null}
        {state.at === 'failed' ? (
          <AnswerCard
            words={{ counted: 'no', title: 'That did not work', line: state.words }}
            onAgain={anew}
            {...(state.again === undefined ? {} : { onSameAgain: state.again })}
          />
        ) : null}
      </div>
      {isAiming ? (
        <div class="check-in-buttons">
          {(['in', 'out', undefined] as const).map((direction) => (
            <button
              key={direction ?? 'auto'}
              type="button"
              class={direction === undefined ? 'button' : 'button main'}
              disabled={camera.state.at !== 'live' || hasFrame === false}
              onClick={() => takePicture(direction)}
            >
              {direction === undefined
                ? 'Let Rollcall decide'
                : direction === 'in'
                  ? 'Check in'
                  : 'Check out'}
            </button>
          ))}
        </div>
      ) : null}
      {isAiming ? (
        <label class="upload">
          <span>Or choose a picture from this device</span>
          <input
            type="file"
            accept="image/*"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              event.currentTarget.value = '';
              if (file !== undefined) void sendFile(file);
            }}
          />
        </label>
      ) : null}
      <p class="faint small">
        Your picture is searched among the enrolled faces and counts only if it is you; nobody else is named.{' '}
        {keptWords(checkInDays)} The camera goes off when you are counted or leave this page.
      </p>
      <OwnPin />
    </main>
  );
};
