"""Pages to read: what they say, in keys, and which pages they lead to.

`c_` pages are everyday information, the cover that really works. `p_` pages are about this service and are reached only from screens
that come after the safety check, or from the urgent path.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """One page."""

    id: str
    lines: tuple[str, ...]  # keys of words
    opens: tuple[str, ...] = ()  # pages it leads to; their buttons read `<id>.title`


def _simple(page_id: str) -> Page:
    return Page(page_id, (page_id,))


_ALL = (
    Page("c_menu", ("c_menu",), ("c_units", "c_rice", "c_clean", "c_cold")),
    _simple("c_units"),
    _simple("c_rice"),
    _simple("c_clean"),
    _simple("c_cold"),
    Page("p_limits", ("p_limits.who", "p_limits.seen"), ("p_limits2",)),  # domain.md 2.2, eight sentences on two pages
    Page("p_limits2", ("p_limits2.erase", "p_limits2.told")),
    Page("p_phone", ("p_phone",), ("p_phone2",)),
    _simple("p_phone2"),
    _simple("v_not_ours"),
    _simple("v_no_proof"),
    _simple("p_urgent"),
    _simple("p_info"),
    _simple("p_partner"),
)
PAGES = {page.id: page for page in _ALL}
