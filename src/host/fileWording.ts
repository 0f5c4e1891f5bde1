import type { Translate } from "../core/translate";
import type { FileView } from "./capture";
import { plain } from "./labels";

/** How a capture stands to the file it was read from, in sentences. */
export function explainFile(
  { path, hasTimes, reading, stale }: FileView,
  t: Translate,
): { title: string; text: string } {
  const from = plain(path);
  if (reading) return { title: t("The file is being read"), text: from };
  if (stale === "changed")
    return { title: t("The file changed on disk"), text: t("What is shown was read before: {0}", from) };
  if (stale === "gone")
    return { title: t("The file is gone"), text: t("What was read of it is kept here until you remove it: {0}", from) };
  if (stale === "unfinished")
    return { title: t("The file was not read to its end"), text: t("Read it again to see all of it: {0}", from) };
  if (hasTimes) return { title: t("Read from a file"), text: from };
  return {
    title: t("Read from a file"),
    text: t("It tells no times: all messages have the time their file was last written. {0}", from),
  };
}
