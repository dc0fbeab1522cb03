/** Why there is no picture from a camera. */
export type CameraProblem = 'insecure' | 'none' | 'denied' | 'in_use' | 'failed';

export type Camera = { readonly stream: MediaStream } | { readonly problem: CameraProblem };

/** What the names of getUserMedia's errors mean for the person (W3C Media Capture and Streams, section 10.2). */
const problems: Readonly<Record<string, CameraProblem>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
  NotReadableError: 'in_use',
  AbortError: 'in_use',
};

/**
 * Opens the camera that looks at the person, if there are several.
 * @param media `navigator.mediaDevices`, which a page without https does not have
 */
export const openCamera = async (media: Pick<MediaDevices, 'getUserMedia'> | undefined): Promise<Camera> => {
  if (media === undefined) return { problem: 'insecure' };
  try {
    const stream = await media.getUserMedia({
      audio: false,
      video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    return { stream };
  } catch (error) {
    return { problem: (error instanceof Error ? problems[error.name] : undefined) ?? 'failed' };
  }
};

export const closeCamera = (stream: MediaStream | undefined): void => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};
