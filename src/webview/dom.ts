/** What an element may hold: text is always set as text, never read as markup. */
export type Child = Node | string | false | undefined;
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Builds an element. An attribute that is `undefined` or `false` is left out; `true` is the empty attribute. */
export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

export const icon = (name: string, ...classes: readonly string[]): HTMLElement =>
  el("i", { class: ["codicon", `codicon-${name}`, ...classes].join(" "), "aria-hidden": "true" });

/** Sets what assistive technology and the style sheet read of a button that cannot act now but keeps the focus. */
export function enable(button: HTMLElement, enabled: boolean): void {
  if (enabled) button.removeAttribute("aria-disabled");
  else button.setAttribute("aria-disabled", "true");
}

export interface Tool {
  icon: string;
  /** With its key in brackets: `Copy value (C)`. */
  label: string;
  run: () => void;
  pressed?: boolean;
  tabindex?: number;
}

/** An icon button. It says what it does, does nothing while disabled, and reports its state when it is a toggle. */
export function tool({ icon: name, label, run, pressed, tabindex }: Tool): HTMLButtonElement {
  const attributes = { class: "tool", type: "button", "aria-label": label, title: label, tabindex };
  const button = el("button", { ...attributes, "aria-pressed": pressed?.toString() }, icon(name));
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") run();
  });
  return button;
}

export function link(text: string, run: () => void, title?: string): HTMLButtonElement {
  const button = el("button", { class: "link", type: "button", title }, text);
  button.addEventListener("click", run);
  return button;
}

/** One stop for Tab; the arrow keys, Home and End move within. */
export function rove(group: HTMLElement, moved: (item: HTMLElement) => void = () => undefined): void {
  const items = (): HTMLElement[] => [...group.querySelectorAll<HTMLElement>("button:not([hidden])")];
  const stopAt = (stop: HTMLElement): void => items().forEach((item) => (item.tabIndex = item === stop ? 0 : -1));
  const first = items().find((item) => item.getAttribute("aria-checked") === "true") ?? items()[0];
  if (first) stopAt(first);
  group.addEventListener("focusin", ({ target }) => target instanceof HTMLElement && stopAt(target));
  group.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: 0, End: -1 }[
      event.key
    ];
    const next = to === undefined ? undefined : all.at(to % all.length);
    if (!next) return;
    event.preventDefault();
    next.focus();
    moved(next);
  });
}

export interface Choice<T extends string> {
  readonly element: HTMLElement;
  set(value: T): void;
}

/** A radio group that looks like one button with several faces. */
export function choice<T extends string>(
  label: string,
  options: readonly (readonly [value: T, text: string])[],
  chosen: T,
  choose: (value: T) => void,
): Choice<T> {
  const buttons = new Map(
    options.map(([value, text]) => {
      const button = el("button", { type: "button", role: "radio", "aria-checked": value === chosen }, text);
      button.setAttribute("aria-checked", String(value === chosen));
      button.addEventListener("click", () => choose(value));
      return [value, button] as const;
    }),
  );
  const element = el("div", { class: "choice", role: "radiogroup", "aria-label": label }, ...buttons.values());
  rove(element, (item) => item.click());
  return {
    element,
    set: (value) => {
      for (const [key, button] of buttons) {
        button.setAttribute("aria-checked", String(key === value));
        button.tabIndex = key === value ? 0 : -1;
      }
    },
  };
}
