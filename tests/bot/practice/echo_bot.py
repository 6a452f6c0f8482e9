"""The smallest bot that the page can be tried with: two screens, edited in place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from telegram import Bot, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

FRONT = "생활 정보 · 生活信息"
LANGUAGES = InlineKeyboardMarkup(
    [[InlineKeyboardButton("1 우리말", callback_data="ko")], [InlineKeyboardButton("2 中文", callback_data="zh")]]
)
SCREENS = {
    "ko": ("지금 혼자 있습니까?", ("1 예", "2 아니요")),
    "zh": ("您现在是一个人吗？", ("1 是", "2 不是")),
}
LATIN = InlineKeyboardMarkup([[InlineKeyboardButton("<b>1</b>", callback_data="ko")]])


async def answer(bot: Bot, update: Update) -> None:
    """A message gets a new front page; a press edits the screen. "markup" gets a text that must not be read as HTML."""
    match update:
        case Update(message=Message(text="markup") as message):
            await bot.send_message(message.chat.id, "<img src=x onerror=alert(1)>", reply_markup=LATIN)
        case Update(message=Message() as message):
            await bot.send_message(
                message.chat.id, FRONT, reply_markup=LANGUAGES, protect_content=True, disable_notification=True
            )
        case Update(callback_query=CallbackQuery(message=Message() as message, data=str() as data) as query):
            text, labels = SCREENS[data]
            rows = [[InlineKeyboardButton(label, callback_data=data)] for label in labels]
            await bot.answer_callback_query(query.id, text="✓")
            with suppress(BadRequest):  # pressed again: not modified
                await bot.edit_message_text(
                    text, message.chat.id, message.message_id, reply_markup=InlineKeyboardMarkup(rows)
                )
        case _:  # a block or an unblock
            pass


@asynccontextmanager
async def echoing(bot: Bot) -> AsyncIterator[None]:
    """Run it for as long as the block runs."""

    async def poll() -> None:
        offset = 0
        while True:
            for update in await bot.get_updates(offset=offset, timeout=50):
                await answer(bot, update)
                offset = update.update_id + 1

    task = asyncio.create_task(poll())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
