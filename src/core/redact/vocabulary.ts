/** MISP's own words: none of them is a value to replace in a text, whoever is so called. */

/** Nothing is told by these, not even where they stand as a value. */
const nothing = /^(?:[01]?|true|false|null|yes|no|none|unknown|(?:tlp|pap):[a-z+-]+)$/i;
export const saysNothing = (text: string): boolean => nothing.test(text);

/** What has no letter, and no form that tells what it is: an id, a count, a time. */
export const isNumber = (text: string): boolean => /^[-+\d.,: ]{1,23}$/.test(text);

/** Members whose values are MISP's words. */
export const wordMembers: ReadonlySet<string> = new Set(
  "type category meta-category object_relation relationship_type action model controller request_method colour".split(
    " ",
  ),
);

const members =
  "Event Attribute ShadowAttribute Object ObjectReference RelatedEvent RelatedAttribute Org Orgc Organisation User Tag EventTag AttributeTag Galaxy GalaxyCluster Sighting Post Thread Log AuditLog Warninglist Server Role SharingGroup Note Opinion Relationship id uuid name value info comment date timestamp published analysis distribution description title contents email change action org source status uptime data";
const phrases =
  "Internal reference|Targeting data|Antivirus detection|Payload delivery|Artifacts dropped|Payload installation|Persistence mechanism|Network activity|Payload type|Attribution|External analysis|Financial fraud|Support Tool|Social network|Person|Other|file|network|financial|misc|mobile|internal|vulnerability|climate|iot|health|followthemoney|add|edit|delete|soft-delete|login|logout|publish|update|log|attached to event|detached from event|attached to attribute|detached from attribute|add_from_connected_server|edit_from_connected_server|ADMIN|http|https|ip|domain|url|md5|sha1|sha256|link|text|tlp|white|clear|green|amber|red|misp-galaxy";

export const vocabulary: readonly string[] = [...members.split(" "), ...phrases.split("|")];
