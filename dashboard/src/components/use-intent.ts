import { useRef } from 'preact/hooks';

export type Intent = {
  /** The Idempotency-Key of this content: the same at every try, so that a repeat after a lost answer is done only once. */
  readonly keyFor: (content: string) => string;
  /** It is done; the same content again is another intent. */
  readonly done: () => void;
};

export const makeIntent = (newKey: () => string): Intent => {
  let current: { readonly content: string; readonly key: string } | undefined;
  return {
    keyFor(content) {
      if (current?.content !== content) current = { content, key: newKey() };
      return current.key;
    },
    done() {
      current = undefined;
    },
  };
};

export const useIntent = (): Intent => {
  const intent = useRef<Intent | undefined>(undefined);
  intent.current ??= makeIntent(() => crypto.randomUUID());
  return intent.current;
};
