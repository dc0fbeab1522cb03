import type { RefObject } from 'preact';
import { cameraWords } from './check-in-words.ts';
import type { CameraState } from './use-camera.ts';

/** What the camera sees, mirrored as people know themselves, or the picture that was taken. */
export const Viewfinder = ({
  video,
  canvas,
  camera,
  shows,
  onStart,
  onFrame,
}: {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly camera: CameraState;
  readonly shows: 'camera' | 'picture';
  readonly onStart: () => void;
  /** There is a first frame. */
  readonly onFrame: () => void;
}) => (
  <div class="viewfinder">
    <video
      ref={video}
      autoPlay
      muted
      playsInline
      onLoadedData={onFrame}
      aria-label="What the camera sees"
      hidden={shows !== 'camera' || camera.at !== 'live'}
    />
    <canvas ref={canvas} role="img" aria-label="The picture that was taken" hidden={shows !== 'picture'} />
    {shows === 'picture' || camera.at === 'live' ? null : (
      <div class="no-camera">
        {camera.at === 'problem' ? (
          <div role="alert">
            <strong>{cameraWords(camera.problem).title}</strong>
            <p>{cameraWords(camera.problem).remedy}</p>
          </div>
        ) : null}
        {camera.at === 'starting' ? (
          <p>Waiting for the camera … If the browser asks, allow it.</p>
        ) : (
          <button type="button" class="button" onClick={onStart}>
            {camera.at === 'problem' ? 'Try again' : 'Turn on the camera'}
          </button>
        )}
      </div>
    )}
  </div>
);
