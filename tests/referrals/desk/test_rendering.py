"""The templates."""

import re
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from referrals.desk.rendering import environment, shipped_pages


def test_what_is_put_in_is_escaped(tmp_path: Path) -> None:
    """Text stays text, also within an attribute."""
    (tmp_path / "a.html").write_text('<p title="{{ x }}">{{ x }}</p>')
    made = environment(tmp_path).get_template("a.html").render(x='"><script>')

    assert made == '<p title="&#34;&gt;&lt;script&gt;">&#34;&gt;&lt;script&gt;</p>'


def test_a_name_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """No page has an empty place by mistake."""
    (tmp_path / "a.html").write_text("{{ nothing }}")

    with pytest.raises(UndefinedError):
        environment(tmp_path).get_template("a.html").render()
    with pytest.raises(TemplateNotFound):
        environment(tmp_path).get_template("b.html")


@pytest.mark.parametrize("page", sorted(Path(str(shipped_pages())).rglob("*.html")), ids=lambda path: path.name)
def test_a_page_has_nothing_inline(page: Path) -> None:
    """It can be read as a template, and holds no style, no script and no handler of its own: the policy would block them."""
    text = page.read_text("utf-8")
    environment(shipped_pages()).parse(text)

    assert " style=" not in text
    assert not re.search(r"<[a-z][^>]*\son[a-z]+=", text)
    # Only a chart is markup: charts.py draws it, and escapes what it writes into it.
    assert all(name.endswith("chart") for name in re.findall(r"(\w+)\s*\|\s*safe", text))
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
