import type { Random } from "./random";

/** Words of the simulated world. Addresses and names are those reserved for documentation: nothing here exists. */

export type List<T> = readonly [T, ...T[]];

export const organisationNames: List<string> = [
  "Harbour CERT",
  "Nordwind Bank",
  "Comité Lumière",
  "Česká energie",
  "北都大学 SOC",
  "Οργανισμός Ύδρα",
  "Saffron & Sons",
  "Quill Airlines",
];
export const nationalities: List<string> = ["Luxembourg", "Germany", "France", "Czechia", "Japan", "Greece", "Kenya"];
export const sectors: List<string> = ["Energy", "Finance", "Education", "Transport", "Government", "Health"];
export const givenNames: List<string> = ["ada", "bao", "chiara", "dmitri", "efua", "farid", "greta", "hiro", "ines"];

export const titles: List<string> = [
  "Phishing wave against customers of a bank",
  "Loader seen in invoices",
  "Credential harvesting behind shortened links",
  'Fake updates of the "Sunbird" player',
  "Scan of exposed management ports",
  "Webshop that never delivers",
  "Ransom note found on a file server",
  "Spear phishing with résumés as lure",
  "Фишинг под видом службы доставки",
  "東京の偽通販サイト",
  "رسائل تصيد باسم البريد",
  "Gefälschte Rechnungen mit Köder ‚Mahnung‘",
  "Fox in the henhouse 🦊: stolen build keys",
  "C2 over DNS \\ TXT records, <b>not</b> HTTP",
];

export const comments: List<string> = [
  "",
  "",
  "",
  "",
  "Seen in proxy logs",
  "From the sandbox report",
  "Sender of the first mail",
  "Résumé: serveur de commande",
  "お客様の報告による",
  'Analyst: "unsure, shared hosting"',
  "second stage 🎣",
  "path C:\\Users\\Public\\ and /var/tmp/",
];
const sentence = "The host answered on the same port for several days and served the same file under changing names. ";
/** A report pasted into the comment field, some 2 to 6 KB. */
export const longComment = (random: Random): string => sentence.repeat(random.between(20, 60)).trim();

export const tagNames: List<readonly [name: string, colour: string]> = [
  ["tlp:clear", "#ffffff"],
  ["tlp:green", "#33a02c"],
  ["tlp:amber", "#ffc000"],
  ["tlp:red", "#cc0033"],
  ["type:OSINT", "#004646"],
  ['workflow:state="draft"', "#8a2be2"],
  ['estimative-language:likelihood-probability="likely"', "#3d7ab0"],
  ["kill-chain:Delivery", "#b8860b"],
  ['misp-galaxy:tool="Paper Lantern"', "#0088cc"],
  ['misp-galaxy:threat-actor="Velvet Heron"', "#0088cc"],
];
export const newTagNames: List<string> = [
  "case:reviewed",
  "source:honeypot",
  "campaña:otoño",
  "triage:needs second look",
];

export const warninglistNames: List<readonly [name: string, type: string, description: string]> = [
  ["Addresses for documentation", "cidr", "Ranges that are never routed"],
  ["Names for documentation", "hostname", "Domains reserved for examples"],
  ["Public resolvers", "cidr", "DNS resolvers anyone may use"],
  ["Popular shops", "hostname", "Shops too common to be an indicator"],
];

const labels: List<string> = ["mail", "cdn", "login", "shop", "update", "files", "portal", "news", "pay", "static"];
const names: List<string> = [
  "bluewillow",
  "northgate",
  "parcel-desk",
  "sunbird",
  "tidewater",
  "quick-invoice",
  "müller",
];
const files: List<string> = [
  "invoice.pdf.exe",
  "résumé 2026.docm",
  "setup.msi",
  "photo_📷.scr",
  "update.js",
  "請求書.xlsm",
];
const agents: List<string> = ["Mozilla/5.0 (compatible; Lantern/1.2)", "curl/8.4.0", "python-requests/2.31"];

const address = (random: Random): string =>
  random.chance(0.15)
    ? `2001:db8:${random.hex(4)}::${random.hex(4)}`
    : `${random.one(["192.0.2", "198.51.100", "203.0.113"])}.${random.between(1, 254)}`;
const domain = (random: Random): string => `${random.one(names)}${random.between(1, 999)}.example`;
const hostname = (random: Random): string => `${random.one(labels)}.${domain(random)}`;
const url = (random: Random): string =>
  `https://${hostname(random)}/${random.one(labels)}/${random.hex(6)}?id=${random.between(1, 9999)}`;
const email = (random: Random): string => `${random.one(givenNames)}@${domain(random)}`;

