"""The templates: escaped by themselves, and a name that is not there is an error and no empty place."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined


def environment(folder: Traversable | Path) -> Environment:
    """The templates of a folder."""

    def load(name: str) -> str | None:
        source = folder / name
        return source.read_text("utf-8") if source.is_file() else None

    return Environment(
        loader=FunctionLoader(load), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def shipped_pages() -> Traversable | Path:
    """Where the templates lie."""
    return files("referrals.desk") / "pages"
