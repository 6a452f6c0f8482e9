/**
 * The fields of Primero/GBVIMS+ that a referral can fill, for manual import (domain.md 6.4). What only a caseworker may judge stays
 * blank or is a hint: no type of violence is derived, no danger is called low, and security is never told in the four countries.
 */

/** @typedef {Readonly<Record<string, string>>} Fields  by Primero's own names; an absent field is left as it is */

/** Need -> the service fields it asks for (domain.md 1.7). */
const SERVICES = /** @type {Record<string, string[]>} */ ({
  n_place: ["service_safehouse_referral"],
  n_leave: ["service_protection_referral"],
  n_path: ["service_protection_referral", "service_legal_referral"],
  n_med: ["service_medical_referral"],
  n_preg: ["service_medical_referral"],
  n_mind: ["service_psycho_referral"],
  n_talk: ["service_psycho_referral"],
  n_legal: ["service_legal_referral"],
  n_caught: ["service_legal_referral"],
  n_food: ["service_livelihoods_referral"],
});
/** Need -> the sector that her consent to this partner covers. */
const SECTORS = /** @type {Record<string, string[]>} */ ({
  n_place: ["safehouse"],
  n_leave: ["protection"],
  n_path: ["protection", "legal"],
  n_med: ["health"],
  n_preg: ["health"],
  n_mind: ["psychosocial"],
  n_talk: ["psychosocial"],
  n_legal: ["legal"],
  n_caught: ["legal"],
  n_food: ["livelihoods"],
  n_child: ["other"],
  n_family: ["other"],
  n_phone: ["other"],
  n_scam: ["other"],
});
const ALL_SECTORS = ["security", "psychosocial", "health", "safehouse", "legal", "protection", "livelihoods", "other"];
/** Where being told to the security sector can mean being sent back. */
const NO_SECURITY = new Set(["CN", "LA", "VN", "RU"]);
/** Situations that are hints for the caseworker's own classification, as text. */
const HINTS = ["s_union", "s_camera", "s_forced", "s_notfree", "s_debt", "s_papers", "s_scamwork"];
/** Of these, the ones that hint at trafficking (the marks of AHTST: papers held, debt, not free, made to work). */
const TRAFFICKING = new Set(["s_camera", "s_forced", "s_debt", "s_papers", "s_scamwork"]);

/**
 * The fields of one case: what its packets say together.
 * @param {readonly import("./referral.js").Referral[]} referrals
 * @param {(code: string) => string} word  a situation in words
 * @returns {Fields}
 */
export function gbvimsFields(referrals, word) {
  const packets = referrals.map(({ packet }) => packet);
  const needs = new Set(packets.flatMap((packet) => packet.needs ?? []));
  const situations = [...new Set(packets.flatMap((packet) => packet.situations ?? []))];
  const danger = packets.map((packet) => packet.danger).filter((each) => each !== undefined);
  const hints = situations.filter((each) => HINTS.includes(each));
  const envelope = referrals[0].envelope;
  return {
    survivor_code: envelope.referral_id,
    ...(danger.length > 0 ? { risk_level: danger.includes("high") ? "high" : "medium" } : {}),
    ...Object.fromEntries([...needs].flatMap((need) => SERVICES[need] ?? []).map((field) => [field, "referred"])),
    ...(hints.length > 0 ? { classification_hint: hints.map(word).join("; ") } : {}),
    ...(hints.some((each) => TRAFFICKING.has(each)) ? { abduction_status_time_of_incident: "trafficked" } : {}),
    ...consents(needs, packets, envelope.partner),
    ...(packets.some((packet) => packet.with?.includes("w_u18")) ? { age_hint: "<18", unaccompanied_separated_status: "" } : {}),
  };
}

/**
 * Her consent names one partner, and what she needs says for which sectors. Statistics are another consent, which stays in the bot.
 * @param {Set<string>} needs @param {readonly import("./referral.js").Packet[]} packets @param {string} partner @returns {Fields}
 */
function consents(needs, packets, partner) {
  const given = new Set([...needs].flatMap((need) => SECTORS[need] ?? []));
  const closed = packets.some(({ country }) => country === undefined || country === "other" || NO_SECURITY.has(country));
  return Object.fromEntries(
    ALL_SECTORS.flatMap((sector) => {
      const name = `consent_to_share_info_by_${sector}`;
      if (sector === "security") return closed ? [[name, "false"]] : [];
      return given.has(sector) ? [[name, "true"], [`${name}_organization`, partner]] : [[name, "false"]];
    }),
  );
}

/**
 * The fields as a table of one row, and as JSON in the shape of a Primero case.
 * @param {Fields} fields @returns {string[][]}
 */
export const gbvimsTable = (fields) => [Object.keys(fields), Object.values(fields)];

/** @param {Fields} fields @returns {string} */
export function gbvimsJson(fields) {
  const booleans = Object.entries(fields).map(([name, value]) => [name, value === "true" ? true : value === "false" ? false : value]);
  return `${JSON.stringify({ data: Object.fromEntries(booleans) }, null, 2)}\n`;
}
