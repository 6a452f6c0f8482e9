// The practice phone's page. It shows what the server's stream says and sends what is pressed or typed; it decides nothing.
// Text is put in with textContent only: what the bot sends is never read as HTML.
"use strict";

const at = (id) => document.getElementById(id);
const MEDIA = {
  photo: "Photo", location: "Location", contact: "Contact card", voice: "Voice message", video: "Video",
  video_note: "Round video", document: "Document", audio: "Sound file", sticker: "Sticker",
};

let chat = 0; // id of the chat shown
let stream = null; // the EventSource of that chat
let phone = null; // what the phone shows, as it last came
const arrived = new Map(); // referral id -> its number on this page, in the order in which they came
let reading = ""; // id of the referral that is open
const drawn = new Map(); // message id -> the JSON its node was drawn from

// ---------------------------------------------------------------------------------------------------------- small things

function node(kind, properties = {}, ...children) {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// The page is told no language, so the script decides: Hangul is Korean, Han alone Chinese.
function languageOf(text) {
  if (/\p{Script=Hangul}/u.test(text)) return "ko";
  return /\p{Script=Han}/u.test(text) ? "zh-Hans" : "en";
}

// Where lines of both languages stand together (the front page), each is marked: the same character is drawn differently in each.
function put(element, text, language = languageOf(text)) {
  element.lang = language;
  const lines = text.split("\n");
  if (language === "ko" && lines.some((line) => languageOf(line) === "zh-Hans")) {
    const marked = lines.map((line) => (line ? node("span", { lang: languageOf(line), textContent: line }) : ""));
    element.replaceChildren(...marked.flatMap((line, place) => (place ? ["\n", line] : [line])));
  } else element.textContent = text;
}

async function ask(path, body) {
  const sent = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  };
  let answer;
  try {
    answer = await fetch(path, sent);
  } catch {
    at("status").textContent = "The practice server does not answer. Is it still running?";
    return null;
  }
  const content = await answer.json().catch(() => null);
  at("status").textContent = answer.ok ? "" : (content?.error ?? "The practice server could not do that.");
  return answer.ok ? content : null;
}

const act = (name, body = {}) => ask(`/practice/persons/${chat}/${name}`, body);

// ------------------------------------------------------------------------------------------------------------- the phone

