"""Updates that nobody should send: every kind of the Bot API, every kind of message, whole and mangled; all marked, all fictional.

The names are those of Bot API 10.1, as data; tests/test_hostile.py compares them with the specification where that lies beside the clone.
Everything is drawn from the given randomness, so a run can be repeated.
"""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

Json: TypeAlias = Any

UPDATES = """
message edited_message channel_post edited_channel_post business_connection business_message edited_business_message
deleted_business_messages guest_message message_reaction message_reaction_count inline_query chosen_inline_result callback_query
shipping_query pre_checkout_query purchased_paid_media poll poll_answer my_chat_member chat_member chat_join_request chat_boost
removed_chat_boost managed_bot
""".split()  # noqa: SIM905  # a list with quotes would fill a page
CONTENT = """
text rich_message animation audio document live_photo paid_media photo sticker story video video_note voice checklist contact dice game
poll venue location new_chat_members left_chat_member chat_owner_left chat_owner_changed new_chat_title new_chat_photo
delete_chat_photo group_chat_created supergroup_chat_created channel_chat_created message_auto_delete_timer_changed
migrate_to_chat_id migrate_from_chat_id pinned_message invoice successful_payment refunded_payment users_shared chat_shared gift
unique_gift gift_upgrade_sent connected_website write_access_allowed passport_data proximity_alert_triggered boost_added
chat_background_set checklist_tasks_done checklist_tasks_added direct_message_price_changed forum_topic_created forum_topic_edited
forum_topic_closed forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden giveaway_created giveaway
giveaway_winners giveaway_completed managed_bot_created paid_message_price_changed poll_option_added poll_option_deleted
suggested_post_approved suggested_post_approval_failed suggested_post_declined suggested_post_paid suggested_post_refunded
video_chat_scheduled video_chat_started video_chat_ended video_chat_participants_invited web_app_data
""".split()  # noqa: SIM905  # as above
# What a message says of itself, beside what it holds.
ABOUT = """
message_id message_thread_id direct_messages_topic from sender_chat sender_boost_count sender_business_bot sender_tag date
guest_query_id business_connection_id chat forward_origin is_topic_message is_automatic_forward reply_to_message external_reply quote
reply_to_story reply_to_checklist_task_id reply_to_poll_option_id via_bot guest_bot_caller_user guest_bot_caller_chat edit_date
has_protected_content is_from_offline is_paid_post media_group_id author_signature paid_star_count entities link_preview_options
suggested_post_info effect_id caption caption_entities show_caption_above_media has_media_spoiler reply_markup
""".split()  # noqa: SIM905  # as above
LISTS = {"photo", "new_chat_members", "new_chat_photo", "entities", "caption_entities"}  # arrays in a message
CHAT_TYPES = ("private", "group", "supergroup", "channel")

# Chats, messages and presses begin alike here and stand nowhere by chance, so that a search can look for the beginning.
FIRST_CHAT = 0x5A5A_5A5A_0000
FIRST_ELSEWHERE = FIRST_CHAT + 300  # groups and channels
FIRST_MESSAGE = 0x6B6B_6B6B_0000
FIRST_PRESS = 4_440_044_400_000_000_000
FIRST_NUMBER = 0x7C7C_7C7C_0000  # any other number: a user, a price, a size
MARK = "가상의 표식 hostile 5c1e"  # stands in every string
MARKS: dict[str, bytes | str] = {
    "chat": b"\x5a\x5a\x5a\x5a", "chat in digits": str(FIRST_CHAT)[:9], "message": b"\x6b\x6b\x6b\x6b",
    "message in digits": str(FIRST_MESSAGE)[:9], "press": str(FIRST_PRESS)[:9], "number": b"\x7c\x7c\x7c\x7c",
    "number in digits": str(FIRST_NUMBER)[:9], "text": MARK, "text begun": MARK[:8], "place": "42.94104",
    "phone": "13800138000", "username": "hostile_5c1e",
}  # fmt: skip
LATITUDE, LONGITUDE = 42.94104, 129.94104


@dataclass(frozen=True)
class Sent:
    """One update, and the message of hers in it that is to be deleted, if it is one."""

    kind: str  # what it is counted as
    body: dict[str, Json]  # without update_id
    hers: tuple[int, int] | None = None  # chat, message


