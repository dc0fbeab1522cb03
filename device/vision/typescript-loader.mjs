// Lets a worker thread read TypeScript. `--import tsx` would not do: tsx then skips every thread but the main one,
// and threads do not inherit the main one's loader.
import { register } from 'tsx/esm/api';

register();
