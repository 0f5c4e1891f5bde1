/** What a person chooses to have redacted, in the order in which a value that several would take is counted. */
export const profiles = [
  { name: "secrets", title: "Secrets", detail: "keys, passwords, certificates" },
  { name: "people", title: "People", detail: "e-mail addresses, user names" },
  { name: "organisations", title: "Organisations", detail: "names and uuids" },
  { name: "indicators", title: "Indicators", detail: "values of attributes, attached files" },
] as const;

export type ProfileName = (typeof profiles)[number]["name"];
