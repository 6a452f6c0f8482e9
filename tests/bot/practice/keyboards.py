"""Inline keyboards for tests."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup


def keyboard(*datas: str) -> InlineKeyboardMarkup:
    """One button a row."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(f"{n} button", callback_data=d)] for n, d in enumerate(datas, 1)]
    )
