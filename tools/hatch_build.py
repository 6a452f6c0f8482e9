"""Compiles the catalogues when a wheel or an editable install is made."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WordsHook(BuildHookInterface):  # type: ignore[type-arg]  # the parameter is the builder's own settings class
    """Puts bot/locales/<locale>/naru.mo in place before hatchling collects the files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and put the record of reviews beside; a catalogue that is no .po file stops the build."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        sys.path.insert(0, self.root)  # the build runs without the project installed
        try:
            from tools.words import compile_catalogues  # noqa: PLC0415  - reachable only from here on
        finally:
            sys.path.remove(self.root)
        compile_catalogues(root / "locales", root / "bot" / "locales")
        if version == "standard":  # an editable install reads the record in locales/ itself
            build_data["force_include"][str(root / "locales" / "reviews.toml")] = "bot/locales/reviews.toml"