function messageNode(message, newest) {
  const said = node("p", { className: "said" });
  put(said, message.media ? `[${MEDIA[message.media]}] ${message.text}`.trim() : message.text);
  if (newest) said.dataset.testid = "phone-text";
  const time = new Date(message.date * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const marks = [message.protected && "can't be forwarded", message.edited && "edited", time].filter(Boolean).join(" · ");
  const bubble = node("div", { className: "bubble" }, said, node("p", { className: "meta", lang: "en", textContent: marks }));
  const made = node("div", { className: message.from_bot ? "message" : "message mine" }, bubble);
  made.dataset.message = message.id;
  if (message.rows.length) made.append(keyboardNode(message));
  return made;
}

function keyboardNode(message) {
  const rows = message.rows.map((row) => node("div", { className: "row" }, ...row.map((button) => {
    const made = node("button", { type: "button" });
    put(made, button.text);
    made.dataset.data = button.callback_data;
    made.addEventListener("click", () => {
      made.setAttribute("aria-busy", "true");
      act("press", { message_id: message.id, data: button.callback_data });
    });
    return made;
  })));
  return node("div", { className: "keyboard" }, ...rows);
}

function showMessages() {
  const log = at("log");
  const newest = phone.messages.filter((message) => message.from_bot).at(-1)?.id;
  const there = new Set(phone.messages.map((message) => String(message.id)));
  for (const old of log.querySelectorAll("[data-message]")) {
    if (!there.has(old.dataset.message)) { old.remove(); drawn.delete(Number(old.dataset.message)); }
  }
  log.querySelector(".about")?.remove();
  for (const message of phone.messages) {
    const wanted = JSON.stringify([message, message.id === newest]);
    const old = log.querySelector(`[data-message="${message.id}"]`);
    if (old && drawn.get(message.id) === wanted) {
      old.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
      continue;
    }
    redraw(log, old, messageNode(message, message.id === newest));
    drawn.set(message.id, wanted);
  }
  if (!phone.messages.length) {
    const about = node("p", { className: "about" });
    put(about, phone.description || "No messages here yet.");
    log.append(about);
  }
}

const screenOf = (button) => button?.dataset.data?.split(":")[0];

// Another text is read from its beginning; where only buttons changed, nothing moves. The focus stays with the screen.
function redraw(log, old, fresh) {
  const focused = old?.contains(document.activeElement) ? document.activeElement : null;
  const place = focused ? [...old.querySelectorAll("button")].indexOf(focused) : 0;
  const unmoved = old && old.querySelector(".said").textContent === fresh.querySelector(".said").textContent;
  const stood = log.scrollTop;
  if (old) old.replaceWith(fresh); else log.append(fresh);
  log.scrollTop = unmoved ? stood : fresh.offsetTop - log.offsetTop - 12; // pixels of room above it
  if (!focused) return;
  const buttons = [...fresh.querySelectorAll("button")];
  const wanted = screenOf(buttons[place]) === screenOf(focused) ? buttons[place] : buttons[0];
  const seen = wanted && wanted.getBoundingClientRect().bottom <= log.getBoundingClientRect().bottom;
  (seen ? wanted : log).focus({ preventScroll: true }); // a long text first: the arrows scroll it, Tab goes to its buttons
}

function showDown() {
  const log = at("log");
  at("down").hidden = log.scrollHeight - log.scrollTop - log.clientHeight < 24; // pixels; less hides no button
}

function showNotice() {
  const notice = phone.notice;
  put(at("lock-line"), notice ? notice.text : "Nothing.");
  at("lock-note").textContent = notice
    ? (notice.silent ? "It came without a sound, but it is shown all the same." : "It came with a sound.")
    : "No message from the bot stands in the chat.";
  const shown = at("locked-notice");
  shown.replaceChildren();
  const text = node("span");
  put(text, notice ? notice.text : "No notices");
  if (notice) shown.append(node("b", { textContent: phone.bot_name, lang: languageOf(phone.bot_name) }));
  shown.append(text);
}

function showPhone() {
  put(at("bot-name"), phone.bot_name);
  put(at("toast"), phone.toast);
  at("block").textContent = phone.blocked ? "Unblock the bot" : "Block the bot";
  at("block").dataset.act = phone.blocked ? "unblock" : "block";
  at("start").hidden = phone.opened && phone.messages.length > 0;
  at("writing").hidden = !at("start").hidden;
  showMessages();
  showDown();
  showNotice();
  at("phone").dataset.version = phone.version;
  showEnglish();
}

function lock(locked) {
  at("locked").hidden = !locked;
  at("chat").hidden = locked;
  at("lock").setAttribute("aria-pressed", String(locked));
  at("clock").textContent = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  (locked ? at("unlock") : at("log")).focus();
}

// ------------------------------------------------------------------------------------------------------ beside the phone

let englishAsked = 0; // only the newest answer is shown

async function showEnglish() {
  const on = at("english").getAttribute("aria-checked") === "true";
  at("english-panel").hidden = !on;
  if (!on) return;
  const asked = ++englishAsked;
  const screen = await ask(`/practice/persons/${chat}/english`);
  if (asked !== englishAsked) return;
  at("english-text").textContent = screen ? screen.text : "There is no English wording for this screen.";
  at("english-buttons").replaceChildren(...(screen?.rows ?? []).flat().map((label) => node("li", { textContent: label })));
}

const size = (bytes) => (bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KiB (${bytes} bytes)`);

function referralNode(referral, number) {
  const facts = node("dl", { className: "facts" });
  const rows = [["Partner", referral.partner], ["Urgency", referral.klass], ["State", referral.state],
    ["Created", referral.created], ["Size", size(referral.size)]];
  for (const [name, value] of rows) {
    const shown = node("dd");
    put(shown, String(value));
    facts.append(node("dt", { textContent: name }), shown);
  }
  const path = `/practice/casework/${encodeURIComponent(referral.referral_id)}`;
  const open = node("button", { type: "button", textContent: "Open as the caseworker" });
  open.dataset.testid = `open-${number}`;
  open.addEventListener("click", () => { reading = referral.referral_id; showOpened(number); });
  const keep = node("a", { href: `${path}/sealed`, download: "", textContent: "Download the sealed file" });
  const desk = referral.desk ? [node("a", { href: referral.desk, target: "_blank", rel: "noopener", textContent: "Open it at the desk" })] : [];
  const head = node("p", { className: "head", textContent: `${referral.head_hex} …` });
  head.setAttribute("aria-label", "First bytes of the sealed file");
  const made = node("li", {}, node("h3", { textContent: `Referral ${number}` }), facts,
    node("p", { className: "note", textContent: "What it looks like without the key:" }), head,
    node("div", { className: "acts" }, ...desk, open, keep));
  made.dataset.testid = `referral-${number}`;
  made.dataset.referral = referral.referral_id;
  made.dataset.partner = referral.partner;
  return made;
}

function showCasework(referrals) {
  at("casework-panel").hidden = referrals === null;
  if (referrals === null) return;
  at("no-referrals").hidden = referrals.length > 0;
  const focused = document.activeElement?.dataset?.testid;
  for (const { referral_id: id } of referrals) if (!arrived.has(id)) arrived.set(id, arrived.size + 1);
  const ordered = referrals.map((referral) => [arrived.get(referral.referral_id), referral]).sort(([a], [b]) => a - b);
  at("referrals").replaceChildren(...ordered.map(([number, referral]) => referralNode(referral, number)));
  if (focused?.startsWith("open-")) at("referrals").querySelector(`[data-testid="${focused}"]`)?.focus();
}

async function showOpened(number) {
  const language = at("language").value;
  const opened = await ask(`/practice/casework/${encodeURIComponent(reading)}/opened?lang=${language}`);
  if (!opened) return;
  if (number) at("opened-heading").textContent = `Referral ${number}, opened`;
  put(at("opened"), opened.text, language === "zh" ? "zh-Hans" : language);
  at("opened-area").hidden = false;
  at("opened").focus();
}

// ---------------------------------------------------------------------------------------------------------------- persons

async function listPersons() {
  const persons = await ask("/practice/persons") ?? [];
  at("person").replaceChildren(...persons.map((person) => node("option", { value: person.chat, textContent: `Person ${person.number}` })));
  return persons;
}

function show(chosen) {
  chat = chosen;
  at("person").value = String(chosen);
  location.hash = String(chosen);
  stream?.close();
  drawn.clear();
  at("log").replaceChildren();
  stream = new EventSource(`/practice/persons/${chat}/events`);
  stream.addEventListener("phone", (event) => { phone = JSON.parse(event.data); showPhone(); });
  stream.addEventListener("casework", (event) => showCasework(JSON.parse(event.data)));
  stream.addEventListener("open", () => { at("status").textContent = ""; });
  stream.addEventListener("error", () => { at("status").textContent = "The practice server does not answer. Is it still running?"; });
}

async function newPerson() {
  const person = await ask("/practice/persons", {});
  if (!person) return;
  await listPersons();
  show(person.chat);
}

// ------------------------------------------------------------------------------------------------------------------ start

at("person").addEventListener("change", () => show(Number(at("person").value)));
at("new-person").addEventListener("click", newPerson);
at("lock").addEventListener("click", () => lock(at("locked").hidden));
at("unlock").addEventListener("click", () => lock(false));
at("log").addEventListener("scroll", showDown);
at("down").addEventListener("click", () => { at("log").scrollTop = at("log").scrollHeight; at("log").focus({ preventScroll: true }); });
at("start").addEventListener("click", async () => {
  if (phone.blocked) await act("unblock");
  await act("open");
});
at("language").addEventListener("change", () => reading && showOpened());
at("english").addEventListener("click", () => {
  at("english").setAttribute("aria-checked", String(at("english").getAttribute("aria-checked") !== "true"));
  showEnglish();
});
at("writing").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = at("text").value;
  if (text.trim() && await act("type", { text })) at("text").value = "";
});
for (const [kind, label] of Object.entries(MEDIA)) {
  const made = node("button", { type: "button", textContent: label });
  made.dataset.testid = `media-${kind}`;
  made.addEventListener("click", () => { at("menu").open = false; act("send", { kind }); });
  at("media").append(made);
}
for (const made of document.querySelectorAll("[data-act]")) {
  made.addEventListener("click", () => { at("menu").open = false; act(made.dataset.act); });
}
at("menu").addEventListener("keydown", (event) => {
  if (event.key === "Escape") { at("menu").open = false; at("menu").querySelector("summary").focus(); }
});

(async () => {
  const persons = await listPersons();
  const wanted = persons.find((person) => String(person.chat) === location.hash.slice(1)) ?? persons.at(0);
  if (wanted) show(wanted.chat); else await newPerson();
})();