export interface AttributeType {
  readonly type: string;
  readonly category: string;
  readonly toIds: boolean;
  readonly value: (random: Random) => string;
}
const kind = (type: string, category: string, toIds: boolean, value: AttributeType["value"]): AttributeType => ({
  type,
  category,
  toIds,
  value,
});

const kinds = {
  ipDst: kind("ip-dst", "Network activity", true, address),
  ipSrc: kind("ip-src", "Network activity", true, address),
  ipPort: kind("ip-dst|port", "Network activity", true, (r) => `${address(r)}|${r.one([25, 80, 443, 4444, 8443])}`),
  domain: kind("domain", "Network activity", true, domain),
  hostname: kind("hostname", "Network activity", true, hostname),
  domainIp: kind("domain|ip", "Network activity", true, (r) => `${domain(r)}|${address(r)}`),
  url: kind("url", "Network activity", true, url),
  agent: kind("user-agent", "Network activity", false, (r) => r.one(agents)),
  port: kind("port", "Network activity", false, (r) => String(r.one([25, 80, 443, 4444, 8443]))),
  md5: kind("md5", "Payload delivery", true, (r) => r.hex(32)),
  sha1: kind("sha1", "Payload delivery", true, (r) => r.hex(40)),
  sha256: kind("sha256", "Payload delivery", true, (r) => r.hex(64)),
  filename: kind("filename", "Payload delivery", false, (r) => r.one(files)),
  filenameMd5: kind("filename|md5", "Payload delivery", true, (r) => `${r.one(files)}|${r.hex(32)}`),
  filenameSha256: kind("filename|sha256", "Payload installation", true, (r) => `${r.one(files)}|${r.hex(64)}`),
  size: kind("size-in-bytes", "Other", false, (r) => String(r.between(900, 9_000_000))),
  emailSrc: kind("email-src", "Payload delivery", true, email),
  subject: kind("email-subject", "Payload delivery", false, (r) => `Re: ${r.one(titles)}`),
  mutex: kind("mutex", "Artifacts dropped", true, (r) => `Global\\${r.hex(8)}-lantern`),
  regkey: kind("regkey", "Persistence mechanism", true, (r) => `HKCU\\Software\\Sunbird\\Run\\${r.hex(4)}`),
  vulnerability: kind("vulnerability", "External analysis", false, (r) => `CVE-2026-${r.between(1000, 49999)}`),
  text: kind("text", "Other", false, (r) => `${r.one(titles)}\n${r.one(agents)}`),
};

/** The more often a type stands here, the more often it comes. */
export const attributeTypes: List<AttributeType> = [
  kinds.ipDst,
  kinds.ipDst,
  kinds.ipDst,
  kinds.domain,
  kinds.domain,
  kinds.url,
  kinds.url,
  kinds.sha256,
  kinds.sha256,
  kinds.hostname,
  kinds.ipSrc,
  kinds.ipPort,
  kinds.domainIp,
  kinds.md5,
  kinds.sha1,
  kinds.filenameMd5,
  kinds.filenameSha256,
  kinds.filename,
  kinds.emailSrc,
  kinds.subject,
  kinds.mutex,
  kinds.regkey,
  kinds.agent,
  kinds.vulnerability,
  kinds.text,
];

export interface Template {
  readonly name: string;
  readonly uuid: string;
  readonly metaCategory: string;
  readonly description: string;
  readonly members: List<readonly [relation: string, AttributeType]>;
}
export const templates: List<Template> = [
  {
    name: "file",
    uuid: "6d2f7e10-58c1-4b0e-9a34-1f6e2c9b7a01",
    metaCategory: "file",
    description: "A file with its names and hashes",
    members: [
      ["filename", kinds.filename],
      ["md5", kinds.md5],
      ["sha256", kinds.sha256],
      ["size-in-bytes", kinds.size],
    ],
  },
  {
    name: "domain-ip",
    uuid: "b91c03d4-7a2e-4f65-8d10-3c5f8e6a2b02",
    metaCategory: "network",
    description: "A name and the address it led to",
    members: [
      ["domain", kinds.domain],
      ["ip", kinds.ipDst],
    ],
  },
  {
    name: "ip-port",
    uuid: "2e84a6f9-0b3d-4c17-a5e2-9d7b1c4f8e03",
    metaCategory: "network",
    description: "An address and a port at a point in time",
    members: [
      ["ip", kinds.ipDst],
      ["dst-port", kinds.port],
    ],
  },
  {
    name: "email",
    uuid: "f05b9c72-46e8-4a93-b7d6-5e2a0c8d1f04",
    metaCategory: "network",
    description: "A mail by sender and subject",
    members: [
      ["from", kinds.emailSrc],
      ["subject", kinds.subject],
    ],
  },
];
export const relationships: List<string> = ["connects-to", "drops", "downloaded-from", "related-to"];