class Flood:
    """Makes updates; ids of messages and presses go up."""

    def __init__(self, rng: Random) -> None:
        """`rng` decides everything that is not decided here."""
        self.rng = rng
        self._message, self._press = FIRST_MESSAGE, FIRST_PRESS

    # --- parts ---

    def chat(self, most: int = 200) -> int:
        """Some chat of the crowd."""
        return FIRST_CHAT + self.rng.randrange(most)

    def place(self, chat_type: str) -> int:
        """Some chat of the crowd, or, when it is not private, one of those that nothing may ever be sent to."""
        return self.chat() if chat_type == "private" else FIRST_ELSEWHERE + self.rng.randrange(100)

    def next_message(self) -> int:
        """A message id that was not there before."""
        self._message += 1
        return self._message

    def next_press(self) -> str:
        """A press's id that was not there before."""
        self._press += 1
        return str(self._press)

    def person(self) -> dict[str, Json]:
        """Somebody with everything that Telegram tells of a person."""
        return {
            "id": FIRST_NUMBER + 1, "is_bot": False, "first_name": MARK, "last_name": MARK, "username": "hostile_5c1e",
            "language_code": "ko", "is_premium": True,
        }  # fmt: skip

    def thing(self) -> dict[str, Json]:
        """An object with what is worst in any: place, number, names, files."""
        return {
            "file_id": MARK, "file_unique_id": MARK, "file_size": FIRST_NUMBER + 2, "phone_number": "+8613800138000", "vcard": MARK,
            "first_name": MARK, "user_id": FIRST_NUMBER + 3, "latitude": LATITUDE, "longitude": LONGITUDE, "live_period": 86_400,
            "heading": 5, "horizontal_accuracy": 1.5, "title": MARK, "address": MARK, "text": MARK, "question": MARK, "currency": "XTR",
            "total_amount": FIRST_NUMBER + 4, "invoice_payload": MARK, "data": MARK, "emoji": "🧭", "user": self.person(),
        }  # fmt: skip

    def content(self, kind: str) -> Json:
        """What a message holds, of one kind."""
        if kind == "text":
            return MARK
        if kind == "pinned_message":
            return self.message(self.chat(), "private", "text")
        if kind.startswith("migrate_"):
            return FIRST_NUMBER + 5
        return [self.thing(), self.thing()] if kind in LISTS else self.thing()

    def message(self, chat: int, chat_type: str, *kinds: str, full: bool = False) -> dict[str, Json]:
        """A message in a chat with this content; with `full`, it says of itself whatever can be said."""
        made: dict[str, Json] = {name: self.content(name) for name in ABOUT} if full else {}
        made |= {"message_id": self.next_message(), "date": 1_764_000_000, "from": self.person()}
        made |= {"chat": {"id": chat, "type": chat_type, "first_name": MARK, "title": MARK, "username": "hostile_5c1e"}}
        return made | {kind: self.content(kind) for kind in kinds}

    # --- whole updates ---

    def told(self, kind: str, inner: dict[str, Json], chat: int, chat_type: str, counted: str) -> Sent:
        """An update of a kind about a message; hers when it stands in a private chat and is written or edited by her."""
        hers = chat_type == "private" and kind in ("message", "edited_message")
        return Sent(counted, {kind: inner}, (chat, inner["message_id"]) if hers else None)

    def every_kind_of_update(self) -> Iterator[Sent]:
        """Each in every kind of chat, bare and with everything in it that can be."""
        for kind in UPDATES:
            for chat_type in CHAT_TYPES:
                for full in (False, True):
                    chat = (
                        self.place(chat_type) if kind != "my_chat_member" else FIRST_CHAT + 500 + self.rng.randrange(50)
                    )
                    inner = self.message(chat, chat_type, *(CONTENT if full else ()), full=full)
                    if kind not in ("message", "edited_message"):
                        inner |= self.thing() | {
                            "id": self.next_press(),
                            "message": self.message(chat, chat_type, "text"),
                        }
                        inner |= {"new_chat_member": {"status": self.rng.choice(["kicked", "member", "left"])}}
                    yield self.told(kind, inner, chat, chat_type, f"update {kind}")

    def every_kind_of_message(self) -> Iterator[Sent]:
        """Each as new, as edited, forwarded, in a channel and through a business, in every kind of chat."""
        for kind in CONTENT:
            for update in ("message", "edited_message", "channel_post", "business_message"):
                for chat_type in ("private", "group"):
                    chat = self.place(chat_type)
                    inner = self.message(chat, chat_type, kind)
                    if self.rng.random() < 0.5:
                        inner |= {"forward_origin": {"type": "user", "sender_user": self.person()}, "caption": MARK}
                    yield self.told(update, inner, chat, chat_type, f"message with {kind}")

    def live_locations(self) -> Iterator[Sent]:
        """One location, and its edits as somebody walks."""
        chat = self.chat()
        inner = self.message(chat, "private", "location")
        yield self.told("message", inner, chat, "private", "live location")
        for _ in range(20):
            inner = inner | {
                "edit_date": 1_764_000_001,
                "location": self.thing() | {"longitude": LONGITUDE + self.rng.random()},
            }
            yield self.told("edited_message", inner, chat, "private", "live location, edited")

    def starts(self, chats: Sequence[int]) -> Iterator[Sent]:
        """The front page asked for, from many chats, with payloads that may be tied to a person."""
        for chat in chats:
            text = self.rng.choice(["/start", f"/start {MARK}", "/menu", "/START@hostile_5c1e", "/start\n" + MARK])
            inner = self.message(chat, "private") | {"text": text}
            yield self.told("message", inner, chat, "private", "/start")

    def texts(self, chats: Sequence[int], many: int) -> Iterator[Sent]:
        """Texts of all sorts: long, empty, in every script, with numbers, with distress, with odd signs."""
        for _ in range(many):
            chat = self.rng.choice(chats)
            inner = self.message(chat, "private") | {"text": self.text()}
            yield self.told("message", inner, chat, "private", "text")

    def text(self) -> str:
        """One of them; always marked, but for those that mean something only when they are alone."""
        rng = self.rng
        piece = rng.choice(
            [
                "가",
                "一",
                "1 ",
                "@a",
                "\u0301\u0316",
                "\ufdfa",
                "\ud800",
                "\x00",
                "죽고",
                "\u202e",
                "🧭",
                "[a](b)<b>",
                "' OR 1=1;--",
            ]
        )
        alone = [
            "그만",
            "删除",
            "1234 5678 9012 3452",
            "",
            " ",
            "/",
            "/start" * 9,
            "죽고 싶어요",
            "关起来",
            "+8613800138000",
        ]
        return rng.choice(
            [MARK, (piece * 4096)[:4080] + MARK, f"{MARK}{piece}", f"不想活 {MARK} 13800138000", rng.choice(alone)]
        )

    def presses(self, chats: Sequence[int], forged: Sequence[str]) -> Iterator[Sent]:
        """Buttons that were never there, or are not there now, one after another in the given chats."""
        for position, data in enumerate(forged):
            yield self.press(chats[position % len(chats)], data)

    def press(self, chat: int, data: Json, message: int | None = None, kind: str = "forged press") -> Sent:
        """A button pressed under a message."""
        under = self.message(chat, "private") | ({} if message is None else {"message_id": message})
        return Sent(
            kind, {"callback_query": {"id": self.next_press(), "from": self.person(), "message": under, "data": data}}
        )

    def data(self, many: int) -> list[str]:
        """What may stand behind a button, of up to 64 bytes and beyond, none of it ours."""
        rng = self.rng
        odd = [
            "",
            ":",
            "::::",
            "x" * 64,
            "x" * 62 + ":1",
            "x" * 65 + ":1",
            "가" * 21,
            "가" * 20 + ":1",
            "a:\ud800",
            "a:b\x00",
            "../../etc:1",
            "nav.wipe",
            "a0_open",
        ]
        return [rng.choice([*odd, *(f"{MARK[-12:]}:{rng.randrange(10**9)}" for _ in odd)]) for _ in range(many)]

    def leaving(self, many: int) -> Iterator[Sent]:
        """Blocked, unblocked and odd changes of membership, in chats of their own."""
        for _ in range(many):
            chat = FIRST_CHAT + 500 + self.rng.randrange(50)
            statuses: list[Json] = ["kicked", "member", "left", "", None, 5, []]
            status = self.rng.choice(statuses)
            inner = self.message(chat, self.rng.choice(CHAT_TYPES)) | {"new_chat_member": {"status": status}}
            yield Sent("membership", {"my_chat_member": inner})

    # --- broken updates ---

    def mangled(self, many: int, whole: Sequence[Sent]) -> Iterator[Sent]:
        """Whole updates with something of the wrong type somewhere; in chats of their own, for anything may come of them."""
        for _ in range(many):
            body = json.loads(json.dumps(self.rng.choice(whole).body))
            _moved(body, FIRST_CHAT + 600 + self.rng.randrange(50))
            for _ in range(self.rng.randrange(1, 4)):
                self._broken(body)
            yield Sent("mangled", body)

    def _broken(self, body: Json) -> None:
        """Put something odd in place of one value, somewhere."""
        node = body
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            if not keys:
                return
            key = self.rng.choice(keys)
            if not isinstance(node[key], dict | list) or self.rng.random() < 0.3:
                node[key] = self.odd()
                return
            node = node[key]

    def odd(self) -> Json:
        """A value that is hardly ever right."""
        deep: Json = MARK
        for _ in range(self.rng.choice([2, 50, 400])):
            deep = {"chat": deep} if self.rng.random() < 0.5 else [deep]
        values: list[Callable[[], Json]] = [
            lambda: None, lambda: True, lambda: False, lambda: 0, lambda: -1, lambda: 2**52, lambda: 2**63, lambda: 10**300, lambda: 1e308,
            lambda: math.nan, lambda: math.inf, lambda: 1.5, lambda: "", lambda: MARK, lambda: "\ud800", lambda: "\udfff" + MARK,
            lambda: "\x00", list, dict, lambda: [[]], lambda: {"": {}}, lambda: {"id": {"id": 1}}, lambda: deep, lambda: "private",
            lambda: [MARK] * 50, lambda: {MARK: MARK}, lambda: "9" * 400,
        ]  # fmt: skip
        return self.rng.choice(values)()


def _moved(body: Json, chat: int) -> None:
    """Let an update be about another chat, wherever one is named."""
    for value in body.values() if isinstance(body, dict) else body:
        if isinstance(value, dict | list):
            _moved(value, chat)
    if isinstance(body, dict) and isinstance(body.get("chat"), dict):
        body["chat"]["id"] = chat


def as_sent(body: dict[str, Json]) -> dict[str, Json]:
    """As it arrives: through JSON."""
    arrived: dict[str, Json] = json.loads(json.dumps(body))
    return arrived
