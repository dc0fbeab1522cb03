import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type CameraProblem, closeCamera, openCamera } from './camera.ts';

export type CameraState =
  | { readonly at: 'off' | 'starting' }
  | { readonly at: 'live'; readonly stream: MediaStream }
  | { readonly at: 'problem'; readonly problem: CameraProblem };

/** A camera that is on only while its page is seen. Once allowed, it starts by itself; before, only when asked for. */
export const useCamera = () => {
  const [state, setState] = useState<CameraState>({ at: 'off' });
  const stream = useRef<MediaStream | undefined>(undefined);
  /** Whether it should be on as far as the person is concerned. */
  const wanted = useRef(false);

  const close = useCallback(() => {
    closeCamera(stream.current);
    stream.current = undefined;
  }, []);

  const start = useCallback(async () => {
    wanted.current = true;
    close();
    setState({ at: 'starting' });
    const camera = await openCamera(navigator.mediaDevices);
    // The page may have been left or hidden while the browser asked for permission.
    const isWanted = wanted.current && document.visibilityState === 'visible';
    if ('problem' in camera) return setState({ at: 'problem', problem: camera.problem });
    if (isWanted === false || stream.current !== undefined) return closeCamera(camera.stream);
    stream.current = camera.stream;
    // Somebody may pull the plug, or take the permission back.
    for (const track of camera.stream.getVideoTracks())
      track.addEventListener('ended', () => setState({ at: 'problem', problem: 'failed' }));
    setState({ at: 'live', stream: camera.stream });
  }, [close]);

  const stop = useCallback(() => {
    wanted.current = false;
    close();
    setState({ at: 'off' });
  }, [close]);

  useEffect(() => {
    const onVisibility = () => {
      if (wanted.current === false) return;
      if (document.visibilityState === 'visible') void start();
      else close();
    };
    document.addEventListener('visibilitychange', onVisibility);
    void isAllowed().then((allowed) => (allowed ? start() : undefined));
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      wanted.current = false;
      close();
    };
  }, [start, close]);

  return { state, start: () => void start(), stop };
};

/** Whether the browser would open the camera without a question. Browsers that cannot tell are asked by a press of a button. */
const isAllowed = async (): Promise<boolean> => {
  try {
    return (await navigator.permissions.query({ name: 'camera' as PermissionName })).state === 'granted';
  } catch {
    return false;
  }
};
