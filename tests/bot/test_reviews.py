"""Two named reviews for each language, of the words as they are now: until then it is said."""

from datetime import date
from pathlib import Path

import pytest

from bot.app import Words
from bot.reviews import REVIEWED, Review, ReviewsError, digest, digests, lines, missing_reviews, owed, parse, recorded
from bot.texts import used_keys
from tools.words import ROOT

NOW: dict[str, str] = {language: digest({"q": language}) for language in REVIEWED}
OLD = digest({"q": "before"})


def review(reviewer: str, language: str = "ko", role: str = "native", of: str | None = None) -> Review:
    """A fictional reviewer's review, of the words of now unless said otherwise."""
    return Review.model_validate(
        {
            "language": language,
            "reviewer": reviewer,
            "role": role,
            "date": date(2026, 11, 24),
            "digest": of or NOW[language],
        }
    )


def test_nothing_reviewed_owes_two_for_each_language() -> None:
    """Korean, Korean as written in China, and Chinese; English is never shown to the person."""
    missing = missing_reviews((), NOW)

    assert [(each.language, each.current, each.older) for each in missing] == [
        ("ko", (), 0),
        ("ko_CN", (), 0),
        ("zh_Hans", (), 0),
    ]
    assert all("0 of 2 reviews" in line for line in lines(missing))


def test_two_named_reviews_are_enough() -> None:
    """The language is no longer named; the others are."""
    reviews = (review("A"), review("B", role="survivor"))

    assert [each.language for each in missing_reviews(reviews, NOW)] == ["ko_CN", "zh_Hans"]


def test_one_is_not_enough() -> None:
    """It is said how many there are, and of which kind."""
    (missing, *_) = missing_reviews((review("A", role="survivor"),), NOW)

    assert len(missing.current) == 1
    assert (
        "1 of 2 reviews of the words as they are now (native: 0, survivor: 1, of older words: 0)" in lines([missing])[0]
    )


def test_who_read_twice_counts_once() -> None:
    """The same name, in whatever letters."""
    reviews = (review("Mina"), review("mina", role="survivor"))

    assert missing_reviews(reviews, {"ko": NOW["ko"]})[0].current == (reviews[1],)


def test_changed_words_are_unreviewed() -> None:
    """Reviews of other words do not count, and are told apart."""
    reviews = (review("A", of=OLD), review("B", of=OLD), review("C"))
    (missing,) = missing_reviews(reviews, {"ko": NOW["ko"]})

    assert (len(missing.current), missing.older) == (1, 2)


def test_a_review_of_one_language_is_none_of_another() -> None:
    """Even where their digests are equal."""
    same: dict[str, str] = dict.fromkeys(REVIEWED, NOW["ko"])

    assert [each.language for each in missing_reviews((review("A"), review("B")), same)] == ["ko_CN", "zh_Hans"]


def test_a_digest_is_of_every_word_and_every_key() -> None:
    """Another word, another key, or one less, and it is another; the order makes none."""
    words = {"a": "말", "b": "글"}

    assert digest(words) == digest(dict(reversed(words.items())))
    assert len({digest(words), digest({"a": "말"}), digest(words | {"b": "글."}), digest({"a": "말", "c": "글"})}) == 4
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"  # printf '{}' | sha256sum


def test_the_digest_of_a_language_is_over_the_used_keys() -> None:
    """A key that only part of the bot would use changes it."""
    loaded = Words.loaded()
    used = used_keys(loaded.questionnaire)
    now = digests(loaded.catalogues, used)

    assert list(now) == list(REVIEWED)
    assert len(set(now.values())) == 3
    assert digests(loaded.catalogues, used - {"q1_safe"})["ko"] != now["ko"]


def test_what_is_written_is_read() -> None:
    """With a name in any letters, quotes included."""
    reviews = (review('김 "ㄱ" \\'), review("王", "zh_Hans", "survivor"))

    assert parse("\n".join(each.as_toml() for each in reviews)) == reviews


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[review]", "is no TOML"),
        ('[[review]]\nlanguage = "fr"\n', "review.1.language"),
        (review("A").as_toml().replace("native", "friend"), "review.1.role"),
        (review("A").as_toml() + review("B").as_toml().replace(NOW["ko"], "abc"), "review.2.digest"),
        (review("A").as_toml().replace("2026-11-24", '"yesterday"'), "review.1.date"),
        (review("A").as_toml() + "more = 1\n", "review.1.more"),
        ("reviews = []\n", "reviews"),
    ],
)
def test_a_broken_record_is_told_with_its_place(text: str, said: str) -> None:
    """Which entry and which field, and no value."""
    with pytest.raises(ReviewsError, match=said.replace(".", r"\.")):
        parse(text)


def test_a_reviewer_is_not_printed() -> None:
    """Neither by the review itself nor by what is said of it."""
    made = review("MARKED")

    assert "MARKED" not in repr(made)
    assert "MARKED" not in "".join(lines(missing_reviews((made,), NOW)))


def _owed(record: Path) -> list[str]:
    loaded = Words.loaded()
    return owed(loaded.catalogues, used_keys(loaded.questionnaire), record)


@pytest.mark.parametrize(
    ("content", "said"), [(None, "is missing"), (b"\xff", "can't be read as text"), (b"[", "is no TOML")]
)
def test_a_record_that_cant_be_read_counts_nothing_and_stops_nothing(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    """It is said, and every language owes its reviews."""
    record = tmp_path / "reviews.toml"
    if content is not None:
        record.write_bytes(content)
    told = _owed(record)

    assert said in told[0]
    assert len(told) == 1 + len(REVIEWED)


def test_nothing_is_said_when_nothing_is_owed(tmp_path: Path) -> None:
    """Two reviews of each language, of the words that the bot says now."""
    loaded = Words.loaded()
    now = digests(loaded.catalogues, used_keys(loaded.questionnaire))
    record = tmp_path / "reviews.toml"
    record.write_text(
        "\n".join(review(name, language, of=now[language]).as_toml() for name in "AB" for language in REVIEWED), "utf-8"
    )

    assert _owed(record) == []


def test_the_record_of_a_working_copy_is_the_one_in_locales() -> None:
    """It can be read, and is the file that `naru words reviewed` writes."""
    assert recorded() == ROOT / "locales" / "reviews.toml"
    assert isinstance(parse(recorded().read_text(encoding="utf-8")), tuple)
