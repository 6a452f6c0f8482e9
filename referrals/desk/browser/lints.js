/**
 * The lints of "Safe in her hands", as one writes: what would betray, promise, ask or frighten, and what she may not know.
 *
 * Hard are those of which domain.md 2.3 says that they must never reach her: N5 (a number, a link, an address, a name on a
 * messenger), N9 (ways and transport), N10 (money). The others are said with their reason, and the caseworker decides.
 */
import generated from "./lists.js";

/** @typedef {"ko"|"zh"} Tongue */
/** @typedef {{rule: string, found: string, hard: boolean}} Finding */

export const MAX_TEXT = 300; // code points; as reply.MAX_TEXT

const HARD = new Set(["phone", "link", "street", "money", "transport"]);
// Digits of a number that can be called, whatever stands between them; a return code or a year and a day are shorter or not needed.
const PHONE = /(?:\+|00)?(?:[0-9０-９][\s\-.()·・\u2010-\u2015]?){7,}/u;
const LINK = /https?:|www\.|(?<![\p{L}\p{N}])@[A-Za-z0-9_]{3,}|[\p{L}\p{N}._-]+@[\p{L}\p{N}.-]+|\b[a-z0-9-]+\.(?:com|net|org|me|kr|cn|info|io|app|link|co|cc|top)\b|(?:微信|위챗|wechat|telegram|텔레그람|카카오톡?|kakao)\s*(?:号|id|아이디|:|：)/iu;
const STREET = /[가-힣]+(?:로|길|동|번지)\s?[0-9]+|[0-9]+\s?(?:번지|호실|동\s?[0-9]+호)|[0-9０-９一二三四五六七八九十百]+\s?(?:号楼|弄|单元|室|栋|门牌)|(?:路|街|巷|胡同)\s?[0-9０-９]+\s?号?/u;
const PLACE_KO = /(?:연길|심양|장춘|대련|단동|북경|상해|청도|연태|위해|하얼빈|훈춘|도문|용정|곤명|광주|서울|부산|인천|평양|회령|무산|혜산|신의주|방콕|비엔티안)/u;
const PLACE_ZH = /延吉|沈阳|长春|大连|丹东|北京|上海|青岛|烟台|威海|哈尔滨|珲春|图们|龙井|昆明|广州|首尔|平壤|会宁|惠山|新义州|曼谷|万象|[\u4e00-\u9fff]{2}(?:省|镇|乡|街道)/u;
const HANGUL = /[가-힣]/u;
const HAN = /[\u4e00-\u9fff]/u;
const SENTENCES = /[^.?!…。？！]+[.?!…。？！]?/gu;
const FORMAL = /(?:니다|니까|십시오|[0-9])$/u; // R1; as tools/wording/speech._FORMAL
const CLAUSES = /[，。？！：；,.?!:;]/u;

const RULES = generated.rules.map(({ rule, lang, pattern, unless }) => ({
  rule: rule === "address" ? "title" : rule, // a way of addressing her; here an address is where somebody lives
  lang,
  search: new RegExp(pattern, "iu"),
  unless: unless ? new RegExp(unless, "giu") : null,
}));

/** Every rule that can be found, for the words that say why. */
export const RULE_NAMES = [
  ...new Set([...RULES.map(({ rule }) => rule), "phone", "link", "street", "place", "latin", "ending", "long_sentence", "long_text", "check_word"]),
];

/** The language that a text is written in, by its letters. @param {string} text @returns {Tongue | null} */
export const tongueOf = (text) => (HANGUL.test(text) ? "ko" : HAN.test(text) ? "zh" : null);

/**
 * What is wrong with a reply, the hard ones first.
 * @param {string} text
 * @param {string} [checkWord]  her word in the language of the text: the reply is to hold it
 * @returns {Finding[]}
 */
export function findings(text, checkWord) {
  const tongue = tongueOf(text);
  const speech = checkWord ? text.replace(checkWord, "").replace(/^\s*[.。]/u, "") : text; // her word alone is no sentence
  const found = [...ofContact(text), ...ofLists(text, tongue), ...ofSpeech(speech, tongue)];
  if (checkWord && !text.includes(checkWord)) found.push({ rule: "check_word", found: checkWord });
  return found
    .map((each) => ({ ...each, hard: HARD.has(each.rule) }))
    .sort((one, other) => Number(other.hard) - Number(one.hard));
}

/** @typedef {{rule: string, found: string}} Hit */

/** @param {string} text @returns {Hit[]} */
function ofContact(text) {
  const plain = text.normalize("NFKC");
  return /** @type {[string, RegExp][]} */ ([
    ["phone", PHONE],
    ["link", LINK],
    ["street", STREET],
    ["place", PLACE_KO],
    ["place", PLACE_ZH],
  ]).flatMap(([rule, search]) => hit(rule, search, plain));
}

/** @param {string} text @param {Tongue | null} tongue @returns {Hit[]} */
function ofLists(text, tongue) {
  return RULES.filter(({ lang }) => lang === tongue).flatMap(({ rule, search, unless }) =>
    hit(rule, search, unless ? text.replace(unless, " ") : text),
  );
}

/** @param {string} rule @param {RegExp} search @param {string} text @returns {Hit[]} */
function hit(rule, search, text) {
  const match = search.exec(text);
  return match ? [{ rule, found: match[0].trim() }] : [];
}

/** @param {string} text @param {Tongue | null} tongue @returns {Hit[]} */
function ofSpeech(text, tongue) {
  if (tongue === null) return text.trim() ? [{ rule: "latin", found: "" }] : [];
  return [...hit("latin", /[A-Za-z]+/u, text), ...(tongue === "ko" ? korean(text) : chinese(text))];
}

/** @param {string} text @returns {Hit[]} */
function korean(text) {
  const { korean_sentence, korean_screen } = generated.limits;
  /** @type {Hit[]} */
  const found = [];
  for (const sentence of (text.match(SENTENCES) ?? []).map((each) => each.trim()).filter((each) => HANGUL.test(each))) {
    if (!FORMAL.test(sentence.replace(/[.?!…:]+$/u, ""))) found.push({ rule: "ending", found: sentence });
    if (count(sentence, /[가-힣0-9]/gu) > korean_sentence) found.push({ rule: "long_sentence", found: sentence });
  }
  if (count(text, /[가-힣0-9]/gu) > korean_screen) found.push({ rule: "long_text", found: "" });
  return found;
}

/** @param {string} text @returns {Hit[]} */
function chinese(text) {
  const { chinese_clause, chinese_screen } = generated.limits;
  const long = text.split(CLAUSES).filter((clause) => count(clause, /[\u4e00-\u9fff0-9]/gu) > chinese_clause);
  const whole = count(text, /[\u4e00-\u9fff0-9]/gu) > chinese_screen ? [{ rule: "long_text", found: "" }] : [];
  return [...long.map((found) => ({ rule: "long_sentence", found })), ...whole];
}

/** @param {string} text @param {RegExp} letters @returns {number} */
const count = (text, letters) => text.match(letters)?.length ?? 0;
