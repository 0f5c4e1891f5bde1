import type { DetailAct } from "../protocol/detail";
import type { Act } from "./keys";
import type { MessageSection } from "./message";

type Acts = Partial<Record<Act, () => void>>;

/** What keys do within the message. */
export function messageActs(section: () => MessageSection | undefined) {
  const tree = (move: (tree: NonNullable<MessageSection["tree"]>) => Promise<void>) => (): void => {
    const shown = section()?.tree;
    if (shown) void move(shown);
  };
  return {
    toMessage: () => section()?.focus(),
    rowUp: tree((tree) => tree.move(-1)),
    rowDown: tree((tree) => tree.move(1)),
    pageUp: tree((tree) => tree.movePage(-1)),
    pageDown: tree((tree) => tree.movePage(1)),
    firstRow: tree((tree) => tree.move(-Infinity)),
    lastRow: tree((tree) => tree.move(Infinity)),
    left: tree((tree) => tree.left()),
    right: tree((tree) => tree.right()),
    flip: tree((tree) => tree.flip()),
    unfoldBeside: tree((tree) => tree.unfoldBeside()),
    search: () => section()?.startSearch(),
    nextMatch: () => section()?.search?.step(1),
    previousMatch: () => section()?.search?.step(-1),
    matchCase: () => section()?.search?.flipCase(),
    copyPath: () => section()?.copy("path"),
    flipRaw: () => section()?.flipRaw(),
    flipWrap: () => section()?.flipWrap(),
  } satisfies Acts;
}

/** What the host does by itself. */
export const hostActs = (act: (act: DetailAct) => void) =>
  ({
    newer: () => act("newer"),
    older: () => act("older"),
    revealInTree: () => act("revealInTree"),
    openAsDocument: () => act("openAsDocument"),
    export: () => act("export"),
    toggleUtc: () => act("toggleUtc"),
  }) satisfies Acts;
