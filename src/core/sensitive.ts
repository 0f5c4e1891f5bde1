/** What is masked until a person reveals it: secrets, and the addresses of people. */

/** Stands for a masked value. */
export const MASKED = "masked";

/** What names of secrets end in; `authkey_id` names an id and is none, MISP's `authkey_start` is a part of one. */
const secrets = [
  ...["auth_?key(?:_start|_end)?", "api_?key", "gpg_?key", "pgp_?key", "certif_public"],
  ...["passw(?:or)?d", "passphrase", "secret", "token"],
];
/** Of people: `email`, `user_email`, `event_creator_email`, an organisation's `contacts`. */
const people = ["(?:^|[._-])e-?mail", "(?:^|[._])contacts"];
const endings = [...secrets, ...people].join("|");
const name = new RegExp(`(?:${endings})$`, "i");
/** Source of an expression for the ends of names of secrets. */
export const secretNames = secrets.join("|");
const secretName = new RegExp(`(?:${secretNames})$`, "i");
const step = new RegExp(`(?:${endings})(?=$|\\.)`, "i");

/** The value of a member so named is masked, with all it holds. */
export const isMaskedName = (text: string): boolean => name.test(text);

/** The value of a member so named is a secret, not merely masked as an address is. */
export const isSecretName = (text: string): boolean => secretName.test(text);

/** One of the names in a dotted path, `User.authkey`, masks what it leads to. */
export const isMasked = (path: string): boolean => step.test(path);

/** Texts of MISP's logs that repeat what was changed or asked: old and new keys, passwords, addresses. */
const telling = new Set(["Log.change", "Log.title", "Log.description", "AuditLog.model_title", "request", "url"]);

/** The text at this path, from the payload's root, is masked where it `tellsSecret`. */
export const isTelling = (path: string): boolean => telling.has(path);

/** As a change, a form, a query or JSON name a value: `authkey (old) => (new)`, `password=`, `"gpgkey":`. */
const named = new RegExp(`(?:${secretNames})["'\\\\\\])]*\\s*[(=:]`, "i");
const address = /[^\s"'(<]@[^\s"')>]/;

/** The text names a secret and, it may be, says it; a title that speaks of passwords does not. */
export const namesSecret = (text: string): boolean => named.test(text);

/** The text names a secret or holds an e-mail address. */
export const tellsSecret = (text: string): boolean => namesSecret(text) || address.test(text);
