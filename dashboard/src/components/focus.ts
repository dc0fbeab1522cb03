/** For `ref` of what replaces the control that was pressed: without it the keyboard would start at the top of the page again. */
export const takeFocus = (element: HTMLElement | null): void => element?.focus();

/** Puts the focus where a page begins, after what had it is gone. */
export const focusHeading = (): void => document.querySelector('h1')?.focus();
