"""Who writes to the bot: invented persons, with marks that no real text holds, so that a leak test can search for them."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.practice.answers import Json

FIRST_CHAT_ID = 8_808_808_001  # user ids have more than 32 bits today; all of ours begin with 8808808
FIRST_NAME_MARK = "FictionalFirst"
LAST_NAME_MARK = "FictionalLast"
USERNAME_MARK = "fictional_user_"
PHONE_MARK = "+99900010"  # +999 is not assigned to any country (ITU E.164, list of assigned country codes)
LATITUDE_MARK = 0.880881  # in the Gulf of Guinea: nobody's home
CAPTION_MARK = "fictional caption"
FILE_MARK = "FictionalFile"
MARKS = (
    "8808808",
    FIRST_NAME_MARK,
    LAST_NAME_MARK,
    USERNAME_MARK,
    PHONE_MARK,
    str(LATITUDE_MARK),
    CAPTION_MARK,
    FILE_MARK,
)

Media: TypeAlias = Literal[
    "photo", "location", "contact", "voice", "video", "video_note", "document", "audio", "sticker"
]
MEDIA: tuple[Media, ...] = (
    "photo", "location", "contact", "voice", "video", "video_note", "document", "audio", "sticker",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person and her private chat with the bot (Telegram gives both the same id)."""

    number: int  # 1, 2, 3 …
    language_code: str  # IETF tag, what Telegram would send with each update

    @property
    def chat(self) -> int:
        """The id of the chat, which is the id of the user."""
        return FIRST_CHAT_ID + self.number - 1

    def marks(self) -> tuple[str, ...]:
        """Every string that would give this person away."""
        return (
            str(self.chat),
            f"{FIRST_NAME_MARK}{self.number}",
            f"{LAST_NAME_MARK}{self.number}",
            f"{USERNAME_MARK}{self.number}",
            f"{PHONE_MARK}{self.number:04d}",
        )

    def user(self) -> dict[str, Json]:
        """The Bot API's User."""
        return {
            "id": self.chat,
            "is_bot": False,
            "first_name": f"{FIRST_NAME_MARK}{self.number}",
            "last_name": f"{LAST_NAME_MARK}{self.number}",
            "username": f"{USERNAME_MARK}{self.number}",
            "language_code": self.language_code,
            "is_premium": True,
        }

    def private_chat(self) -> dict[str, Json]:
        """The Bot API's Chat."""
        return {
            "id": self.chat,
            "type": "private",
            "first_name": f"{FIRST_NAME_MARK}{self.number}",
            "last_name": f"{LAST_NAME_MARK}{self.number}",
            "username": f"{USERNAME_MARK}{self.number}",
        }

    def media(self, kind: Media) -> dict[str, Json]:
        """The fields of a Message that carry one thing other than text; no bytes stand behind the file ids."""
        file = {"file_id": f"{FILE_MARK}{self.number}", "file_unique_id": f"{FILE_MARK}Unique{self.number}"}
        square = {"width": 240, "height": 240}  # pixels
        match kind:
            case "photo":
                return {"photo": [{**file, **square, "file_size": 20_000}], "caption": CAPTION_MARK}
            case "location":
                return {"location": {"latitude": LATITUDE_MARK, "longitude": LATITUDE_MARK}}
            case "contact":
                name = f"{FIRST_NAME_MARK}{self.number}"
                number = f"{PHONE_MARK}{self.number:04d}"
                return {"contact": {"phone_number": number, "first_name": name, "user_id": self.chat}}
            case "voice":
                return {"voice": {**file, "duration": 3, "mime_type": "audio/ogg", "file_size": 9_000}}
            case "video":
                return {
                    "video": {**file, **square, "duration": 3, "file_name": f"{FILE_MARK}.mp4"},
                    "caption": CAPTION_MARK,
                }
            case "video_note":
                return {"video_note": {**file, "length": 240, "duration": 3}}
            case "document":
                return {"document": {**file, "file_name": f"{FILE_MARK}.pdf", "mime_type": "application/pdf"}}
            case "audio":
                return {"audio": {**file, "duration": 3, "title": CAPTION_MARK, "file_name": f"{FILE_MARK}.mp3"}}
            case "sticker":
                flags = {"type": "regular", "is_animated": False, "is_video": False}
                return {"sticker": {**file, **square, **flags}}
